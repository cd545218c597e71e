from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.night import Night, World, _blocks, candidates
from bench.scale_world import scale_world
from matcher.record import Kind
from matcher.scoring import BLOCK
from tests.builders import scorer

INCOMING, REGISTER = 60, 900


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("stretch", [250, 5_000])
def test_a_night_in_stretches_gives_the_scores_of_the_whole(tmp_path: Path, stretch: int, workers: int) -> None:
    reports, known = scale_world(INCOMING, REGISTER)
    left, right = candidates(reports, known)
    mine, yours = scorer().columns(reports.records(Kind.REPORT)), scorer().columns(known.records(Kind.INTAKE))
    expected = scorer().score(mine, yours, left, right).score
    World.write(tmp_path, INCOMING, REGISTER, stretch)
    night = Night()
    night.run(World(tmp_path), scorer(), [workers])
    by_stretch = np.argsort(right // stretch, kind="stable")
    assert np.array_equal(np.concatenate(night.scores), expected[by_stretch])
    is_true = reports.person[left] == known.person[right]
    assert np.array_equal(np.concatenate(night.is_true), is_true[by_stretch])


@pytest.mark.parametrize("pairs", [0, 1, 2, 399_999, 400_000, 400_001, 1_234_567])
@pytest.mark.parametrize("workers", [1, 2])
def test_the_workers_have_as_many_blocks_and_every_pair_is_in_one(pairs: int, workers: int) -> None:
    blocks = _blocks(pairs, workers)
    assert [block.start for block in blocks[1:]] == [block.stop for block in blocks[:-1]]
    assert sum(min(block.stop, pairs) - block.start for block in blocks) == pairs
    assert all(block.stop - block.start <= BLOCK for block in blocks)
    assert len(blocks) <= workers * max(1, -(-pairs // (workers * BLOCK)))
