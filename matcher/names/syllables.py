"""Khmer clusters to sound units: series, inherent vowels, silent letters, glides (rules 1-10 of the notes on Khmer sounds).

Which bare cluster closes a syllable and which opens one with an inherent vowel is decided from right to left.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from matcher.names.khmer import (
    BANTOC,
    MUUSIKATOAN,
    NIKAHIT,
    REAHMUK,
    SAMYOK,
    YUUKALEAPINTU,
    Cluster,
    clusters,
)  # fmt: skip
from matcher.names.sounds import CODA, FAINT, INHERENT, ONSET, sound_space
from matcher.tables import rows

_SONORANTS: Final = frozenset("ងញណនមយរលវឡ")
_NASALS: Final = frozenset("GQNM")
_STOPS: Final = frozenset("KCDTPB")
_FOREIGN: Final = {"វ": "F", "គ": "K", "ន": "N", "ម": "M", "ល": "L", "ស": "Z"}  # below ហ: ហ្វ f, ហ្គ g, ហ្ស z
_GLIDES: Final = {"យ": "Y", "វ": "V"}
_SILENT_FINALS: Final = frozenset("ិុ")


@dataclass(frozen=True, slots=True)
class Letter:
    """One Khmer letter of `sound_values.csv`."""

    sound: str
    series: str
    initial: str
    final: str
    vowel: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A sound with the Latin letters that usually write it."""

    symbol: str
    place: str
    latin: str


@cache
def letters() -> dict[str, Letter]:
    """The Khmer letters, by character."""
    return {
        r["letter"]: Letter(r["sound"], r["series"], r["initial"], r["final"], r["vowel"])
        for r in rows("sound_values.csv")
    }


def read(text: str) -> list[Unit]:
    """The units of one Khmer word, in order; () for text without Khmer letters."""
    word = [cluster for cluster in clusters(text) if not cluster.is_silent]
    roles = _roles(word)
    units: list[Unit] = []
    i = 0
    while i < len(word):
        if roles[i] == CODA:
            units += _coda(word[i], medial=i + 1 < len(word))
        else:
            glide = _glide(word, roles, i)
            units += _syllable(word, i, glide)
            i += bool(glide)
        i += 1
    return _merged(units)


def _roles(word: list[Cluster]) -> list[str]:
    """For each cluster whether it opens a syllable (ONSET) or closes one (CODA), read from the right (rules 4 and 5)."""
    roles = [ONSET] * len(word)
    for i in range(len(word) - 1, 0, -1):
        cluster = word[i]
        if BANTOC in cluster.signs and not cluster.vowel:
            roles[i] = CODA
        elif cluster.is_bare:
            needs_vowel = i + 1 < len(word) and (roles[i + 1] == CODA or _is_split(word[i + 1]))
            roles[i] = ONSET if needs_vowel else CODA
    return roles


def _is_split(cluster: Cluster) -> bool:
    """A stack whose first letter closes the syllable before: doubled, nasal and stop, stop and stop."""
    if not cluster.below:
        return False
    first, second = (_sound(letter).removesuffix("h") for letter in (cluster.base, cluster.below[0]))
    return first == second or (second in _STOPS and first in _NASALS | _STOPS)


def _sound(letter: str) -> str:
    known = letters().get(letter)
    return known.sound if known else ""


def series(cluster: Cluster) -> str:
    """`a` or `o`: of the base, overridden by a subscript that is no sonorant, by a shifter above all (rule 1)."""
    if cluster.shifter:
        return "a" if cluster.shifter == MUUSIKATOAN else "o"
    deciding = [letter for letter in cluster.below if letter not in _SONORANTS and letter in letters()]
    if cluster.base == "ហ" and cluster.below:
        deciding = []
    return letters()[deciding[-1] if deciding else cluster.base].series


def _coda(cluster: Cluster, *, medial: bool) -> list[Unit]:
    letter = letters()[cluster.base]
    if not letter.sound:
        return []
    place = CODA
    if medial and letter.sound == "R":
        place = FAINT
    units = [Unit(_final(letter.sound), place, letter.final)]
    units += [Unit(_sound(below), FAINT, "") for below in cluster.below if _sound(below)]
    if medial and BANTOC not in cluster.signs:
        units.append(Unit(f"{INHERENT}/{series(cluster)}", FAINT, ""))
    return units


def _final(sound: str) -> str:
    return {"B": "P", "D": "T"}.get(sound, sound)


def _glide(word: list[Cluster], roles: list[str], i: int) -> str:
    """`យ` or `វ` where the next cluster is a bare glide that closes this syllable and the pair has a unit (rule 10)."""
    following = word[i + 1] if i + 1 < len(word) else None
    if following is None or roles[i + 1] != CODA or following.base not in _GLIDES or following.below:
        return ""
    return (
        following.base
        if (_nucleus(word[i]) + following.base + "/" + series(word[i])) in sound_space().spellings
        else ""
    )


