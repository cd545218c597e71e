"""A real Chromium before a real server: it types, clicks, turns the phone, and tells what it sees and what it fetched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

__all__ = ["DESKTOP", "PHONE", "Browser", "Keys", "open_browser"]

DESKTOP = (1280, 900)
PHONE = (390, 844)
_PATIENCE_SECONDS = 20
# Nothing that talks to anybody but our own server, nothing kept from one run to the next.
_QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--disable-dev-shm-usage",
)  # fmt: skip
# Relative luminance and contrast after WCAG 2.2, for every text that is seen.
_CONTRASTS = """
const seen = [];
const light = c => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4 };
const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
const numbers = text => (text.match(/[\\d.]+/g) || []).map(Number);
const ground = element => {
  for (let at = element; at; at = at.parentElement) {
    const [r, g, b, a = 1] = numbers(getComputedStyle(at).backgroundColor);
    if (a === 1) return [r, g, b];
  }
  return [255, 255, 255];
};
for (const element of document.querySelectorAll('body *')) {
  const own = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
  const box = element.getBoundingClientRect();
  if (!own || box.width < 2 || box.height < 2) continue;
  const style = getComputedStyle(element);
  const ink = numbers(element instanceof SVGElement ? style.fill : style.color);
  const pair = [luminance(ink), luminance(ground(element))].sort((a, b) => b - a);
  seen.push([(pair[0] + 0.05) / (pair[1] + 0.05), element.textContent.trim().slice(0, 40)]);
}
return seen.sort((a, b) => a[0] - b[0])[0];
"""


class Browser:
    """One window on one server."""

    def __init__(self, driver: webdriver.Chrome, url: str) -> None:
        self.driver = driver
        self.url = url

    def open(self, path: str) -> None:
        """Go to an address of the server."""
        self.driver.get(f"{self.url}{path}")

    def find(self, css: str) -> WebElement:
        """The first such element."""
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def all(self, css: str) -> list[WebElement]:
        """All such elements."""
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def write(self, name: str, text: str) -> None:
        """Type into the field of this name."""
        self.find(f'[name="{name}"]').send_keys(text)

    def press(self, css: str) -> None:
        """Click what leads to another page, and wait for it."""
        self._and_wait(self.find(css).click)

    def choose(self, css: str) -> None:
        """Click what stays on this page."""
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", self.find(css))
        self.find(css).click()

    def enter(self) -> None:
        """Press the Enter key where the focus is, and wait for the page that it leads to."""
        self._and_wait(lambda: self.focused().send_keys(Keys.ENTER))

    def focused(self) -> WebElement:
        """Where the keyboard is."""
        return self.driver.switch_to.active_element

    def tab_to(self, css: str, most: int = 60) -> None:
        """Come to an element by the Tab key alone."""
        wanted = self.find(css)
        for _ in range(most):
            if self.focused() == wanted:
                return
            self.focused().send_keys(Keys.TAB)
        raise AssertionError(f"the Tab key does not come to {css}")

    @property
    def text(self) -> str:
        """What a person sees of the page."""
        return self.find("body").text

    @property
    def language(self) -> str:
        """The language that the page says it is in."""
        return str(self.find("html").get_attribute("lang"))

    def sideways(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(
            self.driver.execute_script(
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
        )

    def weakest_contrast(self) -> tuple[float, str]:
        """The least contrast of any text that is seen, and that text."""
        least, text = self.driver.execute_script(_CONTRASTS)
        return float(least), str(text)

    def fetched(self) -> list[str]:
        """Every address that was asked for since the last call."""
        return [str(event["params"]["request"]["url"]) for event in self._events("Network.requestWillBeSent")]

    def complaints(self) -> list[str]:
        """What the browser itself complains about: refused styles and scripts, what could not be loaded."""
        return [str(entry["message"]) for entry in self.driver.get_log("browser")]  # type: ignore[no-untyped-call]  # selenium has no types here

    def picture(self, path: Path) -> None:
        """Keep a picture of the window."""
        assert self.driver.save_screenshot(str(path))

    def _and_wait(self, act: Any) -> None:
        page = self.find("html")
        act()
        WebDriverWait(self.driver, _PATIENCE_SECONDS).until(lambda _: _is_gone(page))
        ready = "return document.readyState === 'complete'"
        WebDriverWait(self.driver, _PATIENCE_SECONDS).until(lambda driver: driver.execute_script(ready))

    def _events(self, method: str) -> Iterator[dict[str, Any]]:
        for entry in self.driver.get_log("performance"):  # type: ignore[no-untyped-call]  # as above
            message = json.loads(entry["message"])["message"]
            if message["method"] == method:
                yield message


def _is_gone(element: WebElement) -> bool:
    """Whether the page of this element has made way for the next; the driver has two ways to say so, by the moment."""
    try:
        element.is_enabled()
    except StaleElementReferenceException:
        return True
    except WebDriverException as error:
        if "does not belong to the document" in str(error.msg):
            return True
        raise
    return False


@contextmanager
def open_browser(
    url: str, profile: Path, *, size: tuple[int, int] = DESKTOP, language: str = "en", scripts: bool = True
) -> Iterator[Browser]:
    """A fresh Chromium with its own profile folder; `size` of a phone makes it one. Closed at the end."""
    options = webdriver.ChromeOptions()
    for argument in (
        *_QUIET,
        f"--user-data-dir={profile}",
        f"--accept-lang={language}",
        f"--window-size={size[0]},{size[1]}",
    ):
        options.add_argument(argument)
    options.binary_location = which("chromium") or ""
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    if not scripts:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    driver = webdriver.Chrome(options=options, service=Service(which("chromedriver") or ""))
    try:
        if size[0] < DESKTOP[0]:
            metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": True}
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        yield Browser(driver, url)
    finally:
        driver.quit()
