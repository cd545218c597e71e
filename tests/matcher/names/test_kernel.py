"""The compiled kernel and numpy measure the same, to the last bit, whatever people write."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matcher.names import Name, NameTable, analyse, compare_many, kernel, layout, similarity
from matcher.names.layout import HEAD, MOST_LETTERS
from matcher.names.name import name_of

_PART = st.one_of(
    st.sampled_from(
        ["Sok", "Sokh", "Dara", "Daravuth", "Vuth", "Ke", "Kim", "Yan", "Kimyan", "S", "A", "Ly", "Srey", "Sreymom"]
    ),
    st.sampled_from(["សុខ", "ដារ៉ា", "ស្រីមុំ", "មុំ", "ស្រី", "ចាន់", "វុធ", "ស", "ពៅ", "ព្រះ"]),
    st.text(alphabet="abcdehiklmnoprstuvy", min_size=1, max_size=12),
    st.text(alphabet=[chr(code) for code in range(0x1780, 0x17D3)], min_size=1, max_size=8),
    st.text(alphabet="aក\u17d2ាéßжя王😀", min_size=1, max_size=5),
)
_NAME = st.lists(_PART, min_size=1, max_size=9).map(lambda parts: name_of(" ".join(parts)))
_FEW = st.lists(_PART, min_size=1, max_size=3).map(lambda parts: name_of(" ".join(parts)))
Judged = tuple[NDArray[np.float32], NDArray[np.int8]]


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    kernel.load()


def _in_numpy(a: list[Name], b: list[Name]) -> Judged:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "is_loaded", lambda: False)
        return compare_many(a, b)


def _are_the_same(one: Judged, other: Judged) -> bool:
    return bool((one[0] == other[0]).all() and (one[1] == other[1]).all())


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.one_of(_FEW, _NAME), st.one_of(_FEW, _NAME)), min_size=1, max_size=12))
def test_the_kernel_and_numpy_judge_names_the_same_to_the_last_bit(pairs: list[tuple[Name, Name]]) -> None:
    a, b = [one for one, _ in pairs], [other for _, other in pairs]
    assert _are_the_same(compare_many(a, b), _in_numpy(a, b))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_FEW, _FEW), min_size=1, max_size=12))
def test_each_single_measure_is_the_same_both_ways(pairs: list[tuple[Name, Name]]) -> None:
    first, second = NameTable([one for one, _ in pairs]), NameTable([other for _, other in pairs])
    both = np.flatnonzero(first.is_laid & second.is_laid)
    by_kernel, in_numpy = (way(first, both, second, both) for way in (similarity._by_kernel, similarity._by_numpy))
    assert by_kernel.tolist() == in_numpy.tolist()


@pytest.mark.parametrize("text", ["សុខé", "សុ😀ខ", "A" * (MOST_LETTERS + 1), " ".join(["Sovannarith"] * 7)])
def test_letters_that_do_not_fit_are_compared_all_the_same(text: str) -> None:
    odd, plain = name_of(text), name_of("Sok Dara")
    assert not odd.laid
    assert compare_many([odd, plain, odd], [odd, odd, plain])[0][0] == 1.0
    assert _are_the_same(compare_many([odd, plain], [plain, odd]), _in_numpy([odd, plain], [plain, odd]))


def test_a_name_is_laid_out_part_by_part() -> None:
    name = name_of("Sok S")
    sok, s = name.tokens
    assert name.laid == bytes((2, 1)) + sok.record + s.record
    assert list(sok.record[:HEAD]) == [len(sok.codes), 0, len(sok.roman), len(sok.text), 0]
    assert sok.record[HEAD:] == sok.codes + b"sok" * 2
    assert s.record[HEAD - 1] == 1


def test_names_without_parts_are_not_for_the_kernel() -> None:
    blank, sok = name_of("12"), name_of("Sok")
    assert not blank.laid
    found, level = compare_many([blank, blank, sok], [blank, sok, sok])
    assert found.tolist() == [0.0, 0.0, 1.0]
    assert level.tolist()[:2] == [0, 0]


def test_a_small_batch_does_not_load_the_compiler_and_a_large_one_does() -> None:
    kernel.load.cache_clear()
    names = list(analyse("Sok Dara (Sokh Dara)"))
    small = compare_many(names, names[::-1])
    assert not kernel.is_loaded()
    large = compare_many(names * 5_000, names[::-1] * 5_000)
    assert kernel.is_loaded()
    assert set(large[0].tolist()) == set(small[0].tolist())


def test_compiled_code_is_kept_for_its_sources_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    before = kernel.version_of(layout, kernel)
    assert before == kernel.version_of(layout, kernel)
    assert before != kernel.version_of(layout)
    source: Callable[..., str] = inspect.getsource
    monkeypatch.setattr(inspect, "getsource", lambda module: source(module).replace("64", "65"))
    assert before != kernel.version_of(layout, kernel)
