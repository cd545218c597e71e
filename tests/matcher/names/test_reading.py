from __future__ import annotations

import pytest

from matcher.names import analyse, keys, read_aloud
from matcher.names.reading import NameReading


def _read(text: str) -> NameReading:
    return read_aloud(analyse(text)[0])


def test_a_khmer_name_shows_clusters_sounds_and_keys() -> None:
    reading = _read("សុខ ដារ៉ា")
    assert [part.text for part in reading.parts] == ["សុខ", "ដារ៉ា"]
    assert reading.parts[1].clusters == ("ដា", "រ៉ា")
    assert [sound.sound for sound in reading.parts[0].sounds] == ["S", "ុ/a", "Kh"]
    assert reading.keys == keys(analyse("សុខ ដារ៉ា")[0])


def test_a_khmer_vowel_shows_how_it_is_written() -> None:
    vowel = _read("ជា").parts[0].sounds[1]
    assert max(vowel.readings, key=lambda spelling: vowel.readings[spelling]) == "ea"


def test_a_latin_vowel_shows_what_it_may_stand_for_and_a_consonant_nothing() -> None:
    onset, vowel, coda = _read("Sok").parts[0].sounds
    assert not onset.readings
    assert not coda.readings
    assert "ុ/a" in vowel.readings
    assert len(vowel.readings) > 1
    assert sum(vowel.readings.values()) <= 1.01


def test_a_latin_name_has_no_clusters() -> None:
    assert _read("Sok").parts[0].clusters == ()


@pytest.mark.parametrize("text", ["រតនៈ", "ហ្សាការីយ៉ា", "ស", "Nguyễn", "王小明"])
def test_any_name_can_be_shown(text: str) -> None:
    reading = _read(text)
    assert reading.text == text
    assert all(part.sounds for part in reading.parts)
