"""Fitting: an installation's own weights from its own records and from what people decided; put in use when somebody says so.

m comes from pairs that people confirmed, verified or reunited (and a truth file), s from pairs that they called the same family,
u from random pairs of open records. Where too few are the same child, EM finds more of them among the candidates. The shipped
model is what all of it is blended into (matcher/refitting.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from indexer import own_model
from indexer.calibrating import Calibration, recalibrate
from indexer.counting import Counts, Strangers, count_levels, count_strangers, levels_of
from indexer.fitted import Fit
from indexer.installation import Installation
from indexer.labelled import labelled_pairs
from indexer.reconcile import only_one
from indexer.settings import Settings
from indexer.truth import Truth
from indexer.unlabelled import find_same_children
from matcher.errors import InputError
from matcher.fitting import SAME, SIBLING, STRANGER, Seen
from matcher.model import Model
from matcher.names import NameFrequencies
from matcher.priors import sized
from matcher.record import Kind, Record
from matcher.refitting import FURTHEST, learn_names, own_commonness, refit, shipped_data
from matcher.scoring import Scorer

# Fewer pairs of the same child say nothing that the shipped model does not know better.
LEAST_PAIRS: Final = 20
BY_DECISIONS, BY_EM = "decisions", "em"
Progress = Callable[[int, int], None]


def fit(
    installation: Installation, truth: Truth | None = None, *, on: date, on_progress: Progress | None = None
) -> Fit:
    """The installation's own model, not yet in use. Raises `InputError` where too few pairs are the same child."""
    installation.refresh()
    return _Fitting(installation, truth or Truth(), on).run(on_progress)


def adopt(settings: Settings, fitted: Fit) -> None:
    """Use the fitted model from now on; a server that runs already uses it from its next start.

    Raises `ConflictError` while a night job runs.
    """
    with only_one(settings):
        own_model.keep_model(settings, fitted.data)


def go_back(settings: Settings) -> Model:
    """Use the model before the present one; which it is. Raises `InputError` where there is none, `ConflictError` as above."""
    with only_one(settings):
        own_model.go_back(settings)
    return own_model.open_model(settings)


