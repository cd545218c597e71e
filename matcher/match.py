"""A match: a scored pair with its evidence, as every answer of Elijah gives it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

SAME_CHILD = "same_child"
SAME_FAMILY = "same_family"
# The evidence that can say where the child is.
_WHERE = frozenset({"event_place", "address"})
# Evidence whose values can name who has the child now: the caregiver, a shelter's number, a photo taken there.
_WITH_WHOM = frozenset({"phones", "relatives", "face"})
_HELD_REASON = "Not shown: a senior reviewer decides on this match first."
_HELD_REASON_KM = "មិនបង្ហាញ៖ អ្នកពិនិត្យជាន់ខ្ពស់ត្រូវសម្រេចលើករណីនេះជាមុនសិន។"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one comparison found: level, weight in bits (above 0 for, below against), the two values that met, why in words."""

    comparison: str
    level: str
    weight: float
    query_value: str
    candidate_value: str
    reason: str
    reason_km: str

    def to_json(self) -> dict[str, object]:
        """The public shape of a row of evidence."""
        return {name: getattr(self, name) for name in _ROW}


@dataclass(frozen=True, slots=True)
class Match:
    """One ranked candidate of a query. `score` = `prior` + the sum of the evidence's weights, in bits.

    `outcome` is what is most probable: `same_family`, a brother or sister, has `family_probability`.
    """

    record_id: str
    number: int
    rank: int
    score: float
    probability: float
    likelihood: str
    coverage: float
    evidence: tuple[Evidence, ...]
    caps: tuple[str, ...]
    prior: float
    model: str
    outcome: str
    family_probability: float
    held: bool = False
    held_reasons: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """The public shape of a match; record numbers are internal and stay out."""
        shape: dict[str, object] = {name: getattr(self, name) for name in _SHOWN}
        shape["evidence"] = [row.to_json() for row in self.evidence]
        shape["caps"], shape["held_reasons"] = list(self.caps), list(self.held_reasons)
        return shape

    def swapped(self, record_id: str, number: int) -> Match:
        """The same pair told from the other record's side; `record_id` and `number` are those of the new candidate."""
        evidence = tuple(
            replace(row, query_value=row.candidate_value, candidate_value=row.query_value) for row in self.evidence
        )
        return replace(self, record_id=record_id, number=number, evidence=evidence)

    def hold(self, reasons: tuple[str, ...]) -> Match:
        """The match as it may be shown when someone must not learn where the child is (rule 4)."""
        evidence = tuple(_without_whereabouts(row) for row in self.evidence)
        return replace(self, held=True, held_reasons=reasons, evidence=evidence)


# Every value is text or a number that is handed out as it is: `asdict` would look into each of them.
_ROW = tuple(field.name for field in fields(Evidence))
_SHOWN = tuple(field.name for field in fields(Match) if field.name != "number")


def _without_whereabouts(row: Evidence) -> Evidence:
    if row.comparison in _WITH_WHOM:
        return replace(row, query_value="", candidate_value="")
    if row.comparison not in _WHERE:
        return row
    return replace(
        row, level="held", query_value="", candidate_value="", reason=_HELD_REASON, reason_km=_HELD_REASON_KM
    )
