"""Fields as people fill them, read into names."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.names import Name, analyse, frequency, keys
from matcher.names.keys import MOST_KEYS
from matcher.names.name import MOST_TOKENS, name_of, orders_of


def _parts(text: str) -> list[list[str]]:
    return [[token.text for token in name.tokens] for name in analyse(text)]


@pytest.mark.parametrize(
    ("field", "parts"),
    [
        ("Sok Dara", [["sok", "dara"]]),
        ("SOK, Dara", [["sok", "dara"]]),
        ("Srey-Pov", [["srey", "pov"]]),
        ("SokDara", [["sok", "dara"]]),
        ("សុខ ដារ៉ា", [["សុខ", "ដារ៉ា"]]),
        ("សុខ\u200bដារ៉ា", [["សុខដារ៉ា"]]),
        ("សុខា (Sokha)", [["សុខា"], ["sokha"]]),
        ("Sokha [សុខា]", [["sokha"], ["សុខា"]]),
        ("សុខា / Sokha", [["សុខា"], ["sokha"]]),
        ("Sokhaសុខា", [["សុខា"], ["sokha"]]),
        ("Sokha also called Pov", [["sokha"], ["pov"]]),
        ("Sokha a.k.a. Pov", [["sokha"], ["pov"]]),
        ("សុខា ហៅ ពៅ", [["សុខា"], ["ពៅ"]]),
        ('Sokha "Touch"', [["sokha"], ["touch"]]),
        ("S. Dara", [["s", "dara"]]),
        ("ពៅៗ", [["ពៅពៅ"]]),
    ],
)
def test_a_field_gives_every_name_that_is_written_in_it(field: str, parts: list[list[str]]) -> None:
    assert _parts(field) == parts


@pytest.mark.parametrize(
    ("titled", "bare"),
    [
        ("Mr Sok Dara", "Sok Dara"),
        ("Miss. Dara", "Dara"),
        ("Lok Srey Chan Na", "Chan Na"),
        ("Oknha Sok", "Sok"),
        ("baby girl Dara", "Dara"),
        ("លោក សុខ ដារ៉ា", "សុខ ដារ៉ា"),
        ("អ្នកស្រី ចាន់ ណា", "ចាន់ ណា"),
        ("ចៅ ដារ៉ា", "ដារ៉ា"),
        ("ក្មេង ដារ៉ា", "ដារ៉ា"),
        ("កុមារី សុខ ណា", "សុខ ណា"),
        ("Neang Sok Dara", "Sok Dara"),
    ],
)
def test_titles_and_kin_words_are_taken_off(titled: str, bare: str) -> None:
    assert analyse(titled) == analyse(bare)


@pytest.mark.parametrize("name", ["Lok", "Kanha Sok", "តា ដារ៉ា", "Ming Ly", "កញ្ញា"])
def test_a_title_that_is_all_or_half_of_the_name_stays(name: str) -> None:
    assert len(analyse(name)[0].tokens) == len(name.split())


@pytest.mark.parametrize(
    "field", ["", " ", "-", "N/A", "មិនដឹង", "១២៣", "42", "😀", "្", "()", "\x00", "\u200b", "\u202e", "...", "ៗ"]
)
def test_a_field_without_anything_that_sounds_gives_no_name(field: str) -> None:
    assert analyse(field) == ()


def test_na_is_a_khmer_name_and_no_blank() -> None:
    assert _parts("Na") == [["na"]]


def test_control_and_direction_marks_do_not_change_a_name() -> None:
    assert analyse("\u202eSok\x00 Dara\u2069") == analyse("Sok Dara")


def test_ten_thousand_letters_are_cut_to_a_bounded_name() -> None:
    (name,) = analyse("Sok " * 10_000)
    assert len(name.tokens) <= MOST_TOKENS
    (word,) = analyse("ស" * 10_000)
    assert len(word.orders[0]) <= 40


def test_scripts_mixed_inside_a_word_are_read_apart() -> None:
    assert _parts("Soខk") == [["ខ"], ["so", "k"]]


def test_names_are_equal_by_their_parts_and_false_without_any() -> None:
    assert name_of("Sok Dara") == name_of("SOK  dara")
    assert name_of("Sok Dara") != name_of("Dara Sok")
    assert not name_of("12")
    assert hash(name_of("Sok")) == hash(name_of("sok"))


@pytest.mark.parametrize(("parts", "orders"), [(0, 0), (1, 1), (2, 2), (3, 6), (4, 4), (8, 8)])
def test_every_order_of_up_to_three_parts_is_tried_then_the_rotations(parts: int, orders: int) -> None:
    assert len(orders_of(parts)) == orders
    assert len(set(orders_of(parts))) == orders


def test_the_first_order_is_the_one_written() -> None:
    name = name_of("Sok Dara Na")
    assert name.orders[0] == b"".join(token.codes for token in name.tokens)


def test_neighbours_are_joined_in_every_way() -> None:
    name, parts = name_of("Sok Hour Hong"), [token.codes for token in name_of("Sok Hour Hong").tokens]
    joined = name.in_fewer_parts(2)
    assert [len(way) for way in joined] == [2, 2]
    assert joined[0][0] == parts[0]
    assert joined[1][1] == parts[2]
    assert name_of("Sok").in_fewer_parts(1) == [[name_of("Sok").tokens[0].codes]]


_ANYTHING = st.one_of(
    st.text(max_size=60),
    st.text(alphabet=[chr(code) for code in range(0x1780, 0x17FA)] + list(" ()abcKS-.\u200b\x00\u202e"), max_size=60),
)


@settings(max_examples=400, deadline=None)
@given(_ANYTHING)
def test_any_text_is_read_into_bounded_names_and_keys(text: str) -> None:
    for name in analyse(text):
        assert isinstance(name, Name)
        assert 1 <= len(name.tokens) <= MOST_TOKENS
        assert len(name.romans) == len(name.spelled) == len(name.orders) == len(orders_of(name.parts))
        assert 0 < frequency(name) <= 1
        assert len(keys(name)) <= MOST_KEYS


_NEARLY_PLAIN = st.one_of(
    st.lists(
        st.sampled_from(
            ["Sok", "DARA", "dara", "S", "SokDara", "or", "Called", "aka", "Lok", "Srey", "Mr", "nan", "ou", ""]
        ),
        max_size=6,
    ).map(" ".join),
    st.lists(
        st.sampled_from(["សុខ", "ដារ៉ា", "ហៅ", "ឬ", "លោក", "្", "ា", "ៗ", "\u17a4", "\u17dd", "ពៅៗ", "១", "", "គ្មាន"]),
        max_size=6,
    ).map(" ".join),
    st.text(alphabet="Sokd AnN", max_size=50),
    st.text(alphabet=[chr(code) for code in range(0x1780, 0x17E2)] + [" "], max_size=50),
)


@settings(max_examples=400, deadline=None)
@given(_NEARLY_PLAIN)
def test_a_plain_name_is_read_like_the_same_name_in_brackets(text: str) -> None:
    # Brackets are cut off with care; a plain name takes a shorter way.
    plain, careful = analyse(text), analyse(f"( {text} )")
    assert plain == careful
    assert [name.numbers for name in plain] == [name.numbers for name in careful]
    assert [name.laid for name in plain] == [name.laid for name in careful]
    assert [name.text for name in plain] == [name.text for name in careful]


def test_a_name_without_parts_says_nothing_of_who_bears_it() -> None:
    assert frequency(name_of("")) == 1.0


def test_a_respelled_common_name_is_as_common() -> None:
    assert frequency(name_of("Sokh")) == frequency(name_of("Sok"))
