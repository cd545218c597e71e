"""A match as a page shows it: words in the reader's language, the evidence beside its bars, two records row by row."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.pages.subjects import SUBJECTS, Line, extra_lines, facts, lines, names
from api.pages.texts import Texts
from api.pages.waterfall import Bar, Waterfall, waterfall
from api.pages.wording import Wording
from indexer.answer import Answer
from matcher.match import SAME_FAMILY, Evidence, Match
from matcher.model import Model
from matcher.record import Record

_STRONGEST: Final = 3
_PLACES: Final = frozenset({"home", "birth_place", "event_place"})
_AGE: Final = re.compile(r"age (.+?)(?: on (.+))?")
_ROLE: Final = re.compile(r"(father|mother|caregiver|inquirer|sibling): (.*)")


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """One piece of evidence in words; `mine` and `other` are the two values that met, `side` is `for`, `against` or `neither`."""

    comparison: str
    label: str
    reason: str
    weight: float
    side: str
    mine: str
    other: str
    bar: Bar


@dataclass(frozen=True, slots=True)
class MatchView:
    """A candidate of a query, or a kept match."""

    match: Match
    names: tuple[str, ...]
    facts: tuple[Line, ...]
    evidence: tuple[EvidenceView, ...]
    waterfall: Waterfall
    same_family: bool

    @property
    def strongest_for(self) -> tuple[EvidenceView, ...]:
        """The few reasons that count most for the match."""
        return _strongest(self.evidence, "for")

    @property
    def strongest_against(self) -> tuple[EvidenceView, ...]:
        """The few reasons that count most against it."""
        return _strongest(self.evidence, "against")


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One subject of two records side by side, with the evidence in which they met."""

    label: str
    report: tuple[Line, ...]
    intake: tuple[Line, ...]
    evidence: tuple[EvidenceView, ...] = ()

    @property
    def side(self) -> str:
        """`for`, `against` or `neither`, by the sum of the weights."""
        return _side(sum(row.weight for row in self.evidence)) if self.evidence else ""


def match_view(match: Match, record: Record | None, w: Wording) -> MatchView:
    """A match for a page. `record` is the candidate as it may be shown, None where the page shows both records itself."""
    drawing = waterfall(match.prior, [row.weight for row in match.evidence], match.score, _cuts(match, w.model))
    return MatchView(
        match=match,
        names=names(record) if record else (),
        facts=facts(record, w) if record else (),
        evidence=tuple(_evidence(row, bar, w) for row, bar in zip(match.evidence, drawing.bars, strict=True)),
        waterfall=drawing,
        same_family=match.outcome == SAME_FAMILY,
    )


def answer_views(answer: Answer, w: Wording, limit: int | None = None) -> tuple[MatchView, ...]:
    """The candidates of an answer, best first, each with its record as it may be shown."""
    return tuple(match_view(match, answer.records[match.record_id], w) for match in answer.matches[:limit])


def side_by_side(report: Record, intake: Record, view: MatchView, w: Wording) -> tuple[FieldRow, ...]:
    """The subjects of which at least one of the two records says something."""
    met = {row.comparison: row for row in view.evidence}
    rows = [
        FieldRow(
            w.t(f"subject.{subject.key}"),
            lines(report, subject, w),
            lines(intake, subject, w),
            tuple(met[name] for name in subject.comparisons if name in met),
        )
        for subject in SUBJECTS
    ]
    rows.append(FieldRow(w.t("subject.extra"), extra_lines(report), extra_lines(intake)))
    return tuple(row for row in rows if row.report or row.intake)


def shown_value(comparison: str, value: str, w: Wording) -> str:
    """A value that met, as scoring shows it, with its few English words in the reader's language."""
    if comparison == "birth" and (age := _AGE.fullmatch(value)):
        return w.t("value.age_on", age=age[1], day=age[2]) if age[2] else w.t("value.age", age=age[1])
    if comparison == "relatives":
        return "; ".join(_with_role(part, w.t) for part in value.split("; "))
    return w.place(value) if comparison in _PLACES else value


def _with_role(part: str, t: Texts) -> str:
    found = _ROLE.fullmatch(part)
    return f"{t(f'role.{found[1]}')}: {found[2]}" if found else part


def _evidence(row: Evidence, bar: Bar, w: Wording) -> EvidenceView:
    return EvidenceView(
        comparison=row.comparison,
        label=w.t(f"comparison.{row.comparison}"),
        reason=w.t.either(row.reason, row.reason_km),
        weight=row.weight,
        side=_side(row.weight),
        mine=shown_value(row.comparison, row.query_value, w),
        other=shown_value(row.comparison, row.candidate_value, w),
        bar=bar,
    )


def _side(weight: float) -> str:
    return "for" if weight > 0 else "against" if weight < 0 else "neither"


def _strongest(evidence: Sequence[EvidenceView], side: str) -> tuple[EvidenceView, ...]:
    ordered = sorted((row for row in evidence if row.side == side), key=lambda row: -abs(row.weight))
    return tuple(ordered[:_STRONGEST])


def _cuts(match: Match, model: Model) -> tuple[float, ...]:
    # The cut-offs of another model would lie: a match keeps the score of the model that made it.
    if match.model != model.version:
        return ()
    return tuple(_score_at(probability, model) for probability in (model.possible, model.likely))


def _score_at(probability: float, model: Model) -> float:
    return (math.log2(probability / (1.0 - probability)) - model.offset) / model.slope
