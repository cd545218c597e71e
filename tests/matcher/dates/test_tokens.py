from __future__ import annotations

from collections import Counter, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.dates.tokens import Kind, fold, names, shape, tokenise
from matcher.names.khmer import normalise
from matcher.tables import rows

WORDS = [(row["kind"], row["meaning"], word) for row in rows("dates_words.csv") for word in row["words"].split(";")]


def cut(text: str) -> list[tuple[str, object]]:
    return [(token.kind.name, token.value) for token in tokenise(fold(text))]


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("ថ្ងៃទី១៥ ខែមេសា ឆ្នាំ២០១៥", "dNmMyN"),
        ("ថ្ងៃទី១៥ខែមេសាឆ្នាំ២០១៥", "dNmMyN"),
        ("ថ្ងៃពុធ ១២រោច ខែចេត្រ ឆ្នាំមមែ សប្តស័ក ព.ស.២៥៥៨", "dWNPmLyASEN"),
        ("ថ្ងៃទី ១៥ / ៤ / ២០១៥", "dD"),
        ("Wed, 15 Apr 2015 00:00:00 +0700", "WNMNT"),
        ("born in the year of the goat", "A"),
        ("about 7 years old in 2019", "~NoN"),
        ("the 1990s", "X"),
        ("'15", "yN"),
        ("7yo", "No"),
        ("18m", "Nm"),
        ("15-20 April", "N-NM"),
        ("4/2015", "D"),
        ("᧥ ខែពិសាខ", "OmL"),
    ],
)
def test_a_text_is_cut_into_its_kinds(text: str, letters: str) -> None:
    assert shape(tokenise(fold(text))) == letters


@pytest.mark.parametrize(
    "text",
    ["ភ្ជុំបិណ្ឌ", "ភ្ជុំ បិណ្ឌ", "បុណ្យ ភ្ជុំបិណ្ឌ", "ភ្ជុំ\u200bបិណ្ឌ", "Pchum Ben", "PCHUM BEN", "P'chum Ben", "pchumben"],
)
def test_spaces_capitals_and_invisible_characters_do_not_matter(text: str) -> None:
    assert cut(text) == [("FESTIVAL", "pchum ben")]


def test_khmer_marks_may_stand_in_any_order() -> None:
    assert cut("ឆ្នំាមមែ") == cut("ឆ្នាំមមែ")
    assert cut("កណ្ដាល") == cut("កណ្តាល") == [("PART", "mid")]


def test_accents_do_not_matter() -> None:
    assert cut("février") == cut("Fevrier") == [("MONTH", 2)]
    assert cut("né le 15 août") == [("NUMBER", 15.0), ("MONTH", 8)]


def test_a_short_khmer_word_is_not_found_inside_a_longer_one() -> None:
    assert [kind for kind, _ in cut("ចាន")] != ["ANIMAL"]
    assert ("UNKNOWN", "ា") in cut("ចាន")
    assert cut("ឆ្នាំច") == [("YEAR_LABEL", "year"), ("ANIMAL", 10)]


def test_a_latin_word_is_not_found_inside_a_longer_one() -> None:
    assert cut("marble") == [("UNKNOWN", "marble")]
    assert cut("mar") == [("MONTH", 3)]


def test_number_words_become_numbers() -> None:
    assert cut("ឆ្នាំពីរពាន់ដប់ប្រាំ") == [("YEAR_LABEL", "year"), ("NUMBER", 2015.0)]
    assert cut("twenty-first") == [("NUMBER", 21.0)]


def test_remarks_in_brackets_are_left_out_where_they_say_nothing_of_a_date() -> None:
    assert cut("2015 (per mother)") == [("NUMBER", 2015.0)]
    assert cut("age 7 (2019)") == [("AGE", ""), ("NUMBER", 7.0), ("NUMBER", 2019.0)]
    assert cut("2015) (x") == [("NUMBER", 2015.0), ("UNKNOWN", "x")]


@given(st.text(max_size=60))
def test_folding_is_done_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=60))
def test_any_text_can_be_cut(text: str) -> None:
    assert all(isinstance(token.kind, Kind) for token in tokenise(fold(text)))


@pytest.mark.parametrize("kind", ["month", "weekday", "lunar_month", "animal", "sak"])
def test_every_number_of_a_kind_has_its_word(kind: str) -> None:
    first, count = {"month": (1, 12), "weekday": (0, 7), "lunar_month": (1, 14), "animal": (0, 12), "sak": (0, 10)}[
        kind
    ]
    assert sorted(map(int, names(kind))) == list(range(first, first + count))


def test_a_word_means_one_thing() -> None:
    meanings: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for kind, meaning, word in WORDS:
        meanings[normalise(fold(word))].add((kind, meaning))
    assert {word: found for word, found in meanings.items() if len(found) > 1} == {}


def test_no_word_is_written_twice_or_blank() -> None:
    counts = Counter((kind, meaning, word) for kind, meaning, word in WORDS)
    assert [word for word, count in counts.items() if count > 1] == []
    assert all(word.strip() == word != "" for _, _, word in WORDS)


@pytest.mark.parametrize(
    ("table", "kind", "column"),
    [
        ("dates_festivals.csv", "festival", "festival"),
        ("dates_seasons.csv", "season", "season"),
        ("dates_periods.csv", "period", "period"),
    ],
)
def test_every_feast_season_and_period_has_words_and_every_word_its_row(table: str, kind: str, column: str) -> None:
    assert {row[column] for row in rows(table)} == {meaning for its_kind, meaning, _ in WORDS if its_kind == kind}
