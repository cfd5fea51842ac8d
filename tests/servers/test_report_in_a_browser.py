"""The report as a person opens it: in a real browser, under a strict policy, in both languages."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from tests.serving import HOST, server

from mithaq.cli.app import run

BESIDE_THE_SHEET = """() => [...document.querySelectorAll("body *")]
  .filter(each => each.checkVisibility() && !each.closest("details:not([open]):not(.more)"))
  .map(each => [each.tagName, each.textContent.slice(0, 30), each.getBoundingClientRect()])
  .filter(([, , box]) => box.width > 0 && (box.left < -1 || box.right > window.innerWidth + 1))"""
"""What can be seen and is cut off at an edge, by more than a pixel."""

pytestmark = [pytest.mark.server, pytest.mark.enable_socket]


@pytest.fixture(scope="session")
def reviews(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    out = tmp_path_factory.mktemp("browser") / "demo"
    assert run(["demo", "--no-serve", "--out", str(out)]) == 0
    pages = {path.parent.name: path.read_text("utf-8") for path in sorted(out.glob("reviews/*/review.html"))}
    assert pages
    return pages


@pytest.fixture(scope="session")
def address(reviews: dict[str, str]) -> Iterator[str]:
    with server({f"/{name}": page for name, page in reviews.items()}, 0) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://{HOST}:{running.server_address[1]}"
        running.shutdown()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=True, viewport={"width": 1200, "height": 900})
    page = context.new_page()
    yield page
    context.close()


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_on_any_report(
    browser: Browser, address: str, reviews: dict[str, str], language: str, scheme: str
) -> None:
    # axe itself is a script, which the page's policy rightly refuses: it is lifted for axe alone.
    context = browser.new_context(bypass_csp=True, color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    for name in reviews:
        page.goto(f"{address}/{name}{'#ar' if language == 'ar' else ''}")
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        assert found.violations_count == 0, found.generate_report()
    context.close()


def test_the_page_breaks_no_rule_of_its_policy_and_asks_nobody_for_anything(
    page: Page, address: str, reviews: dict[str, str]
) -> None:
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    for name in reviews:
        page.goto(f"{address}/{name}")
    assert said == []
    assert [url for url in asked if not url.startswith(address)] == []
    assert len(asked) == len(reviews)


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_each_language_shows_alone_in_its_own_direction(
    page: Page, address: str, reviews: dict[str, str], language: str, direction: str
) -> None:
    page.goto(f"{address}/{next(iter(reviews))}{'#ar' if language == 'ar' else ''}")
    headings = page.locator("h1:visible")
    assert headings.count() == 1
    shown = headings.evaluate("node => [node.closest('[lang]').lang, getComputedStyle(node).direction]")
    assert shown == [language, direction]


def test_without_script_the_switch_leads_to_the_other_language_and_back(
    browser: Browser, address: str, reviews: dict[str, str]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/{next(iter(reviews))}")
    for other, language in (("ar", "en"), ("en", "ar"), ("ar", "en")):
        shown = page.locator("article.page:visible")
        assert [each.get_attribute("lang") for each in shown.all()] == [language]
        page.locator(f"a[hreflang={other}]:visible").click()
    context.close()


@pytest.mark.parametrize(("language", "other"), [("en", "ar"), ("ar", "en")])
def test_in_print_one_language_stands_alone_with_every_chart_and_nothing_to_click(
    page: Page, address: str, reviews: dict[str, str], language: str, other: str
) -> None:
    """A4 within the margins of the style sheet, 15 mm, is 680 pixels wide."""
    page.set_viewport_size({"width": 680, "height": 1000})
    page.emulate_media(media="print")
    for name in reviews:
        page.goto(f"{address}/{name}#{language}")
        half = page.locator(f"#{language}")
        assert half.is_visible()
        assert page.locator(f"#{other}").is_hidden()
        assert half.locator("svg.chart").count() > 0
        assert half.locator("svg.chart:visible").count() == half.locator("svg.chart").count()
        assert page.locator(".languages:visible, .contents:visible").count() == 0
        assert page.evaluate(BESIDE_THE_SHEET) == [], name


@pytest.mark.parametrize("width", [390, 1200])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_nothing_stands_outside_the_page(
    page: Page, address: str, reviews: dict[str, str], language: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for name in reviews:
        page.goto(f"{address}/{name}{'#ar' if language == 'ar' else ''}")
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, (name, overflow)


def test_the_chromium_of_the_system_is_used() -> None:
    assert Path("/usr/bin/chromium").exists(), "run tests/servers/install"
