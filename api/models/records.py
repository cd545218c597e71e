"""The flat record over HTTP: the same columns as CSV and XLSX, as JSON."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema

# Nobody types more into one field: a longer text is a mistake or an attack.
_LONGEST_CELL: Final = 2_000
_LONGEST_TEXT: Final = 20_000
_MOST_ITEMS: Final = 200
# Longer than any telephone or document number; a longer integer is no number that anybody wrote.
_MOST_DIGITS: Final = 30
_Scalar = str | int | float | None
_SCALAR: Final = [{"type": "string"}, {"type": "number"}, {"type": "null"}]
_BOOLEAN: Final = {"type": "boolean"}


def _scalar(cell: Any, most: int, *, boolean: bool = False) -> Any:
    if isinstance(cell, bool) and not boolean:
        raise ValueError("must be text or a number, not true or false")
    if not isinstance(cell, str | int | float | None):
        raise ValueError("must be text or a number")
    if isinstance(cell, str) and len(cell) > most:
        raise ValueError(f"is longer than {most} characters; shorten it")
    if isinstance(cell, float) and not math.isfinite(cell):
        raise ValueError("must be a finite number")
    if isinstance(cell, int) and abs(cell) >= 10**_MOST_DIGITS:
        raise ValueError(f"has more than {_MOST_DIGITS} digits; write it as text")
    return cell


def _list(cell: Any, most: int, *, boolean: bool = False) -> Any:
    if not isinstance(cell, list):
        return _scalar(cell, most, boolean=boolean)
    if len(cell) > _MOST_ITEMS:
        raise ValueError(f"has more than {_MOST_ITEMS} items; leave some out")
    return [_scalar(item, most, boolean=boolean) for item in cell]


def _checked_by(check: Callable[[Any], Any], *more: dict[str, Any]) -> tuple[PlainValidator, WithJsonSchema]:
    # One check a cell, so that an error names the column and not a branch of a union.
    return PlainValidator(check), WithJsonSchema({"anyOf": [*_SCALAR, *more]})


_ITEMS: Final = {"type": "array", "items": {"anyOf": _SCALAR}}
_TEXT = _checked_by(lambda cell: _scalar(cell, _LONGEST_CELL))
_LONG = _checked_by(lambda cell: _scalar(cell, _LONGEST_TEXT))
_LIST = _checked_by(lambda cell: _list(cell, _LONGEST_CELL), _ITEMS)
_YES_NO = _checked_by(lambda cell: _scalar(cell, _LONGEST_CELL, boolean=True), _BOOLEAN)
_ANY = _checked_by(lambda cell: _list(cell, _LONGEST_TEXT, boolean=True), _BOOLEAN, _ITEMS)
Text = Annotated[_Scalar, *_TEXT]
LongText = Annotated[_Scalar, *_LONG]
Texts = Annotated[_Scalar | list[_Scalar], *_LIST]
YesNo = Annotated[_Scalar | bool, *_YES_NO]
Extra = Annotated[_Scalar | bool | list[_Scalar | bool], *_ANY]


class FlatRecord(BaseModel):
    """One child as one source describes them. Everything is optional but `record_id` and `kind`; blank is silence.

    Text is kept as it was written, in any script. A list is a JSON list, or one text separated by `;`. Columns that nobody
    declared are kept and come back.
    """

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Extra] = Field(init=False)

    record_id: Text = Field(
        None, description="`source/id`, unique; the same id again is an update", examples=["shelter/17"]
    )
    kind: Text = Field(
        None, description="`report` (a missing child) or `intake` (a child who has arrived)", examples=["intake"]
    )
    status: Text = Field(None, description="`open` (default), `closed`, `withdrawn`")
    full_name: Text = Field(None, description="as written; may hold both scripts", examples=["សុខា (Sokha)"])
    local_name: Text = Field(None, description="the name in Khmer")
    family_name: Text = Field(None, description="only where the source has the names apart")
    given_name: Text = None
    nickname: Texts = None
    other_names: Texts = Field(None, description="also a name given after the separation")
    sex: Text = Field(None, description="`female`, `male`, `other`, blank")
    date_of_birth: Text = Field(
        None, description="any way people write it, Khmer and Buddhist years too", examples=["15/4/2015"]
    )
    age: Text = Field(None, description="number or range, years or months", examples=["8", "7-9", "18 months"])
    age_as_of: Text = Field(None, description="the day on which the age was true")
    last_seen_date: Text = Field(None, description="reports")
    last_seen_place: Text = Field(None, description="reports")
    found_date: Text = Field(None, description="intakes")
    found_place: Text = Field(None, description="intakes")
    home_place: Text = Field(None, description="free text in either script, or a gazetteer code")
    birth_place: Text = Field(None, description="free text in either script, or a gazetteer code")
    father_name: Text = None
    mother_name: Text = None
    sibling_names: Texts = None
    caregiver_name: Text = None
    inquirer_name: Text = Field(None, description="who asked")
    inquirer_relation: Text = Field(None, description="what the person who asked is to the child")
    phones: Texts = Field(None, description="how to reach the family")
    identifiers: Texts = Field(None, description="`type:number`", examples=["birth:123"])
    languages: Texts = None
    ethnicity: Texts = None
    nationality: Texts = None
    religion: Texts = None
    height_cm: Text = None
    weight_kg: Text = None
    hair: Text = None
    eyes: Text = None
    complexion: Text = None
    marks: Texts = Field(None, description="scars, birthmarks, tattoos, disabilities; free text in either script")
    clothing: LongText = None
    description: LongText = Field(None, description="free text")
    photos: Texts = Field(None, description="file names; `elijah load` compares those that lie beside its file")
    photo_date: Text = None
    consent_for_tracing: YesNo = Field(None, description="blank is no for an intake: only its owner may find it")
    withhold_from: Texts = Field(None, description="persons who must not learn where the child is")
    protection_concerns: Texts = Field(None, description="shown, never scored")
    recorded_on: Text = Field(None, description="the day the source recorded it")

    def to_row(self) -> dict[str, str | int | float]:
        """The row as a file would have it: only what was given, a list as one text separated by `; `."""
        given = self.model_dump(exclude_unset=True)
        return {name: _cell(value) for name, value in given.items() if value is not None}


def _cell(value: Any) -> str | int | float:
    if isinstance(value, list):
        return "; ".join(str(_cell(item)) for item in value if item is not None)
    if isinstance(value, bool):
        return "true" if value else "false"
    assert isinstance(value, str | int | float)  # noqa: S101  # `_list` above lets nothing else in
    return value


# A record on its way out: not checked again, since what a file brought in may be longer than what is taken over HTTP.
ShownRecord = Annotated[
    dict[str, str | bool], Field(description="the flat record (FlatRecord): only what is known, lists joined by `; `")
]


class RejectedRecord(BaseModel):
    """A record of an array that could not be stored. The rest went in."""

    index: int = Field(description="its place in the array, from 0")
    column: str = Field(description="the column that is wrong, blank where it is the record as a whole")
    message: str


class Loaded(BaseModel):
    """What became of an array of records, as `elijah load --json` says it of files."""

    created: int
    updated: int
    unchanged: int
    withdrawn: int = Field(description="records that came with the status `withdrawn`, and are gone for good")
    rejected: list[RejectedRecord]
