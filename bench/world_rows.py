"""From a child and what happened to a flat row, as one clerk would write it under a noise model."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bench import noise as slips
from bench.noise import Noise
from bench.world_names import PersonName, latin, latin_full, latin_given
from bench.world_people import Child, Event, write_mark
from bench.world_places import Area, Corridor, draw_corridor, draw_home, write_area, write_home

Row = dict[str, str]

# Animal of the year that begins on 13 or 14 April; (year - 4) % 12 counts from the rat (dates.md 5.2).
_ANIMALS: Final = ("ជូត", "ឆ្លូវ", "ខាល", "ថោះ", "រោង", "ម្សាញ់", "មមី", "មមែ", "វក", "រកា", "ច", "កុរ")
_MONTHS: Final = ("មករា", "កុម្ភៈ", "មីនា", "មេសា", "ឧសភា", "មិថុនា", "កក្កដា", "សីហា", "កញ្ញា", "តុលា", "វិច្ឆិកា", "ធ្នូ")
_TOLD_BY_A_RELATIVE: Final = 0.33  # of the slips that a child or the staff would make
_SEXES: Final = {"f": ("female", "male"), "m": ("male", "female")}


@dataclass(slots=True)
class Clerk:
    """Who writes one record: a script, a noise model, a chance of every slip. One clerk a record, so no two
    spell alike.
    """

    noise: Noise
    rng: random.Random
    khmer: bool
    abroad: bool = False

    def slips(self, share: float) -> bool:
        """True in this share of cases."""
        return self.rng.random() < share

    def name(self, name: PersonName, *, given_only: bool) -> str:
        """A person's name in this clerk's script, with the slips of the model."""
        rng, noise = self.rng, self.noise
        if self.khmer:
            text = name.khmer_given if given_only else name.khmer
            return slips.slip_khmer(text, rng) if self.slips(noise.khmer_slip) else text
        if given_only:
            text = latin_given(name.given, rng, noise.sharpness)
        else:
            text = latin_full(name, rng, noise.sharpness, swapped=self.slips(noise.swapped_order))
        text = slips.hear_abroad(text) if self.abroad else text
        return slips.mistype(text, rng) if self.slips(noise.typo) else text

    def place(self, place: Area | Corridor) -> str:
        """Where a child was lost or found, as written."""
        if isinstance(place, Area):
            return write_area(place, self.rng, khmer=self.khmer)
        return self.rng.choice(place.khmer if self.khmer else place.latin)

    def date(self, day: date) -> str:
        """A date in one of the ways of writing; Khmer words only from a Khmer clerk."""
        way = self.rng.random()
        if way < 0.6:
            return day.isoformat()
        if not self.khmer or way < 0.8:
            return f"{day.day}/{day.month}/{day.year}" if way < 0.85 else f"{day:%d/%m/%Y}"
        number, year = slips.khmer_digits(str(day.day)), slips.khmer_digits(str(day.year))
        return f"ថ្ងៃទី{number} ខែ{_MONTHS[day.month - 1]} ឆ្នាំ{year}"


def report_row(record_id: str, child: Child, event: Event, noise: Noise, rng: random.Random) -> Row:
    """A missing-child report: mostly Khmer script, told by a relative who knows the family, recorded within
    a month of the loss.
    """
    clerk = Clerk(noise, rng, khmer=rng.random() < 0.8)
    recorded = event.lost_on + timedelta(days=min(365, int(rng.expovariate(0.1))))
    row = {"record_id": record_id, "kind": "report", "status": "open", "recorded_on": recorded.isoformat()}
    _write_child(row, child, recorded, clerk, share=_TOLD_BY_A_RELATIVE)
    if clerk.khmer and "full_name" in row and rng.random() < 0.4:
        row["full_name"] += f" ({latin_full(child.name, rng, noise.sharpness)})"
    _write_seen(row, "last_seen", (event.lost_on, event.lost_at), child, clerk)
    _write_relatives(row, child, clerk, share=_TOLD_BY_A_RELATIVE)
    father_asks = rng.random() < 0.4
    inquirer = child.family.father if father_asks else child.family.mother
    row["inquirer_name"], row["inquirer_relation"] = (
        clerk.name(inquirer, given_only=False),
        "father" if father_asks else "mother",
    )
    if not clerk.slips(noise.no_phone * 0.4):
        row["phones"] = slips.write_phone(child.family.phone, rng)
    return row


def intake_row(record_id: str, child: Child, event: Event, noise: Noise, rng: random.Random) -> Row:
    """A child who has arrived: mostly Latin script as a clerk heard it, told by the child, recorded within
    days.
    """
    recorded = event.found_on + timedelta(days=int(rng.expovariate(0.7)))
    clerk = Clerk(noise, rng, khmer=rng.random() < noise.khmer_intake)
    clerk.abroad = not clerk.khmer and clerk.slips(noise.other_listener)
    row = {"record_id": record_id, "kind": "intake", "status": "open", "recorded_on": recorded.isoformat()}
    row["consent_for_tracing"] = "false" if clerk.slips(noise.no_consent) else "true"
    _write_child(row, child, recorded, clerk, share=1.0)
    _write_seen(row, "found", (event.found_on, event.found_at), child, clerk)
    _write_relatives(row, child, clerk, share=1.0)
    if not clerk.slips(noise.no_phone):
        phone = slips.slip_phone(child.family.phone, rng) if clerk.slips(noise.phone_slip) else child.family.phone
        row["phones"] = slips.write_phone(phone, rng)
    return row


def _write_child(row: Row, child: Child, recorded: date, clerk: Clerk, *, share: float) -> None:
    """What both sides write of the child; `share` of the slips of the model are made."""
    noise, rng = clerk.noise, clerk.rng
    _write_name(row, child, clerk, share)
    if not clerk.slips(noise.no_sex * share):
        row["sex"] = _SEXES[child.sex][clerk.slips(noise.wrong_sex)]
    _write_birth(row, child, recorded, clerk, share)
    if not clerk.slips(noise.no_place * share):
        home = draw_home(rng) if clerk.slips(noise.wrong_place * share) else child.family.home
        row["home_place"] = write_home(home, rng, noise, khmer=clerk.khmer, share=share)
    if child.marks and not clerk.slips(noise.no_mark):
        row["marks"] = "; ".join(write_mark(mark, rng, khmer=clerk.khmer) for mark in child.marks)
    if rng.random() < 0.3:
        row["height_cm"] = str(round(_height(child, recorded) + rng.gauss(0, 3)))
    if rng.random() < 0.3:
        row["languages"] = "ខ្មែរ" if clerk.khmer else "Khmer"


def _write_name(row: Row, child: Child, clerk: Clerk, share: float) -> None:
    noise, rng = clerk.noise, clerk.rng
    nickname = child.nickname.khmer if clerk.khmer else latin(child.nickname, rng, noise.sharpness)
    if clerk.slips(noise.nickname_only * share):
        row["nickname"] = nickname
        return
    written = clerk.name(child.name, given_only=clerk.slips(noise.given_only * share))
    if clerk.slips(noise.renamed * share):
        new = rng.choice(child.family.mother.given)
        row["full_name"] = new.khmer if clerk.khmer else latin(new, rng, noise.sharpness)
        if rng.random() < 0.67:
            row["other_names"] = written
        return
    row["full_name"] = written
    if rng.random() < 0.2:
        row["nickname"] = nickname


def _write_birth(row: Row, child: Child, recorded: date, clerk: Clerk, share: float) -> None:
    noise, rng = clerk.noise, clerk.rng
    if clerk.slips(noise.no_birth * share):
        return
    if clerk.slips(noise.age_instead * share):
        _write_age(row, child, recorded, clerk)
        return
    birth = slips.disturb_birth(child.birth, noise, rng)
    row["date_of_birth"] = _write_year(birth, rng) if clerk.slips(noise.year_only) else clerk.date(birth)


def _write_age(row: Row, child: Child, recorded: date, clerk: Clerk) -> None:
    years = (recorded - child.birth).days // 365
    if clerk.slips(clerk.noise.age_error):
        years = max(0, years + clerk.rng.choice((-3, -2, -1, -1, 1, 1, 2)))
    about = clerk.rng.random() < 0.3
    if clerk.khmer:
        row["age"] = f"{'ប្រហែល ' if about else ''}{slips.khmer_digits(str(years))} ឆ្នាំ"
    else:
        row["age"] = f"about {years}" if about else str(years)
    row["age_as_of"] = recorded.isoformat()


def _write_year(birth: date, rng: random.Random) -> str:
    way = rng.randrange(4)
    if way == 0:  # the Buddhist year changes at Visak, in May
        return f"ព.ស. {slips.khmer_digits(str(birth.year + (544 if birth.month >= 6 else 543)))}"
    if way == 1:
        year = birth.year if (birth.month, birth.day) >= (4, 14) else birth.year - 1
        return f"ឆ្នាំ{_ANIMALS[(year - 4) % 12]}"
    return str(birth.year)


def _write_seen(row: Row, prefix: str, seen: tuple[date, Area | Corridor], child: Child, clerk: Clerk) -> None:
    day, place = seen
    if not clerk.slips(clerk.noise.no_date):
        row[f"{prefix}_date"] = clerk.date(day)
    if clerk.slips(clerk.noise.no_place * 0.5):
        return
    wrong = clerk.slips(clerk.noise.wrong_place)
    row[f"{prefix}_place"] = clerk.place(draw_corridor(child.family.home.province.code, clerk.rng) if wrong else place)


def _write_relatives(row: Row, child: Child, clerk: Clerk, *, share: float) -> None:
    noise, family = clerk.noise, child.family
    for column, relative, stand_in in (
        ("father_name", family.father, family.mother),
        ("mother_name", family.mother, family.father),
    ):
        if not clerk.slips(noise.no_relative * share):
            person = PersonName(stand_in.family, relative.given[:1]) if clerk.slips(noise.wrong_relative) else relative
            row[column] = clerk.name(person, given_only=clerk.slips(noise.relative_given_only * share))
    siblings = [other for other in family.children if other is not child]
    if siblings and not clerk.slips(max(0.5, noise.no_relative * share)):
        row["sibling_names"] = "; ".join(clerk.name(other.name, given_only=True) for other in siblings)


def _height(child: Child, on: date) -> float:
    years = (on - child.birth).days / 365.25
    return child.height_factor * (75 + 6.0 * min(years, 15.5))  # about 75 cm at one, 160 at fifteen
