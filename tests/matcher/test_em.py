"""EM finds the classes behind agreement patterns again, from the patterns alone."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matcher.comparisons.base import SILENT
from matcher.em import UNKNOWN, Mixture, Patterns, fit_mixture

# m and u of six comparisons, worst level first, much as names, births, places, parents and marks have them.
M = ([0.1, 0.2, 0.7], [0.05, 0.15, 0.3, 0.5], [0.03, 0.97], [0.3, 0.3, 0.4], [0.2, 0.1, 0.7], [0.4, 0.6])
U = ([0.9, 0.08, 0.02], [0.6, 0.3, 0.09, 0.01], [0.5, 0.5], [0.7, 0.27, 0.03], [0.9, 0.08, 0.02], [0.95, 0.05])
S = ([0.7, 0.28, 0.02], [0.5, 0.4, 0.09, 0.01], [0.5, 0.5], [0.3, 0.3, 0.4], [0.2, 0.1, 0.7], [0.9, 0.1])
FLAT = Mixture(np.array([0.5, 0.5]), (np.array([[0.4, 0.6], [0.6, 0.4]]),) * 3)
LEVELS = st.lists(st.tuples(*[st.sampled_from([SILENT, 0, 1])] * 3), min_size=1, max_size=40)


def true_mixture(mix: list[float], *classes: tuple[list[float], ...]) -> Mixture:
    return Mixture(np.array(mix), tuple(np.array(shares) for shares in zip(*classes, strict=True)))


def simulated(
    truth: Mixture, pairs: int, *, silent: float = 0.0, seed: int = 5
) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Levels of so many pairs drawn from the classes, and the class of each."""
    rng = np.random.default_rng(seed)
    classes = rng.choice(len(truth.mix), pairs, p=truth.mix).astype(np.int8)
    levels = np.full((pairs, len(truth.shares)), SILENT, dtype=np.int8)
    for place, shares in enumerate(truth.shares):
        bounds = np.cumsum(shares, axis=1)[classes]
        levels[:, place] = (rng.random((pairs, 1)) > bounds).sum(axis=1)
    levels[rng.random(levels.shape) < silent] = SILENT
    return levels, classes


def rough(truth: Mixture) -> Mixture:
    """Where a fit begins: half way between the truth and knowing nothing."""
    return Mixture(
        np.full(len(truth.mix), 1 / len(truth.mix)),
        tuple((shares + 1 / shares.shape[1]) / 2 for shares in truth.shares),
    )


def furthest(found: Mixture, truth: Mixture) -> float:
    gaps = [np.abs(a - b).max() for a, b in zip(found.shares, truth.shares, strict=True)]
    return float(max(*gaps, np.abs(found.mix - truth.mix).max()))


@pytest.mark.parametrize("silent", [0.0, 0.3])
def test_known_m_and_u_are_found_again_from_the_patterns_alone(silent: float) -> None:
    truth = true_mixture([0.05, 0.95], M, U)
    levels, _ = simulated(truth, 40_000, silent=silent)
    found = fit_mixture(Patterns.of(levels), rough(truth))
    assert found.converged
    assert furthest(found.mixture, truth) < 0.04


def test_three_classes_are_found_again_the_same_child_brothers_and_sisters_and_strangers() -> None:
    truth = true_mixture([0.05, 0.05, 0.9], M, S, U)
    levels, _ = simulated(truth, 40_000)
    found = fit_mixture(Patterns.of(levels), rough(truth))
    assert furthest(found.mixture, truth) < 0.06


def test_the_expected_pairs_are_as_many_as_there_are() -> None:
    truth = true_mixture([0.03, 0.97], M, U)
    levels, classes = simulated(truth, 20_000)
    found = fit_mixture(Patterns.of(levels), rough(truth))
    assert found.pairs[0] == pytest.approx((classes == 0).sum(), rel=0.1)
    counted = np.bincount(levels[classes == 0, 0], minlength=3)
    assert found.counts[0][0] == pytest.approx(counted, abs=0.12 * counted.sum())


