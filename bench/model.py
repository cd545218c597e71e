"""Makes the shipped model: `make model` writes matcher/data/model.json, bit for bit the same each time.

    python -m bench.model [--out FILE] [--reports 1500] [--show]

The reasoned shares (bench/data/reasoned_model.json, with their grounds) are blended with what is counted in generated worlds of
three noise models; the calibration curve is fitted on worlds with other seeds. Figures that are quoted come from worlds with
yet other seeds (bench/quality.py), so nothing is measured where it was fitted.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.installed import loaded
from bench.noise import NOISES
from bench.world import World, make_world
from indexer.blocks import candidate_pairs
from indexer.pairing import ScoredPairs
from matcher.columns import Columns
from matcher.costs import Costs, cutoffs
from matcher.fitting import SHARES, Seen, fit_calibration, fit_levels
from matcher.model import Model
from matcher.places import Gazetteer
from matcher.record import Record
from matcher.refitting import commonness
from matcher.scoring import Scorer, Scores

REASONED = Path(__file__).parent / "data" / "reasoned_model.json"
SHIPPED = Path(__file__).resolve().parents[1] / "matcher" / "data" / "model.json"
_COUNTING_SEEDS, _CALIBRATING_SEEDS = (101, 102), (201,)
_INTAKES_PER_REPORT = 3
_STRANGERS = 200_000


@dataclass(frozen=True, slots=True)
class Pairs:
    """A world as columns, and positions of pairs by what they are."""

    reports: Columns
    intakes: Columns
    positions: dict[str, NDArray[np.int64]]


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the model and say what moved."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.model", description="Fit the shipped model on generated worlds."
    )
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--reports", type=int, default=1_500)
    parser.add_argument("--show", action="store_true", help="print every weight, reasoned and fitted")
    asked = parser.parse_args(arguments)
    reasoned = with_cutoffs(json.loads(REASONED.read_text(encoding="utf-8")))
    fitted = fit(reasoned, asked.reports)
    asked.out.write_text(json.dumps(fitted, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if asked.show:
        _show(reasoned, fitted)
    print(f"{asked.out}: slope {fitted['calibration']['slope']}, offset {fitted['calibration']['offset']}")


def fit(reasoned: dict[str, Any], reports: int) -> dict[str, Any]:
    """The model fitted on worlds of this size."""
    scorer = Scorer(Gazetteer.shipped(), Model.from_json(json.dumps(complete(reasoned))))
    seen = _count(scorer, reports)
    fitted = {**reasoned, "version": "fitted", "made": _made(reports)}
    fitted["comparisons"] = {
        name: entry if "same_as" in entry else fit_levels(name, entry, seen[name])
        for name, entry in reasoned["comparisons"].items()
    }
    slope, offset = fit_calibration(*_scored(Model.from_json(json.dumps(fitted)), reports))
    grounds = f"Platt's curve over all candidates of worlds with seeds {_CALIBRATING_SEEDS}, every noise model"
    fitted["calibration"] = {"slope": slope, "offset": offset, "grounds": grounds}
    fitted["version"] = f"fitted-{_digest(fitted)}"
    return fitted


def _digest(model: dict[str, Any]) -> str:
    """Other weights have another version, so that the next night compares everything again."""
    return hashlib.sha256(json.dumps(model, sort_keys=True).encode()).hexdigest()[:8]


def with_cutoffs(reasoned: dict[str, Any]) -> dict[str, Any]:
    """The reasoned model with the cut-offs that its declared costs ask for."""
    return {**reasoned, "cutoffs": {**cutoffs(Costs.from_table(reasoned["costs"])), **reasoned["cutoffs"]}}


def complete(reasoned: dict[str, Any]) -> dict[str, Any]:
    """The reasoned model with a share of siblings for every level: like strangers where nothing was said."""
    comparisons = {
        name: entry
        if "same_as" in entry
        else {**entry, "levels": {level: {"s": value["u"], **value} for level, value in entry["levels"].items()}}
        for name, entry in reasoned["comparisons"].items()
    }
    return {**reasoned, "comparisons": comparisons}


def _made(reports: int) -> str:
    return (
        f"make model: reasoned shares (bench/data/reasoned_model.json) blended with counts from worlds of {reports} reports, "
        f"noise {', '.join(NOISES)}, seeds {_COUNTING_SEEDS}. m, s, u = share of a level among pairs that are the same child, "
        "brothers and sisters, strangers; weights are log2(m/u) and log2(s/u) bits."
    )


def _worlds(reports: int, seeds: Sequence[int]) -> Iterator[World]:
    return (make_world(reports, _INTAKES_PER_REPORT * reports, seed, 0.6, noise) for noise in NOISES for seed in seeds)


def _pairs(scorer: Scorer, world: World, seed: int) -> Pairs:
    reports, intakes = ([Record.from_flat(row) for row in rows] for rows in (world.reports, world.intakes))
    place = {record.record_id: at for records in (reports, intakes) for at, record in enumerate(records)}
    related = {
        name: np.array([(place[report], place[intake]) for report, intake in pairs], dtype=np.int64).reshape(-1, 2)
        for name, pairs in (("m", world.truth), ("s", world.siblings))
    }
    rng = np.random.default_rng(seed)
    chance = np.stack([rng.integers(0, len(reports), _STRANGERS), rng.integers(0, len(intakes), _STRANGERS)], axis=1)
    known = np.concatenate(list(related.values())) @ np.array([len(intakes), 1])
    strangers = chance[~np.isin(chance @ np.array([len(intakes), 1]), known)]
    return Pairs(scorer.columns(reports), scorer.columns(intakes), {**related, "u": strangers})


def _score(scorer: Scorer, pairs: Pairs, positions: NDArray[np.int64]) -> Scores:
    return scorer.score(pairs.reports, pairs.intakes, positions[:, 0], positions[:, 1])


def _count(scorer: Scorer, reports: int) -> dict[str, Seen]:
    counts: dict[str, dict[str, NDArray[np.float64]]] = {
        comparison.name: {share: np.zeros(len(comparison.levels)) for share in SHARES}
        for comparison in scorer.comparisons
    }
    names: defaultdict[str, list[str]] = defaultdict(list)
    for number, world in enumerate(_worlds(reports, _COUNTING_SEEDS)):
        pairs = _pairs(scorer, world, number)
        for share in SHARES:
            levels = _score(scorer, pairs, pairs.positions[share]).levels
            for place, comparison in enumerate(scorer.comparisons):
                found = levels[:, place][levels[:, place] >= 0]
                counts[comparison.name][share] += np.bincount(found, minlength=len(comparison.levels))
        names["name"] += [name for row in world.reports if (name := row.get("full_name", ""))]
        names["father"] += [name for row in world.reports if (name := row.get("father_name", ""))]
    return {
        comparison.name: Seen(comparison.levels, counts[comparison.name], _commonness(names[comparison.name]))
        for comparison in scorer.comparisons
    }


def _commonness(names: Sequence[str]) -> dict[str, float]:
    """The commonness, per level that has a rarity, at which the level's own share of strangers holds: the mean over records."""
    whole, parts = commonness(names)
    if not whole:
        return {}
    full = float(np.mean(whole))
    return {
        **dict.fromkeys(("the given name agrees", "part of the name"), float(np.mean(parts))),
        **dict.fromkeys(("nearly the same letters", "close sounds", "same sounds", "same name"), full),
    }


