"""What a reviewer does on the pages, and how the pages are read for it."""

from __future__ import annotations

import re

from tests.api.pages.conftest import Browser
from tests.api.pages.reading import Page

BY = "Srey Leak"


def seen(page: Page) -> str:
    return page.all("input", name="seen_decision")[0].get("value")


def decide(browser: Browser, match: int, decision: str, **more: str) -> str:
    form = {"decision": decision, "by": BY, "seen_decision": seen(browser.get(f"/matches/{match}")), **more}
    return browser.send(f"/matches/{match}/decisions", **form)


def refused(browser: Browser, match: int, status: int, **form: str) -> Page:
    asked = {"by": BY, "seen_decision": seen(browser.get(f"/matches/{match}")), **form}
    return browser.post(f"/matches/{match}/decisions", status=status, **asked)


def listed(page: Page) -> list[str]:
    links = [link.get("href") for link in page.all("a", class_="button")]
    return [link for link in links if re.fullmatch(r"/matches/\d+", link)]


def history(page: Page) -> list[str]:
    return [element.text for element in page.all("span", class_="what")]


def cells(page: Page) -> list[str]:
    shown = [cell.text for cell in page.all("td", class_="bits") if "svg" not in cell.around]
    return [text.replace("−", "-") for text in shown]


def added_up(page: Page) -> float:
    *evidence, _ = cells(page)
    return sum(float(text) for text in evidence)
