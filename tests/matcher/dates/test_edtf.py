from __future__ import annotations

import pytest

from matcher.dates import DateError, Said, read_date
from tests.matcher.dates.builders import ON, best, read


@pytest.mark.parametrize(
    ("written", "reading"),
    [
        ("201X", "2010-01-01 2019-12-31"),
        ("20XX", "2000-01-01 2099-12-31"),
        ("201?", "2010-01-01 2019-12-31"),
        ("20??", "2000-01-01 2099-12-31"),
        ("2014-XX", "2014-01-01 2014-12-31"),
        ("2014-XX-XX", "2014-01-01 2014-12-31"),
        ("2014-04-XX", "2014-04-01 2014-04-30"),
        ("2014-1X", "2014-10-01 2014-12-31"),
        ("2016-02-2X", "2016-02-20 2016-02-29"),
        ("2014-04-1X", "2014-04-10 2014-04-19"),
        ("2013/2015", "2013-01-01 2015-12-31"),
        ("2013-05/2014-06", "2013-05-01 2014-06-30"),
        ("2013-05-16/2014", "2013-05-16 2014-12-31"),
        ("[2013,2014]", "2013-01-01 2014-12-31"),
        ("{2013,2014,2015}", "2013-01-01 2015-12-31"),
        ("[2013..2015]", "2013-01-01 2015-12-31"),
        ("../2015", ".. 2015-12-31"),
        ("2015/..", "2015-01-01 .."),
        ("[..2015]", ".. 2015-12-31"),
        ("[2015..]", "2015-01-01 .."),
        ("2014-21", "2014-03-01 2014-05-31"),
        ("2014-22", "2014-06-01 2014-08-31"),
        ("2014-23", "2014-09-01 2014-11-30"),
        ("2014-24", "2014-12-01 2015-02-28"),
        ("2014-34", "2014-04-01 2014-06-30"),
        ("2014-40", "2014-01-01 2014-06-30"),
    ],
)
def test_edtf_is_read(written: str, reading: str) -> None:
    assert read(written) == [reading]
    assert read(written, None) == [reading]


@pytest.mark.parametrize(
    ("written", "reading", "said"),
    [
        ("2014~", "2013-01-01 2015-12-31", Said.YEAR),
        ("2014?", "2013-01-01 2015-12-31", Said.YEAR),
        ("2014%", "2013-01-01 2015-12-31", Said.YEAR),
        ("2014 ?", "2013-01-01 2015-12-31", Said.YEAR),
        ("2014-05~", "2014-04-01 2014-06-30", Said.MONTH),
        ("2014-05-16?", "2014-05-01 2014-05-31", Said.DAY),
    ],
)
def test_unsure_dates_are_wider_by_a_unit_and_say_so(written: str, reading: str, said: Said) -> None:
    found = read_date(written, on=ON)
    assert read(written) == [reading]
    assert found.approximate
    assert found.said is said


def test_one_of_several_years_apart_is_several_readings() -> None:
    assert read("[2010,2014]") == ["2010-01-01 2010-12-31", "2014-01-01 2014-12-31"]


def test_only_the_unsure_end_of_a_span_is_wider() -> None:
    assert read("2013~/2015") == ["2012-01-01 2015-12-31"]


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("2014-02-3X", "February 2014 has 28 days"),
        ("2014-13~", "no month 13"),
        ("2014-9X", "no month 9x"),
        ("2014-02-30~", "February 2014 has 28 days"),
        ("2015/2013", "ends before it begins"),
    ],
)
def test_edtf_for_what_does_not_exist_is_an_error(written: str, why: str) -> None:
    with pytest.raises(DateError, match=why):
        best(written)


@pytest.mark.parametrize("written", ["../..", "[]", "2014--05", "2013/2014/2015", "XXXX", "2014-XX-", "~~~~", "/////"])
def test_broken_edtf_is_refused(written: str) -> None:
    with pytest.raises(DateError):
        best(written)
