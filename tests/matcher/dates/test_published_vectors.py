from __future__ import annotations

import pytest

from bench.calendar import PUBLISHED, Agreement, agreements

RESPECTS = list(agreements(PUBLISHED)) if PUBLISHED.is_dir() else []


@pytest.mark.skipif(not RESPECTS, reason="needs ../shared/data/third_party/calendar, which is not part of a checkout")
@pytest.mark.parametrize("agreement", RESPECTS, ids=lambda agreement: agreement.respect)
def test_every_published_vector_agrees(agreement: Agreement) -> None:
    assert agreement.of > 500
    assert agreement.agree == agreement.of