class _Fitting:
    def __init__(self, installation: Installation, truth: Truth, on: date) -> None:
        self._here = installation
        self._truth = truth
        self._on = on
        self._base = shipped_data()
        # Not the model in use: what is counted must not depend on what was fitted before.
        self._scorer = Scorer(installation.gazetteer, Model.shipped())
        self._old = installation.scorer.model
        self._labelled = labelled_pairs(installation, truth)
        self._names = self._learn_names()

    def run(self, on_progress: Progress | None) -> Fit:
        same, method, found = self._same_children(on_progress)
        strangers = count_strangers(self._here, self._scorer, self._labelled.related)
        family = count_levels(self._scorer, levels_of(self._here, self._scorer, self._labelled.family))
        comparisons = refit(self._base, self._seen(same, family, strangers))
        # After counting, which the prior in use must not touch.
        self._base = {**self._base, **self._priors()}
        calibration = self._calibration(comparisons)
        found |= {
            "same_family": len(self._labelled.family),
            "other_child": len(self._labelled.other),
            "strangers": strangers.pairs,
        }
        data = self._written(comparisons, calibration, method, found)
        new = own_model.read_model(json.dumps(data))
        return Fit(data, self._old, new, found, self._labelled.left_out, calibration)

    def _learn_names(self) -> NameFrequencies:
        """How common names are among the children of all open records."""
        open_records = self._here.store.records(open_only=True)
        return learn_names(stored.record.full_name or stored.record.local_name for stored in open_records)

    def _priors(self) -> dict[str, Any]:
        """Both priors for the sizes of today, so that the curve is fitted on the scores that will be given."""
        reports, intakes = (self._here.store.count(kind, open_only=True) for kind in (Kind.REPORT, Kind.INTAKE))
        return sized(self._base, reports, intakes, self._old.prior)

    def _same_children(self, on_progress: Progress | None) -> tuple[Counts, str, dict[str, float]]:
        """The counts of pairs that are the same child, how they were come by, and how many."""
        known = self._labelled.same
        if len(known) >= LEAST_PAIRS:
            counts = count_levels(self._scorer, levels_of(self._here, self._scorer, known))
            return counts, BY_DECISIONS, {"same_child": len(known)}
        more = find_same_children(self._here, self._scorer, self._labelled, self._base, on_progress)
        if more.pairs < LEAST_PAIRS:
            raise InputError(
                f"too little to learn from: {LEAST_PAIRS} pairs that are the same child are needed; {len(known)} are known, and "
                f"with them about {more.pairs:.0f} stand out among {more.candidates} candidates. Decide on more matches, or "
                "give known pairs with --truth"
            )
        found = {"same_child": len(known), "same_child_by_em": round(more.pairs, 1), "candidates": more.candidates}
        return more.counts, BY_EM, found

    def _seen(self, same: Counts, family: Counts, strangers: Strangers) -> dict[str, Seen]:
        return {
            comparison.name: Seen(
                comparison.levels,
                {SAME: same[place], SIBLING: family[place], STRANGER: strangers.counts[place]},
                self._commonness(comparison.name, strangers.records),
            )
            for place, comparison in enumerate(self._scorer.comparisons)
            if comparison.name in self._base["comparisons"]  # else declared for every model, as faces are
        }

    def _commonness(self, name: str, records: tuple[Record, ...]) -> dict[str, float]:
        rarity = self._base["comparisons"][name].get("rarity")
        if not rarity:
            return {}
        reference = {level: float(value["reference"]) for level, value in rarity.items()}
        names = [text for record in records for text in _names(name, record)]
        return own_commonness(reference, names, self._names)

    def _calibration(self, comparisons: Mapping[str, Any]) -> Calibration:
        model = Model.from_json(json.dumps({**self._base, "comparisons": comparisons, "names": self._shares()}))
        scorer = Scorer(self._here.gazetteer, model)
        return recalibrate(self._here, scorer, self._labelled, self._truth, self._base["calibration"])

    def _written(
        self, comparisons: Mapping[str, Any], calibration: Calibration, method: str, found: Mapping[str, float]
    ) -> dict[str, Any]:
        version = own_model.next_version(self._here.settings, self._on)
        provenance = {
            "base": self._base["version"],
            "replaces": self._old.version,
            "on": self._on.isoformat(),
            "method": method,
            "pairs": dict(found),
            "furthest_bits": FURTHEST,
        }
        return {
            **self._base,
            "version": version,
            "made": _made(self._base["version"], method),
            "provenance": provenance,
            "calibration": calibration.to_model(self._base["calibration"]),
            "comparisons": comparisons,
            "names": self._shares(),
        }

    def _shares(self) -> dict[str, Any]:
        return {
            "shares": {sounds: float(f"{share:.4g}") for sounds, share in sorted(self._names.shares.items())},
            "grounds": "shares of this installation's children who bear a part of a name, by its sounds, blended with the "
            "shipped ones; what fewer than three bear is left out",
        }


def _names(comparison: str, record: Record) -> tuple[str, ...]:
    """The names whose commonness counts for the weights of a comparison: the child's, or, which share an entry, its parents'."""
    if comparison == "name":
        return (record.full_name or record.local_name,)
    return (record.father_name, record.mother_name)


def _made(base: str, method: str) -> str:
    pairs = (
        "pairs that people decided on" if method == BY_DECISIONS else "candidates by EM, held to what people decided"
    )
    return (
        f"elijah fit: the model {base} blended with counts of this installation's own records; m from {pairs}, s from pairs "
        f"called the same family, u from random pairs of open records; no weight moved further than {FURTHEST:g} bits."
    )
