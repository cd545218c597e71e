# Elijah: `make demo` runs the main job, `make test` the tests. Both set themselves up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.PHONY: setup demo test check bench photos model clean

setup: $(STAMP)

# Made anew only when what is installed changes: the second call takes no time.
$(STAMP): requirements.txt requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Elijah needs Python 3.11 or newer; call make with PYTHON=python3.11" >&2; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: setup
	$(BIN)/elijah demo

test: setup
	$(BIN)/python -m pytest $(TESTS)

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: setup
	$(BIN)/python -m bench

# What reads faces on photos: an optional extra, 110 MB to fetch.
photos: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-photos.txt

# Fits the shipped model anew, bit for bit the same each time (some minutes).
model: setup
	$(BIN)/python -m bench.model

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .hypothesis
