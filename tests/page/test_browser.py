"""The page in a real browser, opened from disk with no network: what it asks for, what it does, how it fits.

What must fit is tried with two sets of fonts, because a page meets whatever sans-serif its reader has: DejaVu is among
the widest, Liberation has the widths of Arial and Helvetica. Screenshots of both languages on a screen, a phone and
paper are left in build/screenshots to look at.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from omnimix.page.charts import Scale, dots_with_ranges
from omnimix.page.drawing import picture

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# In CI the browser must be there; elsewhere these tests wait for it.
if CHROMIUM is None and not os.environ.get("OMNIMIX_NEEDS_BROWSER"):
    pytest.skip("no chromium here; Debian's package is `chromium`", allow_module_level=True)

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
SCREEN, PHONE, SMALL = (1200, 900), (390, 844), (320, 640)
LANGUAGES = ("en", "nl")
FONTS = {  # as Debian's packages fonts-dejavu-core and fonts-liberation lay them down
    "DejaVu Sans": Path("/usr/share/fonts/truetype/dejavu"),
    "Liberation Sans": Path("/usr/share/fonts/truetype/liberation"),
}
ONE_FONT = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}</dir>
  <cachedir>{cache}</cachedir>
  <match target="pattern">
    <edit name="family" mode="prepend" binding="strong"><string>{name}</string></edit>
  </match>
</fontconfig>
"""
PAGES_OF_PAPER = 5
# What is drawn, without what is only there to be pointed at.
OUTSIDE = """() => [...document.querySelectorAll('.chart')].flatMap((chart) => {
  const frame = chart.getBoundingClientRect();
  return [...chart.querySelectorAll('svg text')].filter((text) => {
    const box = text.getBoundingClientRect();
    return box.width && (box.left < frame.left - 2 || box.right > frame.right + 2);
  }).map((text) => chart.dataset.chart + ': ' + text.textContent);
})"""


@pytest.fixture(scope="module")
def driver() -> Iterator[Any]:
    with sync_api.sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(driver: Any) -> Iterator[Any]:
    opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=FONTS)
def browser_with_one_font(
    driver: Any, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """A browser for which this sans-serif is the only font there is."""
    name, folder = request.param, FONTS[request.param]
    if not folder.is_dir() and not os.environ.get("OMNIMIX_NEEDS_BROWSER"):
        pytest.skip(f"no {name} here; Debian has it in fonts-dejavu-core and fonts-liberation")
    made = tmp_path_factory.mktemp("fonts")
    settings = made / "fonts.conf"
    settings.write_text(ONE_FONT.format(folder=folder, cache=made / "cache", name=name), encoding="utf-8")
    opened = driver.chromium.launch(
        executable_path=CHROMIUM, args=["--no-sandbox"], env={**os.environ, "FONTCONFIG_FILE": str(settings)}
    )
    yield opened, name
    opened.close()


def unfold(page: Any) -> None:
    """Open everything that is folded away, as a reader does."""
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")


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
            self.page.wait_for_selector("html.alive", timeout=300_000)

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
@pytest.mark.parametrize("size", [SCREEN, PHONE, SMALL], ids=lambda size: f"{size[0]}")
def test_nothing_runs_over_the_edge_in_any_font(
    browser_with_one_font: tuple[Any, str], written: dict[str, Path], language: str, size: tuple[int, int]
) -> None:
    browser, font = browser_with_one_font
    with Opened(browser, written[language], size) as opened:
        assert fonts_of(opened, "h1", ".chart svg text") == {font}
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert opened.page.evaluate(OUTSIDE) == []
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        opened.page.screenshot(path=SCREENSHOTS / f"{language}-{size[0]}-{font.split()[0]}.png", full_page=True)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [SCREEN, SMALL], ids=lambda size: f"{size[0]}")
def test_a_page_with_a_record_of_every_kind_keeps_to_the_screen_and_prints(
    browser: Any, whole_written: dict[str, Path], language: str, size: tuple[int, int]
) -> None:
    with Opened(browser, whole_written[language], size) as opened:
        assert opened.said == []
        paper = opened.page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", paper)) <= 2 * PAGES_OF_PAPER
        unfold(opened.page)
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert opened.page.evaluate(OUTSIDE) == []


def test_the_words_at_a_line_fit_wherever_it_stands(browser_with_one_font: tuple[Any, str], tmp_path: Path) -> None:
    """On the page it stands where the fit has put it: here at every tenth of the narrowest chart."""
    drawn = []
    for tenth in range(11):
        rows = [{"label": "Retargeting", "told": 0.5, "lower": 0.0, "upper": 1.0, "tip": ""}]
        spec = dots_with_ranges(rows, Scale("ROAS", ".1f"), line_at=tenth / 10, line="kostendekkend")
        drawn.append(picture({**spec, "width": SMALL[0] - 36}, "nl"))
    place = f'<div class="chart" data-chart="line" style="width: {SMALL[0] - 36}px">'
    page = tmp_path / "lines.html"
    page.write_text("<!doctype html>" + "".join(f"{place}{svg}</div>" for svg in drawn), encoding="utf-8")
    with Opened(browser_with_one_font[0], page, SMALL, java_script_enabled=False) as opened:
        assert opened.page.locator("text=kostendekkend").count() == len(drawn)
        assert opened.page.evaluate(OUTSIDE) == []


def fonts_of(opened: Opened, *places: str) -> set[str]:
    """Return the fonts that the browser really took for the first element at every place."""
    asked = opened.context.new_cdp_session(opened.page)
    for domain in ("DOM", "CSS"):
        asked.send(f"{domain}.enable")
    root = asked.send("DOM.getDocument")["root"]["nodeId"]
    nodes = [asked.send("DOM.querySelector", {"nodeId": root, "selector": place})["nodeId"] for place in places]
    used = [asked.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"] for node in nodes]
    return {font["familyName"] for fonts in used for font in fonts}


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
        over_the_window = page.locator("#whom .group").first.inner_text()
        page.locator("#per-week").check()
        assert page.locator("#whom .group").first.inner_text() != over_the_window
        assert page.locator("#whom .per-0:visible").count() == 0


def test_payback_can_be_looked_at_a_quarter_ahead(browser: Any, written: dict[str, Path]) -> None:
    with Opened(browser, written["en"], SCREEN) as opened:
        page = opened.page
        unfold(page)
        axis = page.locator('[data-chart="balance"] svg.marks')
        assert "50" in str(axis.text_content())
        page.locator('input[name="horizon"][value="13"]').check()
        page.wait_for_function(
            "!document.querySelector('[data-chart=\"balance\"] svg.marks').textContent.includes('50')"
        )


def test_figures_are_told_to_whoever_points_at_them(browser: Any, written: dict[str, Path]) -> None:
    with Opened(browser, written["en"], SCREEN) as opened:
        unfold(opened.page)
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
        unfold(page)
        reached = set()
        for _ in range(200):
            page.keyboard.press("Tab")
            reached.add(page.evaluate("document.activeElement.id || document.activeElement.name || ''"))
        assert {"per-window", "total", "horizon"} <= reached
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
