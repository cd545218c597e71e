"""An installation's own model: the shipped one, moved by what was counted among the installation's own pairs. Pure.

The shipped model is always the base, however often a model is fitted, so that fits do not drift. How far a weight may move is
bounded: what people confirm is what a model brought up and ranked high, so that counts of confirmed pairs flatter the evidence
that the model already believes in.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matcher import faces
from matcher.fitting import SAME, SHARES, SIBLING, STRANGER, UNORDERED, Seen, fit_levels, rising
from matcher.names import NameFrequencies, analyse, frequency, shipped_frequencies

# Three bits, a factor of eight: more than honest differences between one country's installations (another mix of sources, other
# naming habits), less than would let a fit on lopsided decisions turn evidence for into evidence against a child or make a
# common agreement decide alone.
FURTHEST: Final = 3.0
# Pairs behind a level with which its weight may move half as far.
_HALF_WAY: Final = 5.0
# As many own pairs as the shipped share of a level counts for.
TRUST: Final = 40.0
# Half or twice the commonness: the names are those of one country.
_FURTHEST_COMMONNESS: Final = 1.0
# Names of which the mean commonness is as sure as the shipped one: it hangs on the few most common names.
_TRUST_COMMONNESS: Final = 500.0
# Not learnt: `relatives` only ever agrees; the shares of `swapped` are of pairs whose family agrees, which nobody labels; what
# faces are worth is declared.
KEPT: Final = frozenset({"relatives", "swapped", faces.NAME})
# What of a name agrees at these levels is a part of it.
_PARTS: Final = frozenset({"part of the name", "the given name agrees"})
Data = Mapping[str, Any]


def shipped_data() -> dict[str, Any]:
    """The shipped model as it is written, with its grounds."""
    data: dict[str, Any] = json.loads(files("matcher").joinpath("data", "model.json").read_text(encoding="utf-8"))
    return data


def learning(base: Data) -> dict[str, tuple[str, ...]]:
    """Per entry that can be learnt, the comparisons that share it, itself first: `father` and `mother` have one entry."""
    entries = base["comparisons"]
    return {
        name: (name, *(other for other, entry in entries.items() if entry.get("same_as") == name))
        for name, entry in entries.items()
        if "same_as" not in entry and name not in KEPT
    }


def shares_of(base: Data, name: str, levels: Sequence[str], share: str) -> NDArray[np.float64]:
    """The shares of a comparison's levels among one kind of pair (`m`, `s`, `u`), in this order; they add up to one."""
    entry = base["comparisons"][name]
    if "same_as" in entry:
        return shares_of(base, entry["same_as"], levels, share)
    stated = [entry["levels"][level] for level in levels]
    found = np.array([level.get(share, level[STRANGER]) for level in stated], dtype=np.float64)
    shares: NDArray[np.float64] = found / found.sum()
    return shares


def refit(base: Data, seen: Mapping[str, Seen]) -> dict[str, Any]:
    """The `comparisons` of the own model. `seen` is per comparison; what shares an entry is counted together."""
    shared = learning(base)
    return {
        name: _refit_entry(name, entry, _together(seen, shared[name])) if name in shared else dict(entry)
        for name, entry in base["comparisons"].items()
    }


def pairs_behind(seen: Mapping[str, Seen], names: Sequence[str]) -> dict[str, dict[str, float]]:
    """Per level the counted pairs of each share, over the comparisons that share an entry."""
    together = _together(seen, names)
    return {
        level: {share: round(float(together.counts[share][place]), 1) for share in SHARES}
        for place, level in enumerate(together.levels)
    }


def learn_names(fields: Iterable[str]) -> NameFrequencies:
    """How common names are among an installation's children, one name field a child, blended with the shipped shares."""
    read = (analyse(field) for field in fields)
    return shipped_frequencies().learned(names[0] for names in read if names)


def commonness(names: Sequence[str], frequencies: NameFrequencies | None = None) -> tuple[list[float], list[float]]:
    """How common the full names in some fields are, and how common each of their parts alone."""
    of = frequencies.of if frequencies else frequency
    read = [name for text in names for name in analyse(text)]
    whole = [of(name) for name in read if name.parts > 1]
    return whole, [of(one) for name in read for part in name.tokens for one in analyse(part.text)]


def own_commonness(
    reference: Mapping[str, float], names: Sequence[str], frequencies: NameFrequencies | None = None
) -> dict[str, float]:
    """How common the installation's names are, per level that has a shipped `reference`: the mean over records, held near it."""
    whole, parts = commonness(names, frequencies)
    return {level: _near(shipped, parts if level in _PARTS else whole) for level, shipped in reference.items()}