def test_pairs_that_people_decided_on_stay_what_they_said() -> None:
    truth = true_mixture([0.5, 0.5], M, U)
    levels, _ = simulated(truth, 200)
    # Everybody said the contrary of what the patterns look like: their word counts.
    said = np.repeat([1, 0], 100).astype(np.int8)
    patterns = Patterns.of(levels, said)
    posterior = truth.posterior(patterns)
    assert (posterior.argmax(axis=1) == patterns.known).all()
    assert fit_mixture(patterns, truth).pairs.tolist() == [100.0, 100.0]


def test_a_few_labelled_pairs_keep_the_classes_apart_where_the_start_knows_nothing() -> None:
    truth = true_mixture([0.3, 0.7], M, U)
    levels, classes = simulated(truth, 20_000)
    known = np.where(np.arange(len(classes)) < 200, classes, UNKNOWN)
    nothing = Mixture(truth.mix, tuple(np.full_like(shares, 1 / shares.shape[1]) for shares in truth.shares))
    assert furthest(fit_mixture(Patterns.of(levels, known), nothing).mixture, truth) < 0.05


def test_a_class_that_is_not_in_the_data_stays_what_it_was_when_it_is_trusted() -> None:
    truth = true_mixture([0.001, 0.999], M, U)
    levels, _ = simulated(true_mixture([0.0, 1.0], M, U), 2_000)
    found = fit_mixture(Patterns.of(levels), truth, trust=40.0)
    assert found.pairs[0] < 3
    for mine, first in zip(found.mixture.shares, truth.shares, strict=True):
        assert mine[0] == pytest.approx(first[0], abs=0.05)


@settings(max_examples=40, deadline=None)
@given(LEVELS)
def test_no_step_explains_the_patterns_worse(rows: list[tuple[int, ...]]) -> None:
    patterns = Patterns.of(np.array(rows, dtype=np.int8))
    likelihoods = [
        fit_mixture(patterns, FLAT, steps=steps).mixture.log_likelihood(patterns) for steps in (0, 1, 2, 5, 30)
    ]
    assert all(after >= before - 1e-6 for before, after in pairwise(likelihoods))


@settings(max_examples=40, deadline=None)
@given(LEVELS)
def test_every_pair_is_in_one_class_and_silence_is_not_counted(rows: list[tuple[int, ...]]) -> None:
    levels = np.array(rows, dtype=np.int8)
    found = fit_mixture(Patterns.of(levels), FLAT)
    assert found.pairs.sum() == pytest.approx(len(rows))
    for place, counts in enumerate(found.counts):
        assert counts.sum(axis=0) == pytest.approx([(levels[:, place] == level).sum() for level in (0, 1)])
    assert all(shares.sum(axis=1) == pytest.approx([1.0, 1.0]) for shares in found.mixture.shares)


@given(LEVELS, LEVELS)
def test_patterns_count_pairs_whatever_the_order_they_come_in(
    first: list[tuple[int, ...]], second: list[tuple[int, ...]]
) -> None:
    a, b = (np.array(rows, dtype=np.int8) for rows in (first, second))
    whole, parts = Patterns.of(np.concatenate([b, a])), Patterns.of(a).with_more(Patterns.of(b))
    assert (whole.levels == parts.levels).all()
    assert (whole.pairs == parts.pairs).all()
    assert len(whole.levels) == len({*first, *second})


def test_patterns_of_different_classes_are_kept_apart() -> None:
    levels = np.zeros((3, 2), dtype=np.int8)
    patterns = Patterns.of(levels, np.array([0, UNKNOWN, 0], dtype=np.int8))
    assert sorted(zip(patterns.known.tolist(), patterns.pairs.tolist(), strict=True)) == [(-1, 1.0), (0, 2.0)]


def test_nothing_to_learn_from_leaves_the_start() -> None:
    found = fit_mixture(Patterns.of(np.zeros((0, 3), dtype=np.int8)), FLAT)
    assert found.converged
    assert found.pairs.tolist() == [0.0, 0.0]
    assert furthest(found.mixture, FLAT) == 0.0
