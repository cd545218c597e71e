"""Scoring: columns of records in, levels, weights and probabilities out; one vectorised path for one query and for millions.

`Scorer.score` takes aligned positions into a report side and an intake side. What it returns *is* the explanation: `explain` only
puts words to the numbers of one row.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.caps import Caps
from matcher.columns import Columns, Meeting, Reading, read_column, reread_columns
from matcher.comparisons.base import SILENT, Compared, Comparison
from matcher.evidence import declared_comparisons
from matcher.family import CAP, against_siblings, is_same_family
from matcher.match import SAME_CHILD, SAME_FAMILY, Evidence, Match
from matcher.model import Model, Weights
from matcher.names import NameFrequencies
from matcher.places import Gazetteer
from matcher.reasons import reason
from matcher.record import Kind, Record

# Pairs scored at once: bounds the memory of a night at about 100 MB, whatever the size of the installation.
BLOCK = 200_000


@dataclass(frozen=True, slots=True)
class Scores:
    """The outcome for aligned pairs: a row a pair, a column a comparison. Weights are in bits after groups; `cut` is what
    caps took."""

    levels: NDArray[np.int8]
    weights: NDArray[np.float64]
    cut: NDArray[np.float64]
    score: NDArray[np.float64]
    family_score: NDArray[np.float64]
    probability: NDArray[np.float64]
    coverage: NDArray[np.float64]
    caps: NDArray[np.bool_]
    same_family: NDArray[np.bool_]


class Scorer:
    """Scores pairs with one model and one gazetteer. Thread-safe; keeps what it has read of distinct values."""

    def __init__(self, gazetteer: Gazetteer, model: Model | None = None) -> None:
        self.model = model or Model.shipped()
        shares = self.model.name_shares
        self.comparisons: tuple[Comparison[object], ...] = declared_comparisons(
            gazetteer, NameFrequencies(shares) if shares else None
        )
        self.names = tuple(comparison.name for comparison in self.comparisons)
        self._tables = tuple(_WeightTable(comparison, self.model) for comparison in self.comparisons)
        importance = np.array([self.model.comparisons[name].importance for name in self.names])
        self._importance = importance / importance.sum()
        self._caps = Caps(self.model, self.comparisons)
        self._groups = tuple(
            (tuple(map(self.names.index, group.members)), np.array(group.shares))
            for group in self.model.groups.values()
        )

    def columns(self, records: Sequence[Record]) -> Columns:
        """Read the records for every comparison; each distinct text is read once."""
        columns = tuple(read_column(comparison, records) for comparison in self.comparisons)
        return Columns([record.record_id for record in records], columns)

    def columns_of(self, readings: Sequence[Reading], *, beside: Columns | None = None) -> Columns:
        """`columns` of records that may have been read before.

        `beside`: the other side of the pairs; what it says nothing on is not read here either.
        """
        needed = [bool(column) for column in beside.columns] if beside else [True] * len(self.comparisons)
        return Columns(
            [reading.record.record_id for reading in readings], reread_columns(self.comparisons, needed, readings)
        )

    def score(self, reports: Columns, intakes: Columns, left: NDArray[np.int64], right: NDArray[np.int64]) -> Scores:
        """Score the pairs (reports[left[i]], intakes[right[i]]); shapes (n,) in, (n, comparisons) inside the answer."""
        columns = zip(self.comparisons, reports.columns, intakes.columns, strict=True)
        meetings = [Meeting(*one) for one in columns]
        blocks = [
            self._score_block(meetings, left[start : start + BLOCK], right[start : start + BLOCK])
            for start in range(0, max(len(left), 1), BLOCK)
        ]
        return blocks[0] if len(blocks) == 1 else _join(blocks)

    def _score_block(self, meetings: Sequence[Meeting], left: NDArray[np.int64], right: NDArray[np.int64]) -> Scores:
        # A comparison's column at a stretch in memory: work goes column by column, and where a side is silent there is none.
        levels = np.full((len(left), len(meetings)), SILENT, dtype=np.int8, order="F")
        weights, family_weights = np.zeros(levels.shape, order="F"), np.zeros(levels.shape, order="F")
        spoken = [place for place, meeting in enumerate(meetings) if meeting]
        for place in spoken:
            compared = meetings[place].compare(left, right)
            levels[:, place] = compared.levels
            weights[:, place], family_weights[:, place] = self._tables[place].bits(compared)
        # What repeats itself is taken from the child and from a sibling alike: it tells the two no less apart than before.
        for place in spoken:
            np.subtract(weights[:, place], family_weights[:, place], out=family_weights[:, place])
        self._weigh_groups(weights)
        for place in spoken:
            np.subtract(weights[:, place], family_weights[:, place], out=family_weights[:, place])
            np.round(weights[:, place], 2, out=weights[:, place])
        return self._finish(levels, weights, family_weights, spoken)

    def _weigh_groups(self, weights: NDArray[np.float64]) -> None:
        for places, shares in self._groups:
            members = [place for place in places if (weights[:, place] > 0).any()]
            if len(members) < 2:
                continue
            positive = np.maximum(weights[:, members], 0.0)
            rows = np.flatnonzero(np.count_nonzero(positive, axis=1) >= (2 if shares[0] == 1.0 else 1))
            positive = positive[rows]
            order = np.argsort(-positive, axis=1, kind="stable")
            shared = np.empty_like(positive)
            np.put_along_axis(shared, order, np.broadcast_to(shares[: len(members)], positive.shape), axis=1)
            shared *= positive
            for column, place in enumerate(members):
                above = positive[:, column] > 0
                weights[rows[above], place] = shared[above, column]

    def _finish(
        self,
        levels: NDArray[np.int8],
        weights: NDArray[np.float64],
        family_weights: NDArray[np.float64],
        spoken: Sequence[int],
    ) -> Scores:
        family_scores = np.round(self.model.family_prior + _sums(family_weights, spoken), 2)
        uncapped = np.round(self.model.prior + _sums(weights, spoken), 2)
        caps = self._caps.find(levels, weights, family_weights, spoken)
        apart = against_siblings(uncapped, family_scores, self.model)
        score = self._caps.limit(apart, caps)
        return Scores(
            levels=levels,
            weights=weights,
            cut=np.round(score - uncapped, 2),
            score=score,
            family_score=family_scores,
            probability=1.0 / (1.0 + np.exp2(-(self.model.slope * score + self.model.offset))),
            coverage=self._coverage(levels, spoken),
            caps=np.column_stack([caps, apart < uncapped]),
            same_family=is_same_family(uncapped, family_scores),
        )

    def _coverage(self, levels: NDArray[np.int8], spoken: Sequence[int]) -> NDArray[np.float64]:
        covered = np.zeros(len(levels))
        for place in spoken:
            covered += self._importance[place] * (levels[:, place] != SILENT)
        return np.round(covered, 4)

    def rank(self, scores: Scores, rows: NDArray[np.int64], numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows, best first: by score, then by what caps took (least first), then by record number."""
        order = np.lexsort((numbers, -scores.cut[rows], -scores.score[rows]))
        return rows[order]

    def explain(  # noqa: PLR0913  # a row, its two sides and its place in the answer: none of them belongs to another
        self, scores: Scores, row: int, query: Side, candidate: Side, *, rank: int, number: int
    ) -> Match:
        """One pair in words. `query` and `candidate` say where each stands in its columns; either may be the report."""
        evidence = [
            self._evidence(scores, row, place, query, candidate)
            for place in range(len(self.comparisons))
            if scores.levels[row, place] != SILENT
        ]
        named = zip((*self.model.caps, CAP), scores.caps[row], strict=True)
        caps = tuple(name for name, applies in named if applies)
        if scores.cut[row]:
            evidence.append(_cap_evidence(caps, float(scores.cut[row])))
        probability = float(scores.probability[row])
        uncapped = float(scores.score[row] - scores.cut[row])
        return Match(
            record_id=candidate.columns.record_ids[candidate.position],
            number=number,
            rank=rank,
            score=float(scores.score[row]),
            probability=probability,
            likelihood=self.model.likelihood(probability),
            coverage=float(scores.coverage[row]),
            evidence=tuple(evidence),
            caps=caps,
            prior=self.model.prior,
            model=self.model.version,
            outcome=SAME_FAMILY if scores.same_family[row] else SAME_CHILD,
            family_probability=self.model.family_probability(uncapped, float(scores.family_score[row])),
        )

    def _evidence(self, scores: Scores, row: int, place: int, query: Side, candidate: Side) -> Evidence:
        comparison = self.comparisons[place]
        level = comparison.levels[scores.levels[row, place]]
        mine, other = comparison.show_both(query.text(place), candidate.text(place))
        english, khmer = reason(comparison.name, level)
        weight = float(scores.weights[row, place])
        return Evidence(comparison.name, level, weight, mine, other, english, khmer)


