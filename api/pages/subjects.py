"""What a reader sees of a record, subject by subject: which columns stand together, and which comparison they meet in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.pages.wording import Wording
from matcher.record import Record


@dataclass(frozen=True, slots=True)
class Subject:
    """One row of a record as it is shown. `comparisons` are the kinds of evidence that read it, by name."""

    key: str
    columns: tuple[str, ...]
    comparisons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One value of a subject; `label` is blank where the subject's own name says enough."""

    label: str
    value: str


# In the order in which a reviewer reads two records.
SUBJECTS: Final = (
    Subject("name", ("local_name", "full_name", "family_name", "given_name", "nickname", "other_names"), ("name",)),
    Subject("sex", ("sex",), ("sex",)),
    Subject("birth", ("date_of_birth", "age", "age_as_of"), ("birth",)),
    Subject("event_date", ("last_seen_date", "found_date"), ("elapsed",)),
    Subject("event_place", ("last_seen_place", "found_place"), ("event_place",)),
    Subject("home", ("home_place",), ("home", "address")),
    Subject("birth_place", ("birth_place",), ("birth_place",)),
    Subject("father", ("father_name",), ("father",)),
    Subject("mother", ("mother_name",), ("mother",)),
    Subject("siblings", ("sibling_names",), ("siblings", "swapped")),
    Subject("relatives", ("caregiver_name", "inquirer_name", "inquirer_relation"), ("relatives",)),
    Subject("phones", ("phones",), ("phones",)),
    Subject("identifiers", ("identifiers",), ("identifiers",)),
    Subject("marks", ("marks",), ("marks",)),
    Subject("height", ("height_cm", "weight_kg"), ("height",)),
    Subject("appearance", ("hair", "eyes", "complexion"), ("appearance",)),
    Subject("clothing", ("clothing",), ("clothing",)),
    Subject("languages", ("languages",), ("languages",)),
    Subject("ethnicity", ("ethnicity",), ("ethnicity",)),
    Subject("nationality", ("nationality",), ("nationality",)),
    Subject("religion", ("religion",), ("religion",)),
    Subject("description", ("description",)),
    Subject("protection", ("protection_concerns", "withhold_from")),
    Subject("consent", ("consent_for_tracing",)),
    Subject("photos", ("photos", "photo_date"), ("face",)),
    Subject("file", ("status", "recorded_on")),
)
# What tells one child from another at a glance, in a list of answers.
_FACTS: Final = ("sex", "birth", "event_date", "event_place", "home", "father", "mother", "marks")


def lines(record: Record, subject: Subject, w: Wording) -> tuple[Line, ...]:
    """What the record says on a subject; empty where it says nothing."""
    name = w.t(f"subject.{subject.key}")
    told = ((w.t(f"field.{column}"), column_text(record, column, w)) for column in subject.columns)
    one = len(subject.columns) == 1
    return tuple(Line("" if one or label == name else label, text) for label, text in told if text)


def extra_lines(record: Record) -> tuple[Line, ...]:
    """The columns that Elijah does not know, under the names their source gave them."""
    return tuple(Line(name, value) for name, value in record.extra.items())


def facts(record: Record, w: Wording) -> tuple[Line, ...]:
    """The few facts of a candidate: a line each, labelled."""
    wanted = (subject for subject in SUBJECTS if subject.key in _FACTS)
    found = ((subject, lines(record, subject, w)) for subject in wanted)
    return tuple(_one_line(record, subject, said, w) for subject, said in found if said)


def names(record: Record) -> tuple[str, ...]:
    """The child's names as a heading, the Khmer one first; empty where nobody knows one."""
    together = f"{record.family_name} {record.given_name}".strip()
    told = (record.local_name, record.full_name or together, *record.nickname)
    return tuple(dict.fromkeys(name for name in told if name))


def column_text(record: Record, column: str, w: Wording) -> str:
    """One column in words: codes are translated, what people wrote stays as they wrote it."""
    value = getattr(record, column)
    if column == "sex":
        return w.t(f"sex.{value}") if value else ""
    if column == "status":
        return w.t(f"record_status.{value}")
    if column == "consent_for_tracing":
        return w.t("consent.blank" if value is None else f"consent.{'yes' if value else 'no'}")
    if column.endswith("_place"):
        return w.place(value)
    return "; ".join(value) if isinstance(value, tuple) else str(value)


def _one_line(record: Record, subject: Subject, said: Sequence[Line], w: Wording) -> Line:
    if subject.key == "birth":
        return Line(w.t("subject.birth"), record.date_of_birth or _age(record, w))
    if len(said) == 1 and said[0].label:
        return said[0]
    return Line(w.t(f"subject.{subject.key}"), ", ".join(line.value for line in said))


def _age(record: Record, w: Wording) -> str:
    if not record.age_as_of:
        return w.t("value.age", age=record.age)
    return w.t("value.age_on", age=record.age, day=record.age_as_of)
