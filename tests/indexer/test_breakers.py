"""When one record looks like too many others."""

from __future__ import annotations

import pytest

from indexer.blocks import Block, Compared
from indexer.breakers import MOST_LIKELY, SMALLEST_BLOCK, Breakers
from matcher.record import Kind


def block(size: int) -> Block:
    return Block(Kind.REPORT, range(1, size + 1))


def likely(*pairs: tuple[int, int]) -> Compared:
    return Compared(likely=pairs, record_ids={number: f"source/{number}" for pair in pairs for number in pair})


def test_nothing_is_stopped_while_matches_are_few() -> None:
    stopped = Breakers().stopped(block(200), likely((1, 900), (2, 900), (3, 901)))
    assert stopped.reasons == []
    assert stopped.keeps(1, 900)


@pytest.mark.parametrize(("count", "is_stopped"), [(MOST_LIKELY, False), (MOST_LIKELY + 1, True)])
def test_the_fifty_first_likely_match_stops_a_record(count: int, is_stopped: bool) -> None:
    stopped = Breakers().stopped(block(200), likely(*((number, 900) for number in range(1, count + 1))))
    assert (not stopped.keeps(1, 900)) is is_stopped


def test_likely_matches_are_counted_over_all_blocks_of_a_night() -> None:
    breakers = Breakers()
    for start in range(0, 60, 20):
        pairs = ((number, 900) for number in range(start, start + 20))
        stopped = breakers.stopped(block(200), likely(*pairs))
    assert [reason["record_id"] for reason in stopped.reasons] == ["source/900"]


def test_a_stopped_record_stays_stopped_and_its_reason_is_told_once() -> None:
    breakers = Breakers()
    breakers.stopped(block(200), likely(*((number, 900) for number in range(1, 60))))
    later = breakers.stopped(block(200), likely((70, 900), (71, 901)))
    assert later.reasons == []
    assert not later.keeps(70, 900)
    assert later.keeps(71, 901)


def test_a_share_of_a_small_block_says_nothing() -> None:
    size = SMALLEST_BLOCK - 1
    stopped = Breakers().stopped(block(size), likely(*((number, 900) for number in range(1, size + 1))))
    assert stopped.reasons == []


def test_more_than_three_tenths_of_a_block_stops_a_record() -> None:
    size = SMALLEST_BLOCK
    stopped = Breakers().stopped(block(size), likely(*((number, 900) for number in range(1, 17))))
    assert [reason["record_id"] for reason in stopped.reasons] == ["source/900"]
    assert "16 of 50" in stopped.reasons[0]["reason"]
