"""The Khmer calendar against published vectors: every part of the lunar date, both ways, the New Year moments, and the texts
themselves read as dates; and how fast common ways of writing a date are read.

Run: `.venv/bin/python -m bench.calendar [FOLDER]` (default `../shared/data/third_party/calendar`, with `conversion.json` and
`new-year.json`).
"""

from __future__ import annotations

import json
import sys
import timeit
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from matcher.dates import DateError, read_date
from matcher.dates.calendar import LunarDate, from_lunar, to_lunar
from matcher.dates.solar_year import new_year
from matcher.dates.tokens import names

PUBLISHED = Path(__file__).resolve().parents[2] / "shared/data/third_party/calendar"
_KHMER_DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
_WORDS = ("weekday", "lunar day", "month", "animal", "sak", "Buddhist year")
# Texts name a Buddhist year up to the one that ends with the last civil year that dates are read in.
_LAST_TEXT_YEAR = 2076
_TEXTS = ("2015-04-15", "15/4/2015", "ថ្ងៃទី១៥ ខែមេសា ឆ្នាំ២០១៥", "ឆ្នាំមមែ", "Pchum Ben 2014", "about 2015")


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many of the vectors agree, in one respect."""

    respect: str
    agree: int
    of: int

    def __str__(self) -> str:
        return f"{self.respect:28} {self.agree:5} of {self.of:5}  {100 * self.agree / max(self.of, 1):6.2f} %"


def conversions(folder: Path) -> dict[datetime, str]:
    """The published moments with their Khmer dates in words."""
    published: dict[str, str] = json.loads((folder / "conversion.json").read_text(encoding="utf-8"))
    return {datetime.fromisoformat(moment): words for moment, words in published.items()}


def new_years(folder: Path) -> dict[int, datetime]:
    """The published moments of Moha Songkran by civil year, in Phnom Penh time."""
    published: dict[str, str] = json.loads((folder / "new-year.json").read_text(encoding="utf-8"))
    return {int(year): datetime.fromisoformat(moment).replace(tzinfo=None) for year, moment in published.items()}


def agreements(folder: Path) -> Iterator[Agreement]:
    """Every respect in which the vectors can be compared."""
    vectors = conversions(folder)
    words = [(_words(moment, to_lunar(moment)), published.split()) for moment, published in vectors.items()]
    for at, respect in enumerate(_WORDS):
        yield Agreement(respect, sum(ours[at] == _short(theirs)[at] for ours, theirs in words), len(words))
    yield Agreement("all of it", sum(ours == _short(theirs) for ours, theirs in words), len(words))
    yield Agreement(
        "and back to the civil day", sum(_back(moment) == moment.date() for moment in vectors), len(vectors)
    )
    moments = new_years(folder)
    yield Agreement(
        "New Year to the minute", sum(new_year(year) == moment for year, moment in moments.items()), len(moments)
    )
    texts = {moment: text for moment, text in vectors.items() if moment.year <= _LAST_TEXT_YEAR}
    yield Agreement("read as a text", sum(_read(text) == moment.date() for moment, text in texts.items()), len(texts))


def _words(moment: datetime, lunar: LunarDate) -> list[str]:
    phase = names("phase")["waning" if lunar.waning else "waxing"]
    return [
        f"ថ្ងៃ{names('weekday')[str(moment.weekday())]}",
        f"{lunar.day}{phase}".translate(_KHMER_DIGITS),
        f"ខែ{_month(lunar)}",
        f"ឆ្នាំ{names('animal')[str(lunar.animal)]}",
        names("sak")[str(lunar.sak)],
        f"{lunar.buddhist_year}".translate(_KHMER_DIGITS),
    ]


def _month(lunar: LunarDate) -> str:
    return names("lunar_month")[str(int(lunar.month))]


def _short(published: list[str]) -> list[str]:
    """The words of a vector without `ពុទ្ធសករាជ`; coeng ដ and coeng ត are one glyph and are written one way."""
    return [
        word.replace("\u17d2ដិ", "\u17d2តិ") if word.startswith("ខែ") else word for word in (*published[:5], published[6])
    ]


def _back(moment: datetime) -> date:
    lunar = to_lunar(moment)
    return from_lunar(lunar.day, lunar.month, lunar.buddhist_year, waning=lunar.waning)


def _read(text: str) -> date | None:
    try:
        reading = read_date(text, on=None)
    except DateError:
        return None
    return reading.best.earliest if reading.best.is_day and len(reading.intervals) == 1 else None


def _speed(text: str) -> str:
    seconds = min(timeit.repeat(lambda: read_date(text, on=date(2026, 1, 1)), number=200, repeat=3)) / 200
    return f"{text:28} {seconds * 1e6:8.1f} µs"


def main(folder: Path = PUBLISHED) -> None:
    """Print the agreements and the times."""
    if folder.is_dir():
        for agreement in agreements(folder):
            print(agreement)
    else:
        print(f"no published vectors in {folder}: skipped")
    for text in _TEXTS:
        print(_speed(text))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
