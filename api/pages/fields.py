"""The fields of the forms, as data: a template draws them, a route reads them back into a flat record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from matcher.errors import InputError
from matcher.record import Kind

# Nobody types more into one field; a longer text is a mistake or an attack.
LONGEST: Final = 2_000
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Field:
    """One input. Its label is `field.<name>`; `hint` is the key of a line below the label; `control` says how it is drawn."""

    name: str
    control: str = "text"
    hint: str = ""
    khmer: bool = False
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Fields under one heading; a folded group is opened by the reader, or by what stands in it."""

    key: str
    fields: tuple[Field, ...]
    folded: bool = False


_SEX = Field("sex", "select", options=("", "female", "male", "other"))
_NAMES = (
    Field("full_name", hint="hint.full_name"),
    Field("local_name", hint="hint.local_name", khmer=True),
    _SEX,
    Field("date_of_birth", hint="hint.date_of_birth"),
    Field("age", hint="hint.age"),
    Field("age_as_of", hint="hint.age_as_of"),
)
_FAMILY = (
    Field("father_name"),
    Field("mother_name"),
    Field("sibling_names", hint="hint.list"),
    Field("caregiver_name"),
)
_BODY = (Field("height_cm", "number"), Field("hair"), Field("eyes"), Field("complexion"), Field("clothing"))
_COMMUNITY = (Field("languages"), Field("ethnicity"), Field("nationality"), Field("religion"))
_OTHER_NAMES = (
    Field("nickname", hint="hint.list"),
    Field("other_names", hint="hint.list"),
    Field("birth_place"),
)

SEARCH: Final = (
    Group("child", _NAMES),
    Group(
        "place",
        (Field("home_place", hint="hint.place"), Field("event_place"), Field("event_date", hint="hint.event_date")),
    ),
    Group("family", (*_FAMILY, Field("phones", "tel", hint="hint.list"))),
    Group("recognise", (Field("marks", hint="hint.marks"), Field("identifiers", hint="hint.identifiers"))),
    Group(
        "more",
        (*_OTHER_NAMES, *_BODY, *_COMMUNITY, Field("inquirer_name", hint="hint.inquirer"), Field("inquirer_relation")),
        folded=True,
    ),
)
INTAKE: Final = (
    Group("child", _NAMES),
    Group(
        "arrival",
        (Field("found_place", hint="hint.place"), Field("found_date", hint="hint.found_date"), Field("home_place")),
    ),
    Group("family", (*_FAMILY, Field("phones", "tel", hint="hint.list"))),
    Group(
        "recognise",
        (Field("marks", hint="hint.marks"), Field("clothing"), Field("identifiers", hint="hint.identifiers")),
    ),
    Group(
        "more",
        (
            *_OTHER_NAMES,
            *(field for field in _BODY if field.name != "clothing"),
            *_COMMUNITY,
            Field("description", "textarea"),
        ),
        folded=True,
    ),
)
# Asked when an arrival is to be saved, and only then.
KEEPING: Final = Group(
    "keeping",
    (
        Field("source", hint="hint.source"),
        Field("number", hint="hint.number"),
        Field("withhold_from", hint="hint.withhold_from"),
        Field("protection_concerns", hint="hint.protection_concerns"),
    ),
)


def read_form(groups: tuple[Group, ...], form: Mapping[str, str]) -> dict[str, str]:
    """What was typed into these groups, blanks left out. Raises `InputError` naming a field that is too long."""
    typed: dict[str, str] = {}
    for field in (field for group in groups for field in group.fields):
        text = _CONTROL.sub("", form.get(field.name, "")).strip()
        if len(text) > LONGEST:
            raise InputError(f"a field is longer than {LONGEST} characters; shorten it", column=field.name)
        if text:
            typed[field.name] = text
    return typed


def as_flat(typed: Mapping[str, str], sought: Kind) -> dict[str, object]:
    """A search form as a flat record: where and when mean last seen for a missing child, found for one who arrived."""
    event = ("last_seen_place", "last_seen_date") if sought is Kind.INTAKE else ("found_place", "found_date")
    renamed = {"event_place": event[0], "event_date": event[1]}
    return {renamed.get(name, name): text for name, text in typed.items()}
