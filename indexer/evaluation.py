"""How good the matches are, against pairs that are known: ranking, precision at each likelihood, calibration, retrieval."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from indexer.installation import Installation
from indexer.metrics import calibration_error, mean_reciprocal_rank, recall_at
from matcher.errors import InputError
from matcher.match import SAME_FAMILY, Match
from matcher.record import Kind

Pair = tuple[str, str]
_DEPTH = 200
_CUTS = (1, 5, 10, 20)


@dataclass(frozen=True, slots=True)
class AtLikelihood:
    """One likelihood: how many matches have it, the share of them that are true, the share of the truth that they are."""

    matches: int
    precision: float | None
    recall: float | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures, and what they were made from: per report its ranked matches. Shares are 0..1."""

    truth: frozenset[Pair]
    rankings: Mapping[str, tuple[Match, ...]]

    def scored(self) -> list[tuple[float, bool]]:
        """(probability, is it the same child) of every match that was brought up."""
        return [
            (match.probability, (report, match.record_id) in self.truth)
            for report, matches in self.rankings.items()
            for match in matches
        ]

    def ranks(self) -> list[int | None]:
        """The rank of each true intake, None where it was not brought up."""
        found = {
            (report, match.record_id): match.rank for report, matches in self.rankings.items() for match in matches
        }
        return [found.get(pair) for pair in sorted(self.truth)]

    def to_json(self) -> dict[str, object]:
        """The public shape of `elijah evaluate --json`."""
        ranks, scored = self.ranks(), self.scored()
        return {
            "pairs": len(self.truth),
            "reports": len(self.rankings),
            "recall": {f"@{cut}": recall_at(ranks, cut) for cut in _CUTS},
            "mrr": mean_reciprocal_rank(ranks),
            "retrieval_recall": recall_at(ranks, _DEPTH),
            "calibration_error": calibration_error(scored),
            "likelihood": {name: asdict(row) for name, row in self.likelihoods().items()},
            "same_family_called": self._same_family(),
        }

    def likelihoods(self) -> dict[str, AtLikelihood]:
        """How often each likelihood was given, and how often it was right."""
        return {name: self._at(name) for name in ("likely", "possible", "unlikely")}

    def _at(self, likelihood: str) -> AtLikelihood:
        hits = [
            (report, match.record_id) in self.truth
            for report, matches in self.rankings.items()
            for match in matches
            if match.likelihood == likelihood
        ]
        precision = sum(hits) / len(hits) if hits else None
        return AtLikelihood(len(hits), precision, sum(hits) / len(self.truth) if self.truth else None)

    def _same_family(self) -> int:
        return sum(match.outcome == SAME_FAMILY for matches in self.rankings.values() for match in matches)

    def worst(self, limit: int = 10) -> dict[str, list[dict[str, object]]]:
        """The most confident wrong matches, and the known pairs ranked lowest or not brought up."""
        wrong = sorted(
            ((match.probability, report, match.record_id) for report, matches in self.rankings.items() for match in matches
             if (report, match.record_id) not in self.truth),
            reverse=True,
        )  # fmt: skip
        ranked = sorted(zip(self.ranks(), sorted(self.truth), strict=True), key=lambda one: -(one[0] or _DEPTH + 1))
        return {
            "false_positives": [
                {"report_id": report, "intake_id": intake, "probability": probability}
                for probability, report, intake in wrong[:limit]
            ],
            "misses": [
                {"report_id": pair[0], "intake_id": pair[1], "rank": rank} for rank, pair in ranked[:limit] if rank != 1
            ],
        }


def evaluate(
    installation: Installation, truth: Iterable[Pair], on_progress: Callable[[int, int], None] | None = None
) -> Evaluation:
    """Rank the candidates of every open report that is loaded, also of those without a partner: they can only be wrong."""
    pairs = frozenset(truth)
    reports = [stored.record for stored in installation.store.records(kind=Kind.REPORT, open_only=True)]
    known = {record.record_id for record in reports}
    missing = sorted({report for report, _ in pairs} - known)
    if missing:
        raise InputError(
            f"{len(missing)} report_id of the truth file are not loaded or not open; load them first",
            column="report_id",
        )
    rankings: dict[str, tuple[Match, ...]] = {}
    for done, answer in enumerate(installation.check(reports, limit=_DEPTH), start=1):
        rankings[answer.query.record_id] = answer.matches
        if on_progress:
            on_progress(done, len(reports))
    return Evaluation(pairs, rankings)


def read_truth(path: Path) -> list[Pair]:
    """The pairs of a CSV with the columns report_id,intake_id. Raises `InputError`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name}: cannot be read; give a CSV in UTF-8 with report_id,intake_id") from error
    reader = csv.DictReader(text.splitlines())
    if not {"report_id", "intake_id"} <= set(reader.fieldnames or ()):
        raise InputError(f"{path.name}: the first line must be report_id,intake_id", column="report_id")
    return [
        (row["report_id"].strip(), row["intake_id"].strip()) for row in reader if row["report_id"] and row["intake_id"]
    ]


def precision_recall(scored: Sequence[tuple[float, bool]], positives: int) -> list[tuple[float, float]]:
    """(recall, precision) at every cut of the probability, best first."""
    points, hits = [], 0
    for count, (_, is_true) in enumerate(sorted(scored, reverse=True), start=1):
        hits += is_true
        points.append((hits / max(positives, 1), hits / count))
    return points
