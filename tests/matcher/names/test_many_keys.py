"""The compiled keys of many names are those of one name at a time, letter for letter."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bench.world_names import stock
from matcher.names.keys import field_keys
from matcher.names.many_keys import Field, many_field_keys
from matcher.names.tokens import token

_LATIN = st.text("abcdefghijklmnopqrstuvwxyz' -", max_size=60)
_KHMER = st.text([chr(code) for code in range(0x1780, 0x17D4)] + [" "], max_size=40)
# Names as the world of the bench draws them, in both scripts.
_STOCK = [one.khmer for role in ("family", "given") for one in stock(role)]
_ROMAN = [read.roman for name in _STOCK if (read := token(name))]
_KNOWN = st.lists(st.sampled_from([*_STOCK, *_ROMAN]), min_size=1, max_size=9).map(" ".join)
_FORM = _KNOWN | _LATIN | _KHMER
_FIELD = st.builds(lambda one, other: f"{one} / {other}", _FORM, _FORM)


def compiled(fields: Sequence[Field]) -> list[tuple[str, ...]]:
    """The keys that the kernel makes, as texts; doubles within a field, which both of its forms may give, once."""
    made = many_field_keys(fields)
    letters, ends, counts = made.letters.tobytes(), made.ends.tolist(), made.counts.tolist()
    keys = [letters[start:end].decode() for start, end in pairwise(ends)]
    return [tuple(dict.fromkeys(keys[start:end])) for start, end in pairwise(counts)]


def one_by_one(fields: Sequence[Field]) -> list[tuple[str, ...]]:
    """The keys as they are defined."""
    return [tuple(f"{field.family}:{key}" for key in field_keys(field.text, slips=field.slips)) for field in fields]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.builds(Field, _FIELD, st.booleans(), st.sampled_from("nr")), max_size=12))
def test_many_fields_have_the_keys_of_each_one_in_the_same_order(fields: list[Field]) -> None:
    assert compiled(fields) == one_by_one(fields)


def test_every_known_name_alone_and_beside_another_has_the_keys_of_its_definition() -> None:
    fields = [Field(f"{one} {other}", True, "n") for one, other in zip(_STOCK, _ROMAN[1:], strict=False)]
    fields += [Field(name, False, "r") for name in (*_STOCK, *_ROMAN)]
    assert compiled(fields) == one_by_one(fields)


def test_very_long_names_are_cut_like_single_ones() -> None:
    fields = [Field(" ".join(["strophantsdkbaeouia" * 5] * parts), True, "n") for parts in range(1, 10)]
    fields += [Field("ស្រ្តីសុវណ្ណារ៉ា" * 12, True, "n"), Field("a" * 300, True, "n"), Field("bdbdbd " * 40, False, "r")]
    assert compiled(fields) == one_by_one(fields)


def test_fields_that_say_nothing_have_no_keys_and_shift_nobody_elses() -> None:
    fields = [Field(text, True, "n") for text in ("", "Sok Dara", "123", "🙂", "មិនដឹង", "Chan Phally")]
    assert compiled(fields) == one_by_one(fields)
    assert [bool(keys) for keys in compiled(fields)] == [False, True, False, False, False, True]


def test_no_field_at_all_is_no_error() -> None:
    made = many_field_keys([])
    assert (made.letters.tolist(), made.ends.tolist(), made.counts.tolist()) == ([], [0], [0])