@dataclass(frozen=True, slots=True)
class Side:
    """One record of a pair: its columns, its position in them."""

    kind: Kind
    columns: Columns
    position: int

    def text(self, place: int) -> Hashable:
        """What this record says for the comparison at this place."""
        column = self.columns.columns[place]
        text: Hashable = column.texts[column.positions[self.position]]
        return text


class _WeightTable:
    """The bits of one comparison as arrays over its levels."""

    def __init__(self, comparison: Comparison[object], model: Model) -> None:
        weights: Weights = model.comparisons[comparison.name]
        # The last row is SILENT's: index -1 reaches it.
        self._bits, self._family_bits = (
            np.array([*(bits[level] for level in comparison.levels), 0.0])
            for bits in (weights.bits, weights.family_bits)
        )
        self._reference = np.zeros(len(self._bits))
        self._least, self._most = np.zeros(len(self._bits)), np.zeros(len(self._bits))
        for level, rarity in weights.rarity.items():
            place = comparison.levels.index(level)
            self._reference[place], self._least[place], self._most[place] = rarity.reference, rarity.least, rarity.most
        self._is_moved = bool(weights.rarity)

    def bits(self, compared: Compared) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Per pair: the bits for the same child, and for a brother or sister."""
        levels = compared.levels.astype(np.intp)
        bits, family_bits = self._bits[levels], self._family_bits[levels]
        if self._is_moved:
            rare = np.flatnonzero((self._reference[levels] > 0) & (compared.commonness > 0))
            levels = levels[rare]
            moved = np.log2(self._reference[levels] / compared.commonness[rare])
            moved = np.clip(moved, self._least[levels], self._most[levels])
            bits[rare] += moved
            family_bits[rare] += moved
        return bits, family_bits


def _sums(weights: NDArray[np.float64], spoken: Sequence[int]) -> NDArray[np.float64]:
    sums = np.zeros(len(weights))
    for place in spoken:
        sums += weights[:, place]
    return sums


def _join(blocks: list[Scores]) -> Scores:
    fields = Scores.__slots__
    return Scores(**{name: np.concatenate([getattr(block, name) for block in blocks]) for name in fields})


def _cap_evidence(caps: tuple[str, ...], cut: float) -> Evidence:
    english, khmer = zip(*(reason("cap", cap) for cap in caps), strict=True)
    return Evidence("cap", "; ".join(caps), cut, "", "", " ".join(english), " ".join(khmer))
