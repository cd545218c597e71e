from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.names import analyse, compare
from matcher.names.khmer import COENG, clusters, is_khmer, normalise

# Invented or common names, chosen so that every look-alike below has somewhere to strike.
_NAMES = [
    "ខ្មែរ សំអាត",
    "ម៉ាន ស្រ្តី",
    "ស៊ីណា",
    "ប៉ីសាល",
    "យ៉ាង សុខា",
    "ញ៉ិល ភក្តី",
    "ជ័យ ច័ន្ទ",
    "កើត ធឿន",
    "ពោធិ៍ សំណាង",
    "ចាន់ ដារ៉ា",
    "សុវណ្ណារ័ត្ន",
    "ង៉ែត រិទ្ធី",
    "ហ៊ឹម សុភ័ក្ត្រ",
]


def _vowel_before_subscript(name: str) -> str:
    for vowel in "ែាិីុូ":
        name = name.replace(f"{COENG}ម{vowel}", f"{vowel}{COENG}ម").replace(f"{COENG}រ{vowel}", f"{vowel}{COENG}រ")
    return name


def _shifter_after_vowel(name: str) -> str:
    for shifter in "៉៊":
        for vowel in "ាិីឹែ":
            name = name.replace(shifter + vowel, vowel + shifter)
    return name


def _u_for_shifter(name: str) -> str:
    for base, shifter in (("ស", "៊"), ("ហ", "៊"), ("ប", "៉"), ("យ", "៉"), ("ញ", "៉"), ("ម", "៉")):
        for vowel in "ិីឹា":
            name = name.replace(base + shifter + vowel, base + "ុ" + vowel)
    return name


def _between_words(name: str) -> str:
    return name.replace("សុខ", "សុខ\u200b").replace("ម៉", "ម៉\u200c").replace(" ", "\u00a0")


_LOOK_ALIKES = [
    _vowel_before_subscript,
    _shifter_after_vowel,
    _u_for_shifter,
    _between_words,
    lambda name: name.replace("ើ", "េី").replace("ោ", "េា"),
    lambda name: name.replace("្ត", "្ដ"),
    lambda name: name.replace("្ត្រ", "្រ្ត"),
    lambda name: name.replace("័", "័័").replace("់", "់់"),
    lambda name: name.replace("ំ", "ំំ").replace("ាំ", "ំា"),
    lambda name: name.replace("អ", "\u17a3"),
    lambda name: name.replace("ក", "ក\u17b5"),
]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(_NAMES), st.lists(st.sampled_from(_LOOK_ALIKES), min_size=1, max_size=6))
def test_whatever_looks_the_same_has_one_normal_form(name: str, slips: list[object]) -> None:
    written = name
    for slip in slips:
        assert callable(slip)
        written = slip(written)
    assert _spaced(normalise(written)) == _spaced(normalise(name))
    (right,), (wrong,) = analyse(name), analyse(written)
    assert compare(right, wrong).similarity == 1.0


def _spaced(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize("slip", _LOOK_ALIKES)
def test_each_look_alike_is_met_by_one_of_the_names(slip: object) -> None:
    assert callable(slip)
    assert any(slip(name) != name for name in _NAMES)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("សុី", "ស៊ី"),
        ("បុី", "ប៉ី"),
        ("យុាង", "យ៉ាង"),
        ("ញុិល", "ញ៉ិល"),
        ("ខែ្មរ", "ខ្មែរ"),
        ("មា៉ន", "ម៉ាន"),
        ("ស្រ្តី", "ស្ត្រី"),
        ("ភក្ដី", "ភក្តី"),
        ("ជ័័យ", "ជ័យ"),
        ("កេីត", "កើត"),
        ("ពេាធិ", "ពោធិ"),
        ("ឲ", "ឱ"),
        ("ប៊\u200cី", "ប៊ី"),
    ],
)
def test_the_usual_slips_of_typists_are_undone(written: str, meant: str) -> None:
    assert normalise(written) == normalise(meant)


def test_unicode_normal_forms_alone_would_leave_them_apart() -> None:
    assert unicodedata.normalize("NFKC", "ខែ្មរ") != unicodedata.normalize("NFKC", "ខ្មែរ")


@pytest.mark.parametrize(("one", "other"), [("សុខ", "សុក"), ("ប៊ូ", "ប៉ូ"), ("ណា", "នា"), ("ឃុន", "ឃួន")])
def test_names_that_look_different_stay_different(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


def test_the_repetition_sign_writes_the_word_twice() -> None:
    assert normalise("ពៅៗ") == "ពៅពៅ"
    assert normalise("ពៅ ៗ") == "ពៅពៅ"


def test_a_mark_with_nothing_to_stand_on_is_dropped() -> None:
    assert normalise(COENG) == ""
    assert normalise("ាក") == "ក"
    assert normalise(f"ក{COENG}") == "ក"


def test_other_scripts_stay_as_they_are() -> None:
    assert normalise("Sok Dara 12") == "Sok Dara 12"
    assert not is_khmer("Sok ៗ 12")


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=[chr(code) for code in range(0x1780, 0x17DE)] + list("a \u200b\u200c1"), max_size=40))
def test_a_normal_form_is_its_own_normal_form(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=[chr(code) for code in range(0x1780, 0x17D4)], max_size=30))
def test_clusters_hold_every_letter_and_give_the_normal_form_back(text: str) -> None:
    assert "".join(cluster.text() for cluster in clusters(text)) == "".join(
        cluster.text() for cluster in clusters(normalise(text))
    )


def test_a_cluster_knows_its_parts() -> None:
    (cluster,) = clusters("ស្ត្រី")
    assert (cluster.base, cluster.below, cluster.vowel) == ("ស", "តរ", "ី")
    assert clusters("ណ៍")[0].is_silent
    assert clusters("ក")[0].is_bare
    assert not clusters("កា")[0].is_bare
