"""The world of the peers' figures at scale (engines.md 1.4), restated: a register and incoming reports of which 60 % are in it.

Names come from a small stock of syllables with Zipf frequencies, so that common names collide as densely as in romanised Khmer
records; 60 % of the incoming are corrupted copies. Seeded: the same numbers give the same people.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.record import Kind, Record, Sex

Texts = NDArray[np.object_]
_SEED: Final = 20240417
_COMMUNES: Final = 1652
_PROVINCE_OF, _DISTRICT_OF = 67, 8
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_SYLLABLES: Final = sorted(
    [
        "bo",
        "bopha",
        "chan",
        "chea",
        "chhay",
        "chhun",
        "dara",
        "hak",
        "heng",
        "hong",
        "kanha",
        "keo",
        "kim",
        "kolab",
        "kosal",
        "kun",
        "leng",
        "long",
        "ly",
        "malis",
        "meas",
        "mey",
        "mom",
        "mony",
        "na",
        "nang",
        "ney",
        "ngoun",
        "nimol",
        "nuon",
        "ny",
        "oum",
        "pha",
        "phal",
        "phea",
        "pich",
        "pisey",
        "pov",
        "prak",
        "ra",
        "ratana",
        "rath",
        "rith",
        "ritha",
        "roth",
        "rotha",
        "sam",
        "sambo",
        "sarin",
        "sina",
        "sith",
        "sok",
        "sophal",
        "sopheap",
        "sreng",
        "srey",
        "tep",
        "tha",
        "thea",
        "theary",
        "thy",
        "vanna",
        "vichet",
        "vuth",
        "vy",
        "yin",
    ]  # a list of words reads better as a text
)


@dataclass(frozen=True)
class People:
    """Columns of some people, "" where a cell is blank; `person` is the register's row, -1 for a stranger."""

    person: NDArray[np.int64]
    given_name: Texts
    surname: Texts
    sex: Texts
    dob: Texts
    commune: Texts
    phone: Texts

    def __len__(self) -> int:
        return len(self.person)

    def taken(self, rows: NDArray[np.int64]) -> dict[str, NDArray[np.generic]]:
        """Copies of the columns at some rows."""
        return {field.name: getattr(self, field.name)[rows].copy() for field in fields(self)}

    def records(self, kind: Kind) -> list[Record]:
        """The people as records; a commune is written as its code."""
        sexes = {"F": Sex.FEMALE, "M": Sex.MALE}
        columns = (self.given_name, self.surname, self.sex, self.dob, self.commune, self.phone)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return [
            Record(
                record_id=f"{kind.value}/{number}",
                kind=kind,
                given_name=given,
                family_name=surname,
                sex=sexes.get(sex),
                date_of_birth=dob,
                home_place=_code(commune),
                phones=(f"0{phone}",) if phone else (),
            )
            for number, (given, surname, sex, dob, commune, phone) in enumerate(rows)
        ]


def _code(commune: str) -> str:
    """A gazetteer's code: province, district in it, commune in that."""
    if not commune:
        return ""
    number = int(commune)
    province = number // _PROVINCE_OF
    district = number // _DISTRICT_OF - province * _PROVINCE_OF // _DISTRICT_OF
    return f"{province + 1:02d}{district + 1:02d}{number % _DISTRICT_OF + 1:02d}"


def scale_world(incoming: int, register: int) -> tuple[People, People]:
    """(incoming, register) of these sizes."""
    rng = np.random.default_rng(_SEED)
    two = [a + b for a in _SYLLABLES for b in _SYLLABLES]
    given = np.array([*rng.permutation(_SYLLABLES), *rng.permutation(two)[:5000]], dtype=object)
    surnames = np.array([*rng.permutation(_SYLLABLES), *rng.permutation(two)[:900]], dtype=object)
    known = _people(rng, register, given, surnames, np.arange(register))
    true = rng.choice(register, size=int(incoming * 0.6), replace=False)
    copies = _corrupted(rng, People(**known.taken(true)))  # type: ignore[arg-type]  # the columns of `taken` are People's own
    strangers = _people(rng, incoming - len(copies), given, surnames, np.full(incoming - len(copies), -1))
    order = rng.permutation(incoming)
    joined = {
        f.name: np.concatenate([getattr(copies, f.name), getattr(strangers, f.name)])[order] for f in fields(People)
    }
    return People(**joined), known


def _zipf(rng: np.random.Generator, stock: int, size: int, power: float) -> NDArray[np.int64]:
    weights = 1 / np.arange(1, stock + 1) ** power
    return rng.choice(stock, size=size, p=weights / weights.sum())


def _people(rng: np.random.Generator, size: int, given: Texts, surnames: Texts, person: NDArray[np.int64]) -> People:
    days = np.datetime64("1940-01-01") + rng.integers(0, 27393, size)
    phones = rng.integers(10_000_000, 99_999_999, size).astype(str).astype(object)
    phones[rng.random(size) < 0.6] = ""
    return People(
        person=person,
        given_name=given[_zipf(rng, len(given), size, 0.75)],
        surname=surnames[_zipf(rng, len(surnames), size, 0.85)],
        sex=np.where(rng.random(size) < 0.5, "F", "M").astype(object),
        dob=days.astype("datetime64[D]").astype(str).astype(object),
        commune=_zipf(rng, _COMMUNES, size, 0.4).astype(str).astype(object),
        phone=phones,
    )


def _corrupted(rng: np.random.Generator, people: People) -> People:
    def some(share: float) -> list[int]:
        found: list[int] = np.flatnonzero(rng.random(len(people)) < share).tolist()
        return found

    for column, share in ((people.given_name, 0.25), (people.surname, 0.2)):
        for row in some(share):
            column[row] = _with_typo(rng, column[row])
    for row in some(0.05):
        people.given_name[row], people.surname[row] = people.surname[row], people.given_name[row]
    for row in some(0.1):
        people.dob[row] = _day_and_month_turned(people.dob[row])
    for row in some(0.1):
        people.dob[row] = f"{int(people.dob[row][:4]) + int(rng.choice([-1, 1]))}{people.dob[row][4:]}"
    for row in some(0.05):
        people.dob[row] = f"{people.dob[row][:8]}{int(rng.integers(1, 29)):02d}"
    people.dob[some(0.1)] = ""
    for row in some(0.2):
        people.commune[row] = str(int(rng.integers(0, _COMMUNES)))
    for column, share in ((people.sex, 0.01), (people.phone, 0.3), (people.commune, 0.05)):
        column[some(share)] = ""
    return people


def _day_and_month_turned(day: str) -> str:
    year, month, day_of_month = day.split("-")
    return f"{year}-{day_of_month}-{month}" if int(day_of_month) <= 12 else day


def _with_typo(rng: np.random.Generator, text: str) -> str:
    if len(text) < 2:
        return text
    at, kind = int(rng.integers(0, len(text))), int(rng.integers(0, 4))
    letter = _LETTERS[int(rng.integers(0, 26))]
    if kind == 3:
        at = min(at, len(text) - 2)
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + ("" if kind == 1 else letter) + text[at + (kind != 0) :]
