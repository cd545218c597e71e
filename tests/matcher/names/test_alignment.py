from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.names import kernel
from matcher.names.alignment import Aligned, Floats, Runs, align, similarity, similarity_to_prefixes, trace
from matcher.names.sounds import sound_space
from matcher.names.tokens import token

_CODES = st.binary(min_size=1, max_size=40).map(
    lambda run: bytes(1 + code % (len(sound_space().sounds) - 1) for code in run)
)


def _codes(word: str) -> bytes:
    read = token(word)
    assert read is not None
    return read.codes


def _cheapest(first: bytes, second: bytes) -> float:
    """The textbook programme, one cell at a time."""
    space = sound_space()

    @cache
    def cell(i: int, j: int) -> float:
        if not i and not j:
            return 0.0
        ways = []
        if i:
            ways.append(cell(i - 1, j) + float(space.weights[first[i - 1]]))
        if j:
            ways.append(cell(i, j - 1) + float(space.weights[second[j - 1]]))
        if i and j:
            ways.append(cell(i - 1, j - 1) + float(space.costs[first[i - 1], second[j - 1]]))
        return min(ways)

    return cell(len(first), len(second))


def _in_numpy(first: list[bytes], second: list[bytes]) -> Aligned:
    pairs = np.arange(len(first))
    return align(Runs.of(first).columns(pairs), Runs.of(second).columns(pairs))


def _by_kernel(first: list[bytes], second: list[bytes]) -> Floats:
    kernel.load()
    pairs = np.arange(len(first))
    return similarity(Runs.of(first), pairs, Runs.of(second), pairs)


def _aligned(first: bytes, second: bytes) -> float:
    return float(_in_numpy([first], [second]).similarity()[0])


def _weight(codes: bytes) -> float:
    return float(sound_space().weights[np.frombuffer(codes, np.uint8)].sum())


@settings(max_examples=150, deadline=None)
@given(_CODES, _CODES)
def test_the_batch_finds_the_cheapest_alignment(first: bytes, second: bytes) -> None:
    mean = (_weight(first) + _weight(second)) / 2
    expected = max(0.0, 1 - _cheapest(first, second) / mean)
    assert _aligned(first, second) == pytest.approx(expected, abs=0.02)


@settings(max_examples=150, deadline=None)
@given(_CODES, _CODES)
def test_the_steps_add_up_to_the_cost_and_lose_no_sound(first: bytes, second: bytes) -> None:
    steps = trace(first, second)
    sounds = sound_space().sounds
    assert [step.first for step in steps if step.first] == [sounds[code].symbol for code in first]
    assert [step.second for step in steps if step.second] == [sounds[code].symbol for code in second]
    assert sum(step.cost for step in steps) == pytest.approx(_cheapest(first, second), abs=0.15)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(_CODES, _CODES), min_size=1, max_size=20))
def test_the_kernel_and_numpy_give_the_same_numbers_to_the_last_bit(pairs: list[tuple[bytes, bytes]]) -> None:
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    assert _by_kernel(first, second).tolist() == _in_numpy(first, second).similarity().tolist()


@settings(max_examples=100, deadline=None)
@given(_CODES, _CODES, st.lists(st.integers(1, 40), min_size=1, max_size=3))
def test_both_ways_compare_with_the_same_beginnings(first: bytes, second: bytes, ends: list[int]) -> None:
    kernel.load()
    prefixes = np.array([[min(end, len(second)) for end in ends]], np.uint8)
    one = np.zeros(1, np.intp)
    whole, part = similarity_to_prefixes(Runs.of([first]), one, Runs.of([second]), one, prefixes)
    aligned = _in_numpy([first], [second])
    assert whole.tolist() == aligned.similarity().tolist()
    assert part.tolist() == aligned.similarity_to(prefixes.T).max(axis=0).tolist()


def test_a_small_batch_does_not_load_the_compiler_and_a_large_one_does() -> None:
    kernel.load.cache_clear()
    sok, one = Runs.of([_codes("sok")]), np.zeros(1, np.intp)
    small = similarity(sok, one, sok, one)
    assert not kernel.is_loaded()
    many = np.zeros(20_000, np.intp)
    assert set(similarity(sok, many, sok, many).tolist()) == set(small.tolist()) == {1.0}
    assert kernel.is_loaded()


def test_without_a_folder_to_keep_it_in_the_kernel_is_compiled_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    import numba  # noqa: PLC0415  # only to stand in for its compiler

    from matcher.names import compiled  # noqa: PLC0415  # as above

    compile_it: Callable[..., object] = numba.njit

    def without_folder(*types: object, cache: bool = False, **options: object) -> object:
        if cache:
            raise RuntimeError("no locator available")
        return compile_it(*types, **options)

    monkeypatch.setattr(numba, "njit", without_folder)
    # The other kernel takes much longer to compile.
    monkeypatch.setattr(compiled, "MEASURE", compiled.ALIGN)
    monkeypatch.setattr(compiled, "measure", compiled.align)
    kernel.load.cache_clear()
    try:
        assert _by_kernel([_codes("sok")], [_codes("sok")]).tolist() == [1.0]
    finally:
        kernel.load.cache_clear()


def test_no_pairs_have_no_similarity() -> None:
    nothing, none = Runs.of([]), np.zeros(0, np.intp)
    assert similarity(nothing, none, nothing, none).tolist() == []


def test_padding_changes_nothing() -> None:
    names = [_codes(word) for word in ("sok", "sovannarith", "ly", "dara")]
    together = _in_numpy(names, names[::-1]).similarity()
    alone = [_aligned(a, b) for a, b in zip(names, names[::-1], strict=True)]
    assert together.tolist() == pytest.approx(alone)


def test_the_longest_runs_of_the_heaviest_sounds_do_not_overflow() -> None:
    space = sound_space()
    heavy, other = (bytes([space.code(symbol)] * 40) for symbol in ("K", "M"))
    assert _aligned(heavy, other) == 0.0
    assert _aligned(heavy, heavy) == 1.0
    assert sum(step.cost for step in trace(heavy, other)) == pytest.approx(_cheapest(heavy, other), abs=0.1)


def test_more_units_than_fit_are_refused() -> None:
    wide = np.ones((41, 1), np.uint8)
    with pytest.raises(ValueError, match="at most 40"):
        align(wide, wide)
    with pytest.raises(ValueError, match="at most 40"):
        Runs.of([b"\1" * 41])


def test_a_name_is_like_the_beginning_of_a_longer_one() -> None:
    sok, longer = _codes("sok"), _codes("sok") + _codes("dara")
    found = _in_numpy([sok], [longer])
    assert float(found.similarity_to(np.array([[len(sok)]], np.uint8))[0, 0]) == 1.0
    assert float(found.similarity()[0]) < 0.7


def test_the_order_of_the_pairs_does_not_matter() -> None:
    rng = random.Random(3)  # noqa: S311  # a repeatable draw, no secret
    words = [_codes(word) for word in ("sok", "dara", "sophea", "chan", "ly", "sreypov")]
    pairs = [(rng.choice(words), rng.choice(words)) for _ in range(200)]
    forth = _by_kernel([a for a, _ in pairs], [b for _, b in pairs])
    back = _by_kernel([a for a, _ in pairs[::-1]], [b for _, b in pairs[::-1]])
    assert (forth == back[::-1]).all()
