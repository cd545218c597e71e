"""How invented records go wrong: three noise models and the slips themselves.

The shares (`bench/data/noise.csv`) are our judgement of field data, after what users of the peers complain
about (domain/peers.md 2) and the customs of domain/khmer.md 6 and domain/dates.md 5. A share is the chance
per record unless it says otherwise; a report, told by a relative, slips a third as often as an intake.

- `clean`: careful staff with papers: usual spellings, exact birth dates, hardly anything missing.
- `field`: what spreadsheets and forms really bring: the measured variety of spellings, two in five intakes
  without a birth date, relatives known by given name, vague places, a few percent wrong in every column.
- `harsh`: small children, border posts, other listeners (Thai, Vietnamese): most columns blank or wrong, one
  intake in six with only a nickname.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from bench.world_tables import own_rows

_LETTERS: Final = "abcdefghijklmnoprstuvy"
_KHMER_DIGITS: Final = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
# Slips of Khmer typists (khmer.md 1): coeng da for coeng ta, u in place of a shifter, na for nna, short for
# long vowels, a forgotten shifter.
_KHMER_SLIPS: Final = (
    ("្ត", "្ដ"),
    ("៊ី", "ុី"),
    ("៊ឹ", "ុឹ"),
    ("ណ", "ន"),
    ("ិ", "ី"),
    ("ី", "ិ"),
    ("ុ", "ូ"),
    ("៉", ""),
    ("់", ""),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """One noise model. `sharpness` sharpens (> 1) or flattens (< 1) the measured spelling shares of Latin
    writing.
    """

    sharpness: float
    typo: float  # one letter wrong, per written name
    khmer_slip: float  # one of the typists' slips, per Khmer name
    swapped_order: float  # given name first, Latin names
    given_only: float  # the child's name without the family name
    nickname_only: float
    renamed: float  # known by another name since the separation; the true one among other_names two times in three
    other_listener: float  # a Thai or Vietnamese clerk: r heard as l, aspiration lost
    khmer_intake: float  # an intake written in Khmer script
    no_birth: float  # neither birth date nor age
    age_instead: float  # an age in place of the birth date
    age_error: float  # of these, off by one to three years
    day_month_swapped: float
    year_off: float
    heaped: float  # 1 January of the year
    year_only: float  # the year alone, as Gregorian, Buddhist or animal year
    wrong_sex: float
    no_sex: float
    no_place: float
    vague_place: float  # only the district or province
    wrong_place: float
    no_relative: float  # per relative
    relative_given_only: float  # per relative
    wrong_relative: float  # per relative: a stepfather or an aunt who raised the child
    no_phone: float  # per side
    phone_slip: float  # one digit off
    no_mark: float
    no_date: float  # the day of loss or arrival left out
    no_consent: float  # intakes only


def _read_models() -> dict[str, Noise]:
    rows = own_rows("noise")
    models = [name for name in rows[0] if name != "slip"]
    return {name: Noise(**{row["slip"]: float(row[name]) for row in rows}) for name in models}


NOISES: Final = MappingProxyType(_read_models())


def mistype(text: str, rng: random.Random) -> str:
    """One letter put in, left out, replaced or changed round."""
    if len(text) < 2:
        return text
    at, letter = rng.randrange(len(text) - 1), rng.choice(_LETTERS)
    kind = rng.randrange(4)
    if kind == 0:
        return text[: at + 1] + letter + text[at + 1 :]
    if kind == 1:
        return text[: at + 1] + text[at + 2 :]
    if kind == 2:
        return text[: at + 1] + letter + text[at + 2 :]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def slip_khmer(text: str, rng: random.Random) -> str:
    """One slip of a Khmer typist, where the text has room for one."""
    possible = [(right, wrong) for right, wrong in _KHMER_SLIPS if right in text]
    if not possible:
        return text
    right, wrong = rng.choice(possible)
    return text.replace(right, wrong, 1)


def hear_abroad(text: str) -> str:
    """As a Thai or Vietnamese clerk hears a Latin name: r as l, no aspiration, no final s (khmer.md 2.4)."""
    heard = (
        text.replace("r", "l")
        .replace("R", "L")
        .replace("th", "t")
        .replace("Th", "T")
        .replace("Ph", "P")
        .replace("ph", "p")
    )
    return " ".join(word.removesuffix("s") or word for word in heard.split(" "))


def khmer_digits(text: str) -> str:
    """ASCII digits as Khmer ones."""
    return text.translate(_KHMER_DIGITS)


def disturb_birth(birth: date, noise: Noise, rng: random.Random) -> date:
    """The birth date with at most one of: day and month changed round, year off by one, heaped on 1
    January.
    """
    draw = rng.random()
    if draw < noise.day_month_swapped:
        return birth.replace(month=birth.day, day=birth.month) if birth.day <= 12 else birth
    if draw < noise.day_month_swapped + noise.year_off:
        return move_years(birth, rng.choice((-1, 1)))
    if draw < noise.day_month_swapped + noise.year_off + noise.heaped:
        return birth.replace(month=1, day=1)
    return birth


def move_years(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes 28 where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return (day - timedelta(days=1)).replace(year=day.year + years)


def slip_phone(phone: str, rng: random.Random) -> str:
    """One digit off."""
    at = rng.randrange(2, len(phone))
    return phone[:at] + str((int(phone[at]) + rng.randrange(1, 10)) % 10) + phone[at + 1 :]


def write_phone(phone: str, rng: random.Random) -> str:
    """A number as people write it: spaced, plain, `+855`, or without its first 0."""
    way = rng.random()
    if way < 0.4:
        return f"{phone[:3]} {phone[3:6]} {phone[6:]}"
    if way < 0.6:
        return phone
    return f"+855 {phone[1:]}" if way < 0.8 else phone[1:]
