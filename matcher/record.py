"""The record: one row about one child from one source, in the flat form of the design.

Values stay as they were written; reading them (names, dates, places) is `matcher.profile`'s work. `Record.from_flat` accepts what
CSV, XLSX and JSON give, `Record.to_flat` gives the same columns back. Columns that nobody declared travel in `extra`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, Self

from matcher.errors import InputError
from matcher.faces import Face
from matcher.text import fold_digits, is_blank, split_list, tidy, tidy_unless_blank


class Kind(StrEnum):
    """Which of the two sides a record stands on."""

    REPORT = "report"
    INTAKE = "intake"

    @property
    def other(self) -> Kind:
        """The side that this one is matched against."""
        return Kind.INTAKE if self is Kind.REPORT else Kind.REPORT


class Status(StrEnum):
    """Only an open record is a candidate; a withdrawn one is gone."""

    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Sex(StrEnum):
    """As recorded; blank is unknown."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One child as one source describes them. Text is `""` and a list `()` where nothing is known.

    `age` is a number or a range in years or months as written; dates are as written; `consent_for_tracing` is None when blank,
    which for an intake counts as no. `faces` are derived from the photos and are no column: they are not read or written here.
    """

    record_id: str
    kind: Kind
    status: Status = Status.OPEN
    full_name: str = ""
    local_name: str = ""
    family_name: str = ""
    given_name: str = ""
    nickname: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    sex: Sex | None = None
    date_of_birth: str = ""
    age: str = ""
    age_as_of: str = ""
    last_seen_date: str = ""
    last_seen_place: str = ""
    found_date: str = ""
    found_place: str = ""
    home_place: str = ""
    birth_place: str = ""
    father_name: str = ""
    mother_name: str = ""
    sibling_names: tuple[str, ...] = ()
    caregiver_name: str = ""
    inquirer_name: str = ""
    inquirer_relation: str = ""
    phones: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    ethnicity: tuple[str, ...] = ()
    nationality: tuple[str, ...] = ()
    religion: tuple[str, ...] = ()
    height_cm: str = ""
    weight_kg: str = ""
    hair: str = ""
    eyes: str = ""
    complexion: str = ""
    marks: tuple[str, ...] = ()
    clothing: str = ""
    description: str = ""
    photos: tuple[str, ...] = ()
    photo_date: str = ""
    consent_for_tracing: bool | None = None
    withhold_from: tuple[str, ...] = ()
    protection_concerns: tuple[str, ...] = ()
    recorded_on: str = ""
    extra: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    faces: tuple[Face, ...] = ()

    @property
    def source(self) -> str:
        """Who owns the record: the part of `record_id` before the first `/`; blank, nobody, where there is none."""
        source, slash, _ = self.record_id.partition("/")
        return source if slash else ""

    @property
    def may_be_traced(self) -> bool:
        """Rule 5: an intake is shown to others only with consent for tracing; a report asks to be found."""
        return self.kind is Kind.REPORT or self.consent_for_tracing is True

    @classmethod
    def from_flat(cls, row: Mapping[str, object], *, kind: Kind | None = None) -> Record:
        """Read one flat row (cells as text, numbers, booleans or lists). `kind` is used where the row has none.

        Raises `InputError` naming the column for a missing or malformed `record_id`, an unknown kind, status or sex.
        """
        record = cls._blank()
        known: dict[str, object] = {"kind": kind}
        extra: dict[str, str] = {}
        for name, cell in row.items():
            if name in COLUMNS:
                value = _CELLS[name](cell) if type(cell) is str else _read(name, cell)
                if value is not None:
                    known[name] = value
            elif (text := _as_text(cell)) != "":
                extra[name] = text
        if known["kind"] is None:
            raise InputError("no kind: write `report` or `intake`, or give --kind", column="kind")
        if not known.get("record_id"):
            raise InputError("no record_id: every row needs its own `source/id`", column="record_id")
        for name, value in known.items():
            _FILL[name](record, value)
        if extra:
            _FILL["extra"](record, MappingProxyType(extra))
        return record

    @classmethod
    def from_own_flat(cls, flat: Mapping[str, str | bool]) -> Record:
        """Read back what `to_flat` wrote, twenty times as fast as `from_flat`: cells are known to be tidy and valid."""
        record = cls._blank()
        extra: dict[str, str] = {}
        for name, cell in flat.items():
            if name in COLUMNS:
                own = _OWN_TYPES.get(name)
                _FILL[name](record, own(cell) if own else cell)
            else:
                extra[name] = str(cell)
        if extra:
            _FILL["extra"](record, MappingProxyType(extra))
        return record

    @classmethod
    def _blank(cls) -> Self:
        """A record that says nothing yet, to be filled: `record_id` and `kind` are missing."""
        record = object.__new__(cls)
        for fill, default in _BLANK:
            fill(record, default)
        return record

    def to_flat(self) -> dict[str, str | bool]:
        """The flat row: only what is known; lists joined by `; `; unknown columns beside the known ones."""
        flat: dict[str, str | bool] = {}
        for name in COLUMNS:
            value = getattr(self, name)
            if type(value) is tuple:
                value = "; ".join(value) if value else ""
            if value != "" and value is not None:
                flat[name] = value if type(value) is str or type(value) is bool else str(value)
        return {**self.extra, **flat}


COLUMNS: Final[dict[str, None]] = dict.fromkeys(f.name for f in fields(Record) if f.name not in ("extra", "faces"))
LIST_COLUMNS: Final[frozenset[str]] = frozenset(f.name for f in fields(Record) if f.default == () and f.name in COLUMNS)
_FREE_TEXT: Final[frozenset[str]] = frozenset({"description", "clothing"})
_RECORD_ID_LENGTH: Final = 200

_KINDS = {
    "report": Kind.REPORT, "missing": Kind.REPORT, "missing child": Kind.REPORT, "tracing request": Kind.REPORT,
    "tracing_request": Kind.REPORT,
    "intake": Kind.INTAKE, "arrival": Kind.INTAKE, "found": Kind.INTAKE, "found child": Kind.INTAKE, "case": Kind.INTAKE,
}  # fmt: skip
_SEXES = {
    "female": Sex.FEMALE, "f": Sex.FEMALE, "girl": Sex.FEMALE, "woman": Sex.FEMALE, "fille": Sex.FEMALE, "féminin": Sex.FEMALE,
    "ស្រី": Sex.FEMALE, "ស": Sex.FEMALE, "ក្មេងស្រី": Sex.FEMALE, "នារី": Sex.FEMALE,
    "male": Sex.MALE, "m": Sex.MALE, "boy": Sex.MALE, "man": Sex.MALE, "garçon": Sex.MALE, "masculin": Sex.MALE,
    "ប្រុស": Sex.MALE, "ប": Sex.MALE, "ក្មេងប្រុស": Sex.MALE,
    "other": Sex.OTHER, "o": Sex.OTHER, "ផ្សេង": Sex.OTHER, "ផ្សេងៗ": Sex.OTHER,
}  # fmt: skip
_YES = frozenset({"true", "1", "1.0", "yes", "y", "oui", "បាទ", "ចាស", "យល់ព្រម", "មាន"})


def _as_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return _number_as_text(cell)
    if isinstance(cell, (list, tuple)):
        return "; ".join(_as_text(item) for item in cell)
    return tidy(str(cell))


def _number_as_text(number: float) -> str:
    if math.isnan(number):  # as pandas marks an empty cell
        return ""
    return str(int(number)) if number.is_integer() else str(number)


def _read(name: str, cell: object) -> object:
    if name in LIST_COLUMNS and isinstance(cell, (list, tuple)):
        return tuple(dict.fromkeys(item for part in cell for item in split_list(_as_text(part))))
    if name in _FREE_TEXT and not isinstance(cell, str):
        return tidy_unless_blank(_as_text(cell))
    return _CELLS[name](cell if isinstance(cell, str) else _as_text(cell))


def _read_free_text(cell: str) -> str:
    return "" if is_blank(cell) else cell.strip()


def _unless_blank(read: Callable[[str], object]) -> Callable[[str], object]:
    def read_cell(cell: str) -> object:
        text = tidy_unless_blank(cell)
        return read(text) if text else None

    return read_cell


def _read_record_id(text: str) -> str:
    if len(text) > _RECORD_ID_LENGTH:
        raise InputError(f"record_id is longer than {_RECORD_ID_LENGTH} characters", column="record_id")
    return text


def _read_kind(text: str) -> Kind:
    try:
        return _KINDS[text.lower()]
    except KeyError:
        raise InputError("unknown kind: write `report` or `intake`", column="kind") from None


def _read_status(text: str) -> Status:
    try:
        return Status(text.lower())
    except ValueError:
        raise InputError("unknown status: write `open`, `closed` or `withdrawn`", column="status") from None


def _read_sex(text: str) -> Sex:
    try:
        return _SEXES[text.lower()]
    except KeyError:
        raise InputError("unknown sex: write `female`, `male`, `other` or leave it blank", column="sex") from None


def _read_consent(text: str) -> bool:
    # Anything but a clear yes is no: the child's safety outweighs a match (rule 5).
    return fold_digits(text).lower() in _YES


_READERS = {
    "record_id": _read_record_id,
    "kind": _read_kind,
    "status": _read_status,
    "sex": _read_sex,
    "consent_for_tracing": _read_consent,
}
# How a text becomes the value of a column; None where that is its default.
_CELLS: Final[dict[str, Callable[[str], object]]] = {
    **dict.fromkeys(COLUMNS, tidy_unless_blank),
    **dict.fromkeys(LIST_COLUMNS, split_list),
    **dict.fromkeys(_FREE_TEXT, _read_free_text),
    **{name: _unless_blank(read) for name, read in _READERS.items()},
}
_OWN_TYPES: Final[dict[str, Callable[[Any], object]]] = {
    **dict.fromkeys(LIST_COLUMNS, lambda cell: tuple(cell.split("; "))),
    "kind": {kind.value: kind for kind in Kind}.__getitem__,
    "status": {status.value: status for status in Status}.__getitem__,
    "sex": {sex.value: sex for sex in Sex}.__getitem__,
}
# The slots of a record, filled one by one: its own `__init__`, which goes round the frozen class for each, takes twice as long.
_FILL: Final[dict[str, Callable[[Record, object], None]]] = {
    f.name: getattr(Record, f.name).__set__ for f in fields(Record)
}
_BLANK: Final = tuple(
    (_FILL[f.name], _NOTHING if f.name == "extra" else f.default)
    for f in fields(Record)
    if f.name not in ("record_id", "kind")
)
