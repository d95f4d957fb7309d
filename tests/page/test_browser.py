"""The page in a real browser, opened from disk with no network: what it asks for, what it does, how it fits.

Screenshots of both languages on a screen, a phone and paper are left in build/screenshots to look at.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# In CI the browser must be there; elsewhere these tests wait for it.
if CHROMIUM is None and not os.environ.get("OMNIMIX_NEEDS_BROWSER"):
    pytest.skip("no chromium here; Debian's package is `chromium`", allow_module_level=True)

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
SCREEN, PHONE, SMALL = (1200, 900), (390, 844), (320, 640)
LANGUAGES = ("en", "nl")
PAGES_OF_PAPER = 12
# What is drawn, without what is only there to be pointed at.
OUTSIDE = """() => [...document.querySelectorAll('.chart')].flatMap((chart) => {
  const frame = chart.getBoundingClientRect();
  return [...chart.querySelectorAll('svg text')].filter((text) => {
    const box = text.getBoundingClientRect();
    return box.width && (box.left < frame.left - 2 || box.right > frame.right + 2);
  }).map((text) => chart.dataset.chart + ': ' + text.textContent);
})"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


class Opened:
    """A page with everything that it asked for and complained of."""

    def __init__(self, browser: Any, path: Path, size: tuple[int, int], **more: Any) -> None:
        self.context = browser.new_context(viewport={"width": size[0], "height": size[1]}, offline=True, **more)
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda problem: self.said.append(str(problem)))
        self.page.goto(path.as_uri())
        if more.get("java_script_enabled", True):
            self.page.wait_for_selector("html.alive", timeout=60_000)

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_request_leaves_and_nothing_is_complained_of(browser: Any, written: dict[str, Path], language: str) -> None:
    with Opened(browser, written[language], SCREEN) as opened:
        assert opened.asked == [written[language].as_uri()]
        assert opened.said == []
        live = opened.page.locator(".chart svg.marks").count()
        assert live == opened.page.locator(".chart").count() > 8


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [SCREEN, PHONE, SMALL])
def test_nothing_runs_over_the_edge(
    browser: Any, written: dict[str, Path], language: str, size: tuple[int, int]
) -> None:
    with Opened(browser, written[language], size) as opened:
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert opened.page.evaluate(OUTSIDE) == []
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        opened.page.screenshot(path=SCREENSHOTS / f"{language}-{size[0]}.png", full_page=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_slider_tells_and_draws_the_plan_of_another_total(
    browser: Any, written: dict[str, Path], language: str
) -> None:
    with Opened(browser, written[language], SCREEN) as opened:
        page = opened.page
        told, bars = page.locator("#levels-told p:visible"), page.locator('[data-chart="division"] .mark-rect path')
        before, drawn = told.inner_text(), bars.first.get_attribute("d")
        assert told.count() == 1
        page.locator("#total").focus()
        for _ in range(2):
            page.keyboard.press("ArrowRight")
        assert told.inner_text() != before
        total = page.locator("#levels-total span:visible").inner_text()
        assert told.inner_text().startswith(total)
        assert page.locator("#total").get_attribute("aria-valuetext") == total
        first = "document.querySelector('[data-chart=\"division\"] .mark-rect path')"
        page.wait_for_function(f"(before) => {first}.getAttribute('d') !== before", arg=drawn)


def test_money_can_be_seen_by_week_and_over_the_window(browser: Any, written: dict[str, Path]) -> None:
    with Opened(browser, written["en"], SCREEN) as opened:
        page = opened.page
        by_week = page.locator("#whom .group").first.inner_text()
        page.locator("#per-window").check()
        assert page.locator("#whom .group").first.inner_text() != by_week
        assert page.locator("#whom .per-0:visible").count() == 0


def test_payback_can_be_looked_at_a_quarter_ahead(browser: Any, written: dict[str, Path]) -> None:
    with Opened(browser, written["en"], SCREEN) as opened:
        page = opened.page
        axis = page.locator('[data-chart="balance"] svg.marks')
        assert "50" in str(axis.text_content())
        page.locator('input[name="horizon"][value="13"]').check()
        page.wait_for_function(
            "!document.querySelector('[data-chart=\"balance\"] svg.marks').textContent.includes('50')"
        )


def test_figures_are_told_to_whoever_points_at_them(browser: Any, written: dict[str, Path]) -> None:
    with Opened(browser, written["en"], SCREEN) as opened:
        opened.page.locator('[data-chart="roas"] .mark-symbol path').first.hover()
        tip = opened.page.locator("#vg-tooltip-element")
        tip.wait_for(state="visible")
        assert re.search(r"\d\.\d\d \(between \d", tip.inner_text())


def test_the_page_can_be_read_without_any_script(browser: Any, written: dict[str, Path]) -> None:
    with Opened(browser, written["nl"], PHONE, java_script_enabled=False) as opened:
        page = opened.page
        assert page.locator(".chart > svg").count() == page.locator(".chart").count() > 8
        assert not page.locator("#total").is_visible()
        assert page.locator("#levels-told p:visible").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_prints_on_a_few_sheets_of_a4(browser: Any, written: dict[str, Path], language: str) -> None:
    with Opened(browser, written[language], SCREEN) as opened:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        paper = opened.page.pdf(path=SCREENSHOTS / f"{language}.pdf", prefer_css_page_size=True)
        sheets = len(re.findall(rb"/Type\s*/Page\b", paper))
        assert 3 <= sheets <= PAGES_OF_PAPER
        assert re.search(rb"/MediaBox \[0 0 59[45]\.?\d* 84[12]", paper)


def test_keys_alone_reach_everything_that_can_be_worked(browser: Any, written: dict[str, Path]) -> None:
    with Opened(browser, written["en"], SCREEN) as opened:
        page = opened.page
        reached = set()
        for _ in range(120):
            page.keyboard.press("Tab")
            reached.add(page.evaluate("document.activeElement.id || document.activeElement.name || ''"))
        assert {"per-week", "total", "horizon"} <= reached
        page.keyboard.press("Home")


def test_every_text_has_enough_contrast_and_every_section_its_name(browser: Any, written: dict[str, Path]) -> None:
    """Quiet text keeps 4.5 to 1 on white (WCAG AA); sections are landmarks named by their headings."""
    with Opened(browser, written["en"], SCREEN) as opened:
        page = opened.page
        quiet = page.evaluate("getComputedStyle(document.querySelector('.under')).color")
        assert _contrast(quiet) >= 4.5
        sections = page.locator("main > section")
        for k in range(sections.count()):
            named = sections.nth(k).get_attribute("aria-labelledby")
            assert page.locator(f"#{named}").inner_text().strip()


def _contrast(colour: str) -> float:
    """Return the contrast of an rgb() colour with white."""
    parts = [int(x) / 255 for x in re.findall(r"\d+", colour)[:3]]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)
