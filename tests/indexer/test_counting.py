"""Counting levels: of known pairs, of random pairs, and by EM of pairs that nobody has decided on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from indexer import counting
from indexer.counting import FAMILY, SAME, STRANGER, class_odds, count_levels, count_strangers, levels_of, scored
from indexer.installation import Installation
from indexer.labelled import Labelled, labelled_pairs
from indexer.pairing import Pairs, ScoredPairs
from indexer.truth import Truth
from indexer.unlabelled import find_same_children
from matcher.refitting import shipped_data
from tests.indexer.families import children, known_pairs
from tests.indexer.world import INTAKE, REPORT, opened
from tests.indexer.world import STRANGER as UNKNOWN_CHILD

COUNT = 30


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with opened(tmp_path_factory.mktemp("counting") / "home", *children(COUNT)) as one:
        one.refresh()
        yield one


def labelled(installation: Installation, pairs: list[tuple[str, str]]) -> Labelled:
    return labelled_pairs(installation, Truth.of(pairs))


def place(installation: Installation, name: str) -> int:
    return installation.scorer.names.index(name)


def test_levels_are_counted_per_comparison_and_silence_is_not(installation: Installation) -> None:
    same = labelled(installation, known_pairs(COUNT)).same
    counts = count_levels(installation.scorer, levels_of(installation, installation.scorer, same))
    sex, mother = counts[place(installation, "sex")], counts[place(installation, "mother")]
    # The world: one slip of the sex in five, the mother unknown to one in three, no marks at all.
    assert sex.tolist() == [6.0, 24.0]
    assert mother.sum() == 20
    assert counts[place(installation, "marks")].sum() == 0


def test_a_row_counts_by_its_weight(installation: Installation) -> None:
    levels = levels_of(installation, installation.scorer, labelled(installation, known_pairs(COUNT)).same)
    whole, half = (count_levels(installation.scorer, levels, weights) for weights in (None, np.full(len(levels), 0.5)))
    for a, b in zip(whole, half, strict=True):
        assert (a / 2 == b).all()


def test_the_same_pairs_have_the_same_levels_however_many_are_read_at_once(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = labelled(installation, known_pairs(COUNT)).same
    whole = levels_of(installation, installation.scorer, same)
    monkeypatch.setattr(counting, "_AT_ONCE", 7)
    assert (levels_of(installation, installation.scorer, same) == whole).all()


def test_pairs_whose_records_are_gone_are_left_out(installation: Installation) -> None:
    same = labelled(installation, known_pairs(2)).same
    assert len(levels_of(installation, installation.scorer, [*same, (10_000, same[0][1]), (same[0][0], 10_000)])) == 2
    assert len(levels_of(installation, installation.scorer, [(10_000, 10_001)])) == 0
    assert list(scored(installation, installation.scorer, ())) == []


def test_random_pairs_are_those_of_different_children_known_or_not(installation: Installation) -> None:
    known = labelled(installation, known_pairs(COUNT))
    blind, told = (
        count_strangers(installation, installation.scorer, related)
        for related in (frozenset[tuple[int, int]](), known.related)
    )
    assert (blind.pairs, told.pairs) == (COUNT * COUNT, COUNT * COUNT - COUNT)
    # The model weighs away what it takes for the same child: hardly any of the 30 is left.
    name = place(installation, "name")
    assert blind.counts[name].sum() == pytest.approx(told.counts[name].sum(), abs=3)
    assert told.counts[name][0] > 0.7 * told.counts[name].sum()


def test_where_records_are_many_random_pairs_are_drawn_the_same_every_time(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "_STRANGERS", 100)
    monkeypatch.setattr(counting, "_DRAWN", 20)
    first, second = (count_strangers(installation, installation.scorer, frozenset()) for _ in range(2))
    assert (first.pairs, len(first.records)) == (100, 40)
    assert all((a == b).all() for a, b in zip(first.counts, second.counts, strict=True))


@pytest.mark.parametrize(
    "rows",
    [
        [REPORT, {**INTAKE, "consent_for_tracing": "false"}],
        [REPORT, {**INTAKE, "status": "closed"}],
        [{**REPORT, "status": "closed"}, INTAKE],
        [REPORT],
        [],
    ],
)
def test_closed_records_and_children_without_consent_are_no_random_pairs(
    tmp_path: Path, rows: list[dict[str, object]]
) -> None:
    with opened(tmp_path / "home", *rows) as one:
        found = count_strangers(one, one.scorer, frozenset())
    assert found.pairs == 0
    assert all(counts.sum() == 0 for counts in found.counts)


def test_the_odds_of_the_three_classes_add_up_and_follow_the_model(tmp_path: Path) -> None:
    with opened(tmp_path / "home", REPORT, INTAKE, UNKNOWN_CHILD) as one:
        report = one.store.get("police/1")
        intakes = [one.store.get(record_id) for record_id in ("shelter/1", "shelter/2")]
        assert report
        pairs = Pairs([report.record], [intake for intake in intakes if intake], np.zeros(2, np.int64), np.arange(2))
        odds = class_odds(one.scorer.model, ScoredPairs(one.scorer, pairs).scores)
    assert odds.sum(axis=1) == pytest.approx([1.0, 1.0])
    assert odds[:, SAME].round(2).tolist() == [1.0, 0.0]
    assert odds[1, STRANGER] > 0.99 > odds[1, FAMILY]


def test_em_finds_as_many_same_children_as_there_are_without_being_told_of_one(installation: Installation) -> None:
    found = find_same_children(installation, installation.scorer, labelled(installation, []), shipped_data())
    assert found.pairs == pytest.approx(COUNT, abs=1.5)
    assert found.candidates > 3 * COUNT
    assert found.counts[place(installation, "sex")] == pytest.approx([6, 24], abs=1.5)


def test_em_counts_a_labelled_pair_once_and_as_people_said(installation: Installation) -> None:
    nothing = find_same_children(installation, installation.scorer, labelled(installation, []), shipped_data())
    told = find_same_children(
        installation, installation.scorer, labelled(installation, known_pairs(10)), shipped_data()
    )
    denied = Labelled((), (), labelled(installation, known_pairs(10)).same, {})
    contradicted = find_same_children(installation, installation.scorer, denied, shipped_data())
    assert told.pairs == pytest.approx(COUNT, abs=1.5)
    assert told.candidates == nothing.candidates - 10
    assert contradicted.pairs == pytest.approx(COUNT - 10, abs=1.5)


def test_em_over_nobody_finds_nobody(tmp_path: Path) -> None:
    with opened(tmp_path / "home", REPORT) as one:
        found = find_same_children(one, one.scorer, labelled(one, []), shipped_data())
    assert (found.pairs, found.candidates) == (0.0, 0)


def test_em_over_strangers_finds_hardly_anybody(tmp_path: Path) -> None:
    rows = [row for number, row in enumerate(children(20)) if (number // 2) % 2 == number % 2]
    with opened(tmp_path / "home", *rows) as one:
        one.refresh()
        found = find_same_children(one, one.scorer, labelled(one, []), shipped_data())
    assert found.candidates > 0
    assert found.pairs < 1


def test_progress_counts_reports(installation: Installation) -> None:
    told: list[tuple[int, int]] = []
    find_same_children(
        installation,
        installation.scorer,
        labelled(installation, []),
        shipped_data(),
        lambda done, total: told.append((done, total)),
    )
    assert told == [(COUNT, COUNT)]
