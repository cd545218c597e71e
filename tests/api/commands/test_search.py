"""`elijah search` and `elijah match`: a question by options, by example, by record."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import indexer.faces.finder as finder_module
from tests.api.commands.running import Elijah
from tests.api.commands.samples import example_file, loaded
from tests.indexer.world import REPORT
from tests.photos import PixelEmbedder, picture, save


@pytest.fixture(autouse=True)
def _loaded(elijah: Elijah, tmp_path: Path) -> None:
    loaded(elijah, tmp_path)


def ids(answer: dict[str, list[dict[str, object]]]) -> list[object]:
    return [match["record_id"] for match in answer["matches"]]


@pytest.mark.parametrize("name", ["Sok Dara", "សុខ ដារ៉ា", "dara sokh", "SOK DARA"])
def test_a_name_in_either_script_finds_the_child(elijah: Elijah, name: str) -> None:
    done = elijah("search", "--name", name, "--json")
    assert (done.code, done.err) == (0, "")
    assert ids(done.json)[0] == "shelter/1"


def test_what_is_found_is_explained_and_adds_up(elijah: Elijah) -> None:
    (match, *_) = elijah("search", "--name", "Sok Dara", "--sex", "male", "--birth", "2015", "--json").json["matches"]
    assert match["rank"] == 1
    assert {row["comparison"] for row in match["evidence"]} >= {"name", "sex", "birth"}
    assert match["score"] == pytest.approx(match["prior"] + sum(row["weight"] for row in match["evidence"]), abs=0.01)


def test_a_name_alone_is_never_likely(elijah: Elijah) -> None:
    (match, *_) = elijah("search", "--name", "សុខ ដារ៉ា", "--json").json["matches"]
    assert match["likelihood"] != "likely"


def test_an_empty_question_gives_an_empty_list(elijah: Elijah) -> None:
    done = elijah("search", "--json")
    assert (done.code, done.json["matches"]) == (0, [])


def test_the_limit_holds(elijah: Elijah) -> None:
    assert (
        len(
            elijah("search", "--sex", "male", "--birth", "2015", "--home", "Battambang", "--limit", "1", "--json").json[
                "matches"
            ]
        )
        == 1
    )


def test_reports_can_be_looked_for_too(elijah: Elijah) -> None:
    assert ids(elijah("search", "--kind", "report", "--name", "Dara SOKH", "--json").json) == ["police/1"]


def test_an_age_without_its_day_is_true_today(elijah: Elijah) -> None:
    answer = elijah("search", "--name", "Sok Dara", "--age", "7", "--json").json
    assert answer["query"]["age_as_of"]


def test_a_question_may_come_as_a_json_example(elijah: Elijah, tmp_path: Path) -> None:
    flat = {"full_name": "សុខ ដារ៉ា", "mother_name": "Chan Sreymom"}
    for example in (flat, {"example": flat}):
        assert ids(elijah("search", "--example", example_file(tmp_path, example), "--json").json)[0] == "shelter/1"


def test_an_example_of_an_intake_looks_for_reports(elijah: Elijah, tmp_path: Path) -> None:
    path = example_file(tmp_path, {"kind": "intake", "full_name": "Dara SOKH"})
    assert ids(elijah("search", "--example", path, "--json").json) == ["police/1"]


@pytest.mark.parametrize("content", ["", "[1]", "{", '"text"', "\x00"])
def test_an_example_that_is_no_record_is_refused_with_its_file(elijah: Elijah, tmp_path: Path, content: str) -> None:
    path = tmp_path / "broken.json"
    path.write_text(content, encoding="utf-8")
    done = elijah("search", "--example", path)
    assert done.code == 2
    assert "broken.json" in done.err


def test_an_unknown_sex_is_refused_with_its_column(elijah: Elijah) -> None:
    done = elijah("search", "--sex", "perhaps")
    assert done.code == 2
    assert "sex" in done.err


@pytest.fixture
def photos(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder with a picture, and an embedder that reads it."""
    monkeypatch.setattr(finder_module, "open_embedder", PixelEmbedder)
    save(tmp_path, lost=picture(10), seen=picture(40), black=picture(0))
    return tmp_path


def test_a_photo_finds_the_record_with_a_face_like_it(elijah: Elijah, photos: Path) -> None:
    (photos / "rows.csv").write_text("record_id,kind,photos,photo_date,age,age_as_of,consent_for_tracing\n"
        "shelter/77,intake,seen.pgm,2020-03-01,10,2020-03-01,true\n")  # fmt: skip
    assert elijah("load", photos / "rows.csv").code == 0
    asked = ("search", "--photo", photos / "lost.pgm", "--photo-date", "2018", "--birth", "2010", "--limit", 1)
    assert "distance 0.30" in elijah(*asked).out
    [match] = elijah(*asked, "--json").json["matches"]
    assert match["record_id"] == "shelter/77"
    [row] = [row for row in match["evidence"] if row["comparison"] == "face"]
    assert row["level"] == "very alike: a child, up to 3 years apart"
    assert match["score"] == pytest.approx(match["prior"] + sum(row["weight"] for row in match["evidence"]))


def test_a_photo_alone_is_a_question(elijah: Elijah, photos: Path) -> None:
    done = elijah("search", "--photo", photos / "lost.pgm", "--json")
    assert done.code == 0
    assert done.json["matches"] == []


@pytest.mark.parametrize(
    ("name", "why"), [("missing.pgm", "cannot be read"), ("black.pgm", "no face"), ("rows.txt", "no image")]
)
def test_a_photo_that_cannot_be_used_is_refused_in_words(elijah: Elijah, photos: Path, name: str, why: str) -> None:
    (photos / "rows.txt").write_text("hello")
    done = elijah("search", "--photo", photos / name, "--name", "Dara")
    assert done.code == 2
    assert why in done.err


def test_match_ranks_the_candidates_of_a_stored_record(elijah: Elijah) -> None:
    done = elijah("match", "police/1", "--json")
    assert ids(done.json)[0] == "shelter/1"
    assert done.json["query"]["record_id"] == "police/1"


def test_match_in_words_shows_both_values_and_the_bits(elijah: Elijah) -> None:
    out = elijah("match", "police/1", "--limit", "1").out
    assert str(REPORT["full_name"]) in out
    assert "Dara SOKH" in out
    assert "prior" in out


def test_match_of_an_unknown_record_says_so(elijah: Elijah) -> None:
    done = elijah("match", "police/99")
    assert done.code == 2
    assert "police/99" in done.err


def test_strange_text_is_answered_not_a_traceback(elijah: Elijah) -> None:
    for text in ("\u17d2", "🙂", "x" * 10_000, "'; DROP TABLE records; --", "\u202eSok"):
        assert elijah("search", "--name", text, "--json").code == 0


def test_a_search_waits_for_no_web_framework() -> None:
    asked = (
        "import sys, api.commands.search; print(sorted({'starlette', 'fastapi', 'numba', 'pandas'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout == "[]\n"
