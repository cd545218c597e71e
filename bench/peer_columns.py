"""The columns that peers are given: a flat row prepared as well as a diligent integrator could, and better.

Peers bring no reader of Khmer dates, ages, places or telephone numbers. They are lent Elijah's: birth dates arrive as ISO dates
or as the days between which the child was born, places as province and district codes, numbers bare. What is left to compare is
the matching itself. Names are romanised with anyascii, the Latin form preferred where a field has both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

import jellyfish
from anyascii import anyascii

from bench.peer_files import Columns
from matcher.comparisons.birth import read_birth, try_date
from matcher.comparisons.numbers import phone_numbers
from matcher.places import Gazetteer

_BRACKETS: Final = re.compile(r"\(([^()]*)\)")
_WORD: Final = re.compile(r"[a-z0-9]+")
_ENOUGH: Final = 0.5  # a place reading below this share is a guess; better none than a wrong one
_KINDS: Final = {"report": "last_seen", "intake": "found"}


def columns(row: Mapping[str, str], gazetteer: Gazetteer) -> Columns:
    """One flat row as a peer is given it; None or an empty list where nothing is known."""
    event = _KINDS[row["kind"]]
    return {
        "unique_id": row["record_id"],
        **_names(row),
        **_birth(row, row.get(f"{event}_date", "")),
        **_place("home", row.get("home_place", ""), gazetteer),
        **_place("event", row.get(f"{event}_place", ""), gazetteer),
        "sex": row.get("sex") or None,
        "event_day": _day(row.get(f"{event}_date", ""), row.get("recorded_on", "")),
        "father": sorted_words(row.get("father_name", "")),
        "mother": sorted_words(row.get("mother_name", "")),
        "siblings": romanised(row.get("sibling_names", "")),
        "phone": next(iter(phone_numbers(row.get("phones", "").split(";"))), None),
        "height": int(row["height_cm"]) if row.get("height_cm", "").isdigit() else None,
        "marks": romanised(row.get("marks", "")),
        "raw": {name: row[name] for name in _RAW if row.get(name)},
    }


_RAW: Final = ("full_name", "nickname", "other_names", "father_name", "mother_name", "home_place")


def romanised(text: str) -> list[str]:
    """The lower-case ASCII words of a text, the Latin ones in brackets instead of what they stand behind."""
    in_brackets = _BRACKETS.search(text)
    if in_brackets and in_brackets[1].isascii() and in_brackets[1].strip():
        text = in_brackets[1]
    return _WORD.findall(anyascii(text).lower())


def sorted_words(text: str) -> str | None:
    """The words in alphabetical order, so that the order of family and given name does not count."""
    return " ".join(sorted(romanised(text))) or None


def _names(row: Mapping[str, str]) -> Columns:
    words = romanised(row.get("full_name") or row.get("other_names") or row.get("nickname", ""))
    others = [romanised(row.get(name, "")) for name in ("other_names", "nickname")]
    every = sorted({*words, *(word for other in others for word in other)})
    return {
        "surname": words[0] if len(words) > 1 else None,
        "given": " ".join(words[1:] or words) or None,
        "name": " ".join(sorted(words)) or None,
        "words": every,
        "sounds": sorted({jellyfish.metaphone(word) for word in every} - {""}),
    }


def _birth(row: Mapping[str, str], event_day: str) -> Columns:
    day = row.get("age_as_of") or row.get("recorded_on") or event_day
    birth = read_birth(row.get("date_of_birth", ""), row.get("age", ""), day)
    if birth is None:
        return {"dob": None, "born_from": None, "born_to": None, "birth_year": None}
    first, last = birth.intervals[0]
    return {
        "dob": date.fromordinal(first).isoformat() if first == last else None,
        "born_from": first,
        "born_to": last,
        "birth_year": date.fromordinal((first + last) // 2).year,
    }


def _place(prefix: str, text: str, gazetteer: Gazetteer) -> Columns:
    best = next(iter(gazetteer.look_up(text, limit=1)), None) if text else None
    if best is None or best.probability < _ENOUGH:
        return {f"{prefix}_province": None, f"{prefix}_district": None}
    place = best.place
    district = place.digits[:4] if len(place.digits) >= 4 else None
    return {f"{prefix}_province": place.province or place.country, f"{prefix}_district": district}


def _day(*texts: str) -> int | None:
    readings = (try_date(text, None) for text in texts)
    latest = next((reading.best.latest for reading in readings if reading), None)
    return latest.toordinal() if latest else None