def _syllable(word: list[Cluster], i: int, glide: str) -> list[Unit]:
    cluster = word[i]
    last = i + 1 == len(word)
    if last and i and cluster.vowel in _SILENT_FINALS and not cluster.signs and _is_silent_final(word[i - 1], cluster):
        consonants = _coda(Cluster(cluster.base, cluster.below), medial=False)
        return [*consonants, Unit(f"{cluster.vowel}/{series(cluster)}", FAINT, "")]
    vowel = f"{_nucleus(cluster, _shortened(word, i) and not glide)}{glide}/{series(cluster)}"
    return [
        *_onset(cluster, split=i > 0 and _is_split(cluster)),
        Unit(vowel, ONSET, sound_space().spellings[vowel]),
        *_ending(cluster),
    ]


def _is_silent_final(before: Cluster, cluster: Cluster) -> bool:
    """ិ and ុ at the end are silent after an open syllable or below a stack: ជាតិ, ភូមិ, ហេតុ, សុវត្ថិ (rule 6)."""
    opens = before.vowel in ("ា", "ី", "ូ", "េ", "ែ", "ោ") or (before.is_bare and bool(cluster.below))
    return opens and cluster.base in "តទធថមន"


def _shortened(word: list[Cluster], i: int) -> bool:
    return i + 1 < len(word) and BANTOC in word[i + 1].signs


def _nucleus(cluster: Cluster, shortened: bool = False) -> str:
    """The vowel of a cluster as `vowel_spellings.csv` names it."""
    vowel = cluster.vowel or letters()[cluster.base].vowel
    for sign in (NIKAHIT, REAHMUK):
        if sign in cluster.signs and vowel + sign in _COMBINED:
            return vowel + sign
    if not vowel:
        return (
            SAMYOK
            if SAMYOK in cluster.signs
            else YUUKALEAPINTU
            if YUUKALEAPINTU in cluster.signs
            else BANTOC
            if shortened
            else INHERENT
        )
    return vowel + BANTOC if shortened and vowel == "ា" else vowel


_COMBINED: Final = frozenset({"ាំ", "ំ", "ុំ", "ះ", "ុះ", "េះ", "ោះ"})


def _onset(cluster: Cluster, *, split: bool) -> list[Unit]:
    if cluster.base == "ហ" and cluster.below[:1] in _FOREIGN and cluster.below:
        return [
            Unit(
                _FOREIGN[cluster.below[0]],
                ONSET,
                {"F": "f", "Z": "s"}.get(_FOREIGN[cluster.below[0]], letters()[cluster.below[0]].initial),
            )
        ]
    units: list[Unit] = []
    for i, letter in enumerate(cluster.base + cluster.below):
        value = letters()[letter]
        if value.sound:
            closes = split and i == 0
            symbol, latin = _hard(value, cluster) if i == 0 else (value.sound, value.initial)
            units.append(
                Unit(_final(symbol) if closes else symbol, CODA if closes else ONSET, value.final if closes else latin)
            )
    return units


def _hard(value: Letter, cluster: Cluster) -> tuple[str, str]:
    """ប is p with muusikatoan or a subscript (rule 3)."""
    if value.sound == "B" and (cluster.shifter == MUUSIKATOAN or cluster.below):
        return "P", "p"
    return value.sound, value.initial


def _ending(cluster: Cluster) -> list[Unit]:
    units = []
    if NIKAHIT in cluster.signs:
        units.append(Unit("M", CODA, "m"))
    if REAHMUK in cluster.signs:
        units.append(Unit("H", CODA, "s"))
    if YUUKALEAPINTU in cluster.signs:
        units.append(Unit("K", FAINT, "k"))
    return units


def _merged(units: list[Unit]) -> list[Unit]:
    """Neighbours of one class become one (rule 7), ាំ before ង loses its m (rule 8), h after a stop is faint."""
    merged: list[Unit] = []
    for unit in units:
        heard = unit
        _drop_between(merged, unit)
        if merged and unit.place == ONSET and _same_class(merged[-1].symbol, unit.symbol) and merged[-1].place != ONSET:
            merged.pop()
        if (
            unit.symbol == "H"
            and unit.place == ONSET
            and merged
            and merged[-1].place == CODA
            and merged[-1].symbol[0] in "KTPCNG"
        ):
            heard = Unit("H", FAINT, unit.latin)
        if (
            unit.symbol == "G"
            and unit.place == CODA
            and merged
            and merged[-1].symbol == "M"
            and merged[-1].place == CODA
        ):
            merged.pop()
        merged.append(heard)
    return merged


def _drop_between(merged: list[Unit], unit: Unit) -> None:
    """No inherent vowel is heard between two letters of one class: សុខគា."""
    faint_vowel = len(merged) > 1 and merged[-1].place == FAINT and merged[-1].symbol.startswith(INHERENT)
    if faint_vowel and (_same_class(merged[-2].symbol, unit.symbol) or unit.symbol == "H"):
        merged.pop()


def _same_class(first: str, second: str) -> bool:
    pair = {"B": "P", "D": "T"}
    a, b = first.removesuffix("h"), second.removesuffix("h")
    return pair.get(a, a) == pair.get(b, b)
