from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest

from indexer.installation import Installation
from indexer.reconcile import reconcile
from tests.api.client import INTAKE, REPORT, TestClient, put
from tests.api.conftest import AT
from tests.api.pages.conftest import PLACE, WITHHELD, Browser


def test_a_record_is_shown_with_its_candidates_and_a_way_to_their_review(match: int, browser: Browser) -> None:
    page = browser.get("/records/police/1")
    assert page.one("h1").text == "សុខ ដារ៉ា"
    assert "Chan Sreymom" in page.one("table", class_="one").text
    (card,) = page.all("article")
    assert "shelter/1" in card.text
    assert page.one("a", href=f"/matches/{match}")


def test_a_record_that_is_not_there_is_a_readable_page(browser: Browser, khmer: Browser) -> None:
    assert "There is no such record" in browser.get("/records/police/404", status=404).text
    assert "មិនមានកំណត់ត្រានេះទេ" in khmer.get("/records/police/404", status=404).text


def test_a_child_without_consent_is_shown_to_its_owner_only(
    client: TestClient, browser: Browser, browser_of: Callable[..., Browser]
) -> None:
    put(client, "shelter/1", INTAKE, consent_for_tracing=False)
    page = browser.get("/records/shelter/1", status=403)
    assert "Dara" not in page.html
    owner = browser_of(own_sources="shelter")
    put(owner.client, "shelter/1", INTAKE, consent_for_tracing=False)
    assert "Dara SOKH" in owner.get("/records/shelter/1").text


def test_a_withheld_child_is_shown_without_its_whereabouts_even_in_the_evidence_of_others(
    client: TestClient, browser: Browser
) -> None:
    put(client, "shelter/1", INTAKE, withhold_from=WITHHELD, caregiver_name="Mother of House 3", phones="012999888")
    put(client, "police/1", REPORT)
    put(
        client,
        "police/2",
        {**REPORT, "father_name": "Kong Thlang", "inquirer_name": "Kong Thlang", "inquirer_relation": "uncle"},
    )
    page = browser.get("/records/shelter/1")
    assert "Where the child is now is left out." in page.text
    assert "police/2" in page.text
    for secret in (PLACE, "House 3", "012999888", WITHHELD + ";"):
        assert secret not in page.html
    held = {card.text.split()[-1] for card in page.all("article") if "Held" in card.text}
    assert len(held) == 1


def test_a_child_whose_whereabouts_nobody_withholds_is_shown_whole(client: TestClient, browser: Browser) -> None:
    put(client, "shelter/1", INTAKE)
    assert PLACE in browser.get("/records/shelter/1").text


def test_a_protection_concern_that_names_the_asker_withholds_it_too(
    client: TestClient, here: Installation, browser: Browser
) -> None:
    put(client, "police/1", REPORT)
    put(client, "shelter/1", INTAKE, protection_concerns="trafficked by Chan Sreymom")
    reconcile(here, at=AT)
    assert PLACE not in browser.get("/records/shelter/1").html


@pytest.mark.parametrize("record_id", ["shelter/a b", "shelter/A/7", "shelter/ក-១", "shelter/50%", "shelter/a?b#c"])
def test_any_id_can_be_opened_from_a_link(client: TestClient, browser: Browser, record_id: str) -> None:
    put(client, quote(record_id), INTAKE)
    page = browser.post("/search", full_name="សុខ ដារ៉ា")
    (link,) = [link.get("href") for link in page.all("a") if link.get("href").startswith("/records/")]
    assert record_id in browser.get(link).text


def test_columns_that_nobody_knows_are_shown_and_never_run(client: TestClient, browser: Browser) -> None:
    put(client, "police/1", REPORT, odd="<script>alert(1)</script>")
    page = browser.get("/records/police/1")
    assert page.all("script") == []
    assert "<script>alert(1)</script>" in page.one("table", class_="one").text
