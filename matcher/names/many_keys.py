"""Keys of very many name fields at once, as bytes: for building an index. `field_keys` says which keys they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, chain
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.names.keys import Choice, choices_of, foreign_keys, skeleton
from matcher.names.name import spoken_forms
from matcher.names.sounds import sound_space
from matcher.names.tokens import Token

_CACHED: Final = 100_000


class Field(NamedTuple):
    """A name field, whether slips are wanted, and the letter of the family of its keys."""

    text: str
    slips: bool
    family: str


@dataclass(frozen=True, slots=True)
class FieldKeys:
    """Keys as bytes: key k is `letters[ends[k]:ends[k + 1]]`, and field f has those from `counts[f]` to `counts[f + 1]`.

    Each begins with its family and a colon. A field that says one name twice, in two scripts, may have a key twice.
    """

    letters: NDArray[np.uint8]
    ends: NDArray[np.int64]
    counts: NDArray[np.int64]


def many_field_keys(fields: Sequence[Field]) -> FieldKeys:
    """The keys of `field_keys`, of every field, in order. Loads the compiled kernel, which takes seconds the first time."""
    from matcher.names.key_kernel import Choices, Names, make_keys  # noqa: PLC0415  # numba is as slow to import as all the rest

    forms = [spoken_forms(field.text) for field in fields]
    parts = [_part(token) for tokens in chain.from_iterable(forms) for token in tokens]
    of_form = [(len(tokens), field) for field, some in zip(fields, forms, strict=True) for tokens in some]
    strong, faint, choices, foreign = (_letters(part[kind] for part in parts) for kind in range(4))
    names = Names(
        strong,
        faint,
        choices,
        foreign,
        ends=np.array([(0, 0, 0, 0), *(tuple(map(len, part)) for part in parts)], np.int64).cumsum(axis=0),
        starts=counted(size for size, _ in of_form),
        slips=np.array([field.slips for _, field in of_form], np.bool_),
        families=_letters(field.family.encode() for _, field in of_form),
    )
    letters, ends, counts = make_keys(names, Choices(*_choice_arrays()))
    return FieldKeys(letters, ends, counts[counted(map(len, forms))])


def _letters(parts: Iterable[bytes]) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(parts), np.uint8)


def counted(sizes: Iterable[int]) -> NDArray[np.int64]:
    """The running sum of some sizes, beginning with 0: where each of the things begins, and the last ends."""
    return np.fromiter(accumulate(sizes, initial=0), np.int64)


@lru_cache(maxsize=_CACHED)
def _part(part: Token) -> tuple[bytes, bytes, bytes, bytes]:
    """What the kernel reads of a part: strong consonants, these with the faint ones, choices by number, the foreign key."""
    numbers = _choice_numbers()
    return (
        skeleton(part).encode(),
        skeleton(part, faint=True).encode(),
        bytes(numbers[choice] for choice in choices_of(part.codes)),
        "".join(foreign_keys(part)).encode(),
    )


@cache
def _choice_numbers() -> dict[Choice, int]:
    """Every choice that a part can have, numbered; fewer than there are sounds."""
    found: dict[Choice, int] = {}
    for code in range(1, len(sound_space().sounds)):
        # A sound may be heard otherwise at the end of a part.
        for codes in (bytes((code,)), bytes((code, code))):
            for choice in choices_of(codes):
                found.setdefault(choice, len(found))
    return found


@cache
def _choice_arrays() -> tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.float64]]:
    choices = list(_choice_numbers())
    widest = max(map(len, choices))
    letters, shares = np.zeros((len(choices), widest), np.uint8), np.zeros((len(choices), widest), np.float64)
    for row, choice in enumerate(choices):
        letters[row, : len(choice)] = [ord(letter) for letter, _ in choice]
        shares[row, : len(choice)] = [share for _, share in choice]
    return np.array([len(choice) for choice in choices], np.int64), letters, shares