def _near(shipped: float, own: Sequence[float]) -> float:
    mean = float(np.mean(own)) if own else 0.0
    if mean <= 0.0:
        return shipped
    bits = math.log2(mean / shipped) * len(own) / (len(own) + _TRUST_COMMONNESS)
    return shipped * math.exp2(max(-_FURTHEST_COMMONNESS, min(bits, _FURTHEST_COMMONNESS)))


def _together(seen: Mapping[str, Seen], names: Sequence[str]) -> Seen:
    first = seen[names[0]]
    counts = {share: np.sum([seen[name].counts[share] for name in names], axis=0) for share in SHARES}
    return replace(first, counts=counts)


def _refit_entry(name: str, entry: Data, seen: Seen) -> dict[str, Any]:
    # The entry's own trust is in its generated worlds; these pairs are the field.
    own = {key: value for key, value in entry.items() if key not in ("trust", "trust_grounds")}
    fitted = fit_levels(name, {**own, "trust": TRUST}, seen)
    before, after = (_bits(one["levels"], seen.levels) for one in (entry, fitted))
    chance = np.array([fitted["levels"][level][STRANGER] for level in seen.levels])
    held = {share: _held(before[share], after[share], _behind(seen, share, chance)) for share in (SAME, SIBLING)}
    if name not in UNORDERED:
        held[SAME] = rising(held[SAME], seen.counts[SAME] + 1.0)
    held[SAME], held[SIBLING] = _no_agreement_against(before[SAME], held[SAME], held[SIBLING], name not in UNORDERED)
    if "shared_by_siblings" in entry:
        held[SIBLING] = np.where(held[SAME] > 0, held[SAME], held[SIBLING])
    behind = pairs_behind({name: seen}, (name,))
    levels = {
        level: {
            **_shares(chance[place], held[SAME][place], held[SIBLING][place]),
            "grounds": entry["levels"][level]["grounds"],
            "pairs": behind[level],
        }
        for place, level in enumerate(seen.levels)
    }
    return {**own, **{key: fitted[key] for key in ("rarity",) if key in fitted}, "levels": levels}


def _bits(levels: Data, order: Sequence[str]) -> dict[str, NDArray[np.float64]]:
    return {
        share: np.array(
            [math.log2(levels[one].get(share, levels[one][STRANGER]) / levels[one][STRANGER]) for one in order]
        )
        for share in (SAME, SIBLING)
    }


def _behind(seen: Seen, share: str, chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """The pairs behind each level: those that have it, or as many as would have it if it were chance.

    A level that neither has says nothing, however rare random pairs show it to be.
    """
    counted, strangers = seen.counts[share], seen.counts[STRANGER]
    expected = strangers / strangers.sum() if strangers.sum() else chance
    found: NDArray[np.float64] = np.maximum(counted, counted.sum() * expected)
    return found


def _held(before: NDArray[np.float64], after: NDArray[np.float64], behind: NDArray[np.float64]) -> NDArray[np.float64]:
    """The fitted bits, no further from the shipped ones than the pairs behind them bear."""
    furthest = FURTHEST * behind / (behind + _HALF_WAY)
    found: NDArray[np.float64] = np.clip(after, before - furthest, before + furthest)
    return found


def _no_agreement_against(
    shipped: NDArray[np.float64], same: NDArray[np.float64], sibling: NDArray[np.float64], is_ordered: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What speaks for the child never speaks more for a sibling, as in matcher/fitting.py: an agreement must not lower a score.

    Where the shipped model takes a level for a sign of a sibling and not of the child, it stays so; else the sibling gives way.
    """
    kept = (shipped <= 0) & (sibling > same) & (same > 0)
    if is_ordered:
        kept = np.flip(np.maximum.accumulate(np.flip(kept)))
    same = np.where(kept, np.minimum(same, 0.0), same)
    return same, np.where(same > 0, np.minimum(sibling, same), sibling)


def _shares(stranger: float, *bits: float) -> dict[str, float]:
    """m, s and u of a level with these weights."""
    ratios = [2.0 ** round(float(one), 2) for one in bits]
    # A weight is a ratio: where it would ask for a share above 1, all shares are scaled.
    scale = max(1.0, *(stranger * ratio for ratio in ratios))
    shares = dict(zip(SHARES, (*(stranger * ratio for ratio in ratios), stranger), strict=True))
    # More digits than the weights have, so that their hundredths of a bit come out exactly as they were held.
    return {share: float(f"{value / scale:.8g}") for share, value in shares.items()}
