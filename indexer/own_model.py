"""The model of an installation: the shipped one, or its own in the home, with those that were in use before it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from indexer.folders import private_folder, replaced, replaced_path
from indexer.settings import Settings
from matcher.errors import InputError
from matcher.model import Model

_DIGITS: Final = 4
_UNREADABLE: Final = "unreadable"
# What may be part of a file's name.
_SPEAKABLE: Final = re.compile(r"[\w.-]{1,64}")


def open_model(settings: Settings) -> Model:
    """The home's model where there is one, else the shipped one. Raises `InputError` naming a file that cannot be used."""
    file = settings.model_file
    if not file.exists():
        return Model.shipped()
    try:
        return read_model(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            f"{file} cannot be used: it is damaged, or made by another version of Elijah; "
            "`elijah fit --undo` goes back to the model before it"
        ) from error


def read_model(text: str) -> Model:
    """A model that fits this version: the evidence, groups and caps of the shipped one, and figures to reckon with.

    Raises `InputError`.
    """
    try:
        model = Model.from_json(text)
    except (ArithmeticError, AttributeError, RecursionError) as error:
        raise InputError(f"the model file is incomplete: {type(error).__name__}") from error
    if _evidence(model) != _evidence(Model.shipped()):
        raise InputError("the model file has other evidence than this version compares; fit again")
    if not all(map(math.isfinite, _figures(model))) or model.slope <= 0 or not 0 < model.possible < model.likely < 1:
        raise InputError("the model file holds figures that are no weights; fit again")
    return model


def keep_model(settings: Settings, data: Mapping[str, Any]) -> None:
    """Put a model in the home, whole or not at all; the one that was in use is kept for `go_back`. Raises `InputError`."""
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    read_model(text)
    if settings.model_file.exists():
        _archive(settings, settings.model_file)
    with replaced(settings.model_file) as file:
        file.write(text)


def go_back(settings: Settings) -> None:
    """Use the model before the present one again; before the first own one was the shipped one. Raises `InputError`.

    Works too where the present file is damaged. What is taken out of use is kept, under `undone`.
    """
    file = settings.model_file
    if not file.exists():
        raise InputError("the shipped model is in use: there is nothing to go back to")
    _archive(settings, file, undone=True)
    before = _earlier(settings)
    # A kill between keeping and replacing leaves a second copy of the present model.
    while before and before[-1].read_bytes() == file.read_bytes():
        before.pop().unlink()
    if before:
        before[-1].replace(file)
    else:
        file.unlink()


def next_version(settings: Settings, day: date) -> str:
    """A version that no model of this home has had: what was compared with another must not pass for compared with this one."""
    stem = f"own-{day.isoformat()}-"
    numbers = (version.removeprefix(stem) for version in _versions(settings) if version.startswith(stem))
    return f"{stem}{max((int(number) for number in numbers if number.isdecimal()), default=0) + 1}"


def _evidence(model: Model) -> object:
    levels = {name: frozenset(weights.bits) for name, weights in model.comparisons.items()}
    groups = {name: (group.members, len(group.shares)) for name, group in model.groups.items()}
    return levels, groups, tuple(model.caps)


def _figures(model: Model) -> Iterator[float]:
    yield from (model.prior, model.family_prior, model.told_apart, model.slope, model.offset, model.corroboration)
    for weights in model.comparisons.values():
        yield from (*weights.bits.values(), *weights.family_bits.values())


def _archive(settings: Settings, file: Path, *, undone: bool = False) -> None:
    private_folder(settings.models_folder)
    folder = private_folder(settings.models_folder / "undone") if undone else settings.models_folder
    number = 1 + max((_number(one) for one in _all(settings)), default=0)
    with replaced_path(folder / f"{number:0{_DIGITS}}-{_version(file)}.json") as copy:
        copy.write_bytes(file.read_bytes())


def _earlier(settings: Settings) -> list[Path]:
    return sorted(settings.models_folder.glob("*.json"), key=_number)


def _all(settings: Settings) -> list[Path]:
    return [*settings.models_folder.glob("*.json"), *settings.models_folder.glob("undone/*.json")]


def _number(file: Path) -> int:
    head = file.name.partition("-")[0]
    return int(head) if head.isdecimal() else 0


def _versions(settings: Settings) -> Iterator[str]:
    yield _version(settings.model_file)
    yield from (file.stem.partition("-")[2] for file in _all(settings))


def _version(file: Path) -> str:
    """The version that a model file states; a damaged one has none."""
    try:
        version = str(json.loads(file.read_text(encoding="utf-8"))["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return _UNREADABLE
    return version if _SPEAKABLE.fullmatch(version) else _UNREADABLE
