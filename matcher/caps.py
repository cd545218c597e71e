"""Caps: contradictions, and evidence of one kind only, hold a score below a cut-off. They never hide a pair or raise it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matcher import faces
from matcher.comparisons.base import Comparison
from matcher.model import Model

Levels = NDArray[np.int8]
Bits = NDArray[np.float64]
Flags = NDArray[np.bool_]
# A name, a photo, and what half of all children share bear each other out no more than they do alone (rule 2): whoever took a
# child knows its name, and may have its picture.
_NO_CORROBORATION = ("name", faces.NAME, "sex")
# What is the child's own and not its family's: only this can outweigh a contradiction.
_OWN = ("name", "identifiers")


class Caps:
    """Finds which caps apply to scored pairs and limits their scores."""

    def __init__(self, model: Model, comparisons: Sequence[Comparison[object]]) -> None:
        self._model = model
        self._place = {comparison.name: place for place, comparison in enumerate(comparisons)}
        self._levels = {comparison.name: comparison.levels for comparison in comparisons}
        self._caps = tuple(model.caps)
        self._no_corroboration = frozenset(self._place[name] for name in _NO_CORROBORATION)

    def find(self, levels: Levels, weights: Bits, family_weights: Bits, spoken: Sequence[int]) -> Flags:
        """(pairs, caps): which cap applies, in the model's order. `spoken`: the columns in which any pair says something.

        A contradiction that the model lets be outweighed is, where the child's own name and documents tell it from a brother or
        sister by so many bits. Parents, home and telephone never do: they are the sibling's too.
        """
        found = {
            "name alone": self._alone(weights, "name", spoken),
            "sex differs": self._is(levels, "sex", "differs"),
            "birth far apart": self._is(levels, "birth", "far apart"),
            "found long before lost": self._is(levels, "elapsed", "found long before lost"),
            "other identifier": self._is(levels, "identifiers", "same type, other number"),
            faces.CAP: self._alone(weights, faces.NAME, spoken),
        }
        own = [self._place[name] for name in _OWN]
        told_apart = (weights[:, own] - family_weights[:, own]).sum(axis=1)
        for name, bits in self._model.outweighed.items():
            found[name] &= told_apart < bits
        return np.stack([found[name] for name in self._caps], axis=1)

    def limit(self, scores: Bits, caps: Flags) -> Bits:
        """The scores after the lowest cap that applies: below it unchanged, above it squeezed under it in the same order."""
        limits = np.full(len(scores), np.inf)
        for applies, name in zip(caps.T, self._caps, strict=True):
            limits[applies] = np.minimum(limits[applies], self._model.caps[name])
        knee = limits - 1.0
        over = np.maximum(scores - knee, 0.0)
        with np.errstate(invalid="ignore"):
            squeezed = limits - 1.0 / (1.0 + over)
        return np.where(scores > knee, np.minimum(np.floor(squeezed * 100) / 100, scores), scores)

    def _is(self, levels: Levels, comparison: str, label: str) -> Flags:
        found: Flags = levels[:, self._place[comparison]] == self._levels[comparison].index(label)
        return found

    def _alone(self, weights: Bits, comparison: str, spoken: Sequence[int]) -> Flags:
        """Where one kind of evidence speaks for the child and next to nothing else does (rule 2)."""
        named: Flags = weights[:, self._place[comparison]] > 0
        if not named.any():
            return named
        corroboration = np.zeros(len(weights))
        for place in spoken:
            if place not in self._no_corroboration:
                corroboration += np.maximum(weights[:, place], 0.0)
        alone: Flags = named & (corroboration < self._model.corroboration)
        return alone
