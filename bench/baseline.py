"""The plain baseline that Elijah is measured beside: an afternoon's work with public libraries.

Names are romanised with anyascii and compared with `rapidfuzz.fuzz.token_set_ratio`, report against every
intake; sex and birth year break ties. It knows nothing of Khmer sounds, relatives, places or marks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from anyascii import anyascii
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from bench.world import World

_BLOCK: Final = 128  # reports at once: 128 x 100,000 scores of four bytes are 51 MB
_TIE: Final = 0.4  # sex and birth year together stay below one point of the ratio's hundred
_NEAR_YEARS: Final = 1
_BUDDHIST: Final = 543
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20|25)\d\d(?!\d)")
_NUMBER: Final = re.compile(r"\d+")


def baseline_rankings(world: World, limit: int) -> dict[str, list[str]]:
    """Report id -> its `limit` best intakes, best first; equal scores keep the order of the intakes.

    About a million pairs a second on one core.
    """
    if limit < 1:
        raise ValueError("limit must be at least 1")
    names = [romanised_name(row) for row in world.intakes]
    ids = [row["record_id"] for row in world.intakes]
    sexes, years = _sexes(world.intakes), _years(world.intakes)
    rankings: dict[str, list[str]] = {}
    for start in range(0, len(world.reports), _BLOCK):
        block = world.reports[start : start + _BLOCK]
        ratios = _ratios([romanised_name(row) for row in block], names)
        known = _sexes(block)[:, None]
        ratios += _TIE * ((known == sexes[None, :]) & (known != ""))
        ratios += _TIE * (np.abs(_years(block)[:, None] - years[None, :]) <= _NEAR_YEARS)
        for row, scores in zip(block, ratios, strict=True):
            rankings[row["record_id"]] = [ids[at] for at in best(scores, limit)]
    return rankings


def romanised_name(row: Mapping[str, str]) -> str:
    """The name of a flat row as lower-case ASCII words; of a field in both scripts both; the nickname where
    there is nothing else.
    """
    columns = ("full_name", "local_name", "family_name", "given_name", "other_names")
    written = " ".join(row[column] for column in columns if row.get(column)) or row.get("nickname", "")
    return " ".join(re.findall(r"[a-z0-9]+", anyascii(written).lower()))


def birth_year(row: Mapping[str, str]) -> float:
    """The birth year by the first year or age that is written (Buddhist years moved); NaN where there is
    none.
    """
    born = _YEAR.search(anyascii(row.get("date_of_birth", "")))
    if born:
        year = int(born[0])
        return float(year - _BUDDHIST if year > 2400 else year)
    age, told = _NUMBER.search(anyascii(row.get("age", ""))), _YEAR.search(row.get("recorded_on", ""))
    return float(int(told[0]) - int(age[0])) if age and told else np.nan


def best(scores: NDArray[np.float32], limit: int) -> list[int]:
    """The positions of the `limit` highest scores, highest first, the earlier position first among equals."""
    if limit < len(scores):
        cut = np.partition(scores, len(scores) - limit)[len(scores) - limit]
        candidates = np.flatnonzero(scores >= cut)
    else:
        candidates = np.arange(len(scores))
    order = np.argsort(-scores[candidates], kind="stable")[:limit]
    return [int(at) for at in candidates[order]]


def _ratios(queries: Sequence[str], names: Sequence[str]) -> NDArray[np.float32]:
    return process.cdist(queries, names, scorer=fuzz.token_set_ratio, dtype=np.float32)


def _sexes(rows: Sequence[Mapping[str, str]]) -> NDArray[np.str_]:
    return np.array([row.get("sex", "") for row in rows], dtype=np.str_)


def _years(rows: Sequence[Mapping[str, str]]) -> NDArray[np.float64]:
    return np.array([birth_year(row) for row in rows], dtype=np.float64)