def _scored(model: Model, reports: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Scores and truth of everything that retrieval brings up for the reports of fresh worlds."""
    scores: list[NDArray[np.float64]] = []
    truth: list[NDArray[np.bool_]] = []
    for world in _worlds(reports, _CALIBRATING_SEEDS):
        same = set(world.truth)
        with tempfile.TemporaryDirectory() as folder, loaded(world, Path(folder)) as installation:
            scorer = Scorer(installation.gazetteer, model)
            for pairs in candidate_pairs(installation):
                scores.append(ScoredPairs(scorer, pairs).scores.score)
                ids = [(record.record_id, stored.record.record_id) for record, stored in pairs.each()]
                truth.append(np.array([pair in same for pair in ids]))
    return np.concatenate(scores), np.concatenate(truth)


def _show(reasoned: dict[str, Any], fitted: dict[str, Any]) -> None:
    old, new = Model.from_json(json.dumps(complete(reasoned))), Model.from_json(json.dumps(fitted))
    for name, weights in new.comparisons.items():
        print(name)
        for level, bits in weights.bits.items():
            before, sibling = old.comparisons[name].bits[level], weights.family_bits[level]
            print(f"  {level:<48} {before:+7.2f} -> {bits:+7.2f}  sibling {sibling:+7.2f}")


if __name__ == "__main__":
    main()
