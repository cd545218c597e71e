"""The gazetteer of an installation: the shipped places, and an official file where one was imported."""

from __future__ import annotations

import csv
from pathlib import Path

from indexer.folders import replaced
from indexer.settings import Settings
from matcher.errors import InputError
from matcher.places import Gazetteer, Place, read_gazetteer


def open_gazetteer(settings: Settings) -> Gazetteer:
    """The shipped gazetteer, extended by the imported file where there is one."""
    shipped = Gazetteer.shipped()
    return shipped.extended(_read(settings.gazetteer_file)) if settings.gazetteer_file.exists() else shipped


def import_gazetteer(settings: Settings, file: Path) -> int:
    """Check an official file whole, keep a copy in the home; how many places it has. Raises `InputError`: nothing changed."""
    places = _read(file)
    with replaced(settings.gazetteer_file) as copy:
        copy.write(file.read_text(encoding="utf-8-sig"))
    return len(places)


def _read(file: Path) -> list[Place]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(f"{file.name}: no such file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file.name}: cannot be read as UTF-8 text; save it as CSV UTF-8") from error
    return read_gazetteer(csv.DictReader(text.splitlines()))
