"""The examination as a reviewer does it: a real browser, a real server, and a worker that works meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.console.people import LANGUAGES
from tests.examined import write_provider
from tests.servers.desks import faults
from tests.service.copying import ROOT
from tests.service.running import Served, environment, served, workers

pytestmark = [pytest.mark.server, pytest.mark.enable_socket]

_LIVING: Final = (
    "import django, json, pathlib, sys; django.setup(); from tests import examined; "
    "print(json.dumps(examined.live(pathlib.Path(sys.argv[1]))))"
)
PAGES: Final = {
    "indicated": (
        "review/",
        "review/?run={first}",
        "review/start/",
        "review/compare/?before={first}&after={second}",
        "findings/",
        "findings/T5/",
    ),
    "open": (
        "review/",
        "review/runs/{left}/ask/{claim}/",
        "review/records/{request}/",
        "review/records/{request}/answer/",
    ),
    "fresh": ("review/", "findings/"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A running Mithaq with its cases."""

    home: Path
    folder: Path
    server: Served
    cases: dict[str, str]

    @property
    def variables(self) -> dict[str, str]:
        return environment(self.home, MITHAQ_LAKE=str(self.folder / "lake"))

    def address(self, case: str, page: str = "review/") -> str:
        base = self.server.document["address"].rstrip("/")
        return f"{base}/cases/{self.cases[case]}/{page.format(**self.cases)}"

    def sit(
        self, browser: Browser, case: str, language: str = "en", *, axe: bool = False, script: bool = True
    ) -> BrowserContext:
        """Open a window of the reviewer of a case, signed in; `axe` lifts the policy for its script."""
        context = browser.new_context(
            bypass_csp=axe, java_script_enabled=script, viewport={"width": 1280, "height": 900}
        )
        context.set_default_timeout(60_000)
        base = self.server.document["address"].rstrip("/")
        context.add_cookies([{"name": "mithaq_language", "value": "en", "url": base}])
        page = context.new_page()
        page.goto(f"{base}/me/sign-in/")
        page.locator("input[name=login]").fill(self.cases[f"{case}-by"])
        page.locator("input[name=password]").fill(self.cases["password"])
        page.locator("main button[type=submit]").first.click()
        page.get_by_role("heading", level=1).wait_for()
        page.locator(f"button[lang={language}]").click()
        page.locator(f"html[lang={language}]").wait_for()
        page.close()
        return context


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = write_provider(tmp_path_factory.mktemp("provider"))
    home = tmp_path_factory.mktemp("examining") / "home"
    home.mkdir(mode=0o700)
    settings = {"DJANGO_SETTINGS_MODULE": "mithaq.console.settings", "PYTHONPATH": str(ROOT)}
    lake = {"MITHAQ_LAKE": str(folder / "lake")}
    done = subprocess.run(
        [sys.executable, "-c", _LIVING, str(folder)],
        cwd=ROOT,
        env=environment(home, **settings, **lake),
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    with served(home, **lake) as running:
        yield Place(home, folder, running, json.loads(done.stdout))


def listen(page: Page, said: list[str]) -> None:
    """Keep what the browser's console says, such as that the policy was broken."""
    page.on("console", lambda message: said.append(message.text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_the_examination_has_a_fault(browser: Browser, place: Place, language: str) -> None:
    found: dict[str, list[str]] = {}
    for case, pages in PAGES.items():
        context = place.sit(browser, case, language, axe=True)
        page = context.new_page()
        said: list[str] = []
        listen(page, said)
        for each in pages:
            said.clear()
            answer = page.goto(place.address(case, each))
            assert answer is not None
            assert answer.status == 200, each
            found[each] = [*faults(page), *said]
        context.close()
    assert {each: wrong for each, wrong in found.items() if wrong} == {}


def test_charts_stand_from_left_to_right_and_their_words_inside_them_in_both_languages(
    browser: Browser, place: Place
) -> None:
    widths = {}
    for language in LANGUAGES:
        context = place.sit(browser, "indicated", language)
        page = context.new_page()
        page.goto(place.address("indicated"))
        widths[language] = page.evaluate(
            """() => [...document.querySelectorAll("svg.chart")].map(chart => {
                const box = chart.getBoundingClientRect();
                const words = [...chart.querySelectorAll("text")].map(each => each.getBoundingClientRect());
                const out = words.filter(each => each.left < box.left - 2 || each.right > box.right + 2);
                return [getComputedStyle(chart).direction, out.length];
            })"""
        )
        context.close()
    assert len(widths["ar"]) >= 4
    assert widths["ar"] == widths["en"] == [["ltr", 0]] * len(widths["en"])


def test_a_run_is_started_watched_live_and_goes_on_when_the_tab_is_closed(
    browser: Browser, place: Place, tmp_path: Path
) -> None:
    context = place.sit(browser, "fresh")
    page = context.new_page()
    said: list[str] = []
    listen(page, said)
    page.goto(place.address("fresh"))
    page.get_by_role("button", name="Start the run").click()
    page.get_by_role("heading", name="The run waits for the worker").wait_for()
    page.evaluate("window.stayed = true")
    plain = place.sit(browser, "fresh", script=False)
    without = plain.new_page()
    without.goto(place.address("fresh"))
    expect(without.get_by_role("heading", name="The run waits for the worker")).to_be_visible()
    expect(without.get_by_role("link", name="Look again")).to_be_visible()

    with workers([tmp_path / "worker.log"], place.variables):
        page.get_by_role("heading", name="The run is done").wait_for(timeout=120_000)
        assert page.evaluate("window.stayed")  # nothing was loaded anew
        without.get_by_role("link", name="Look again").click()
        expect(without.get_by_role("heading", name="In short")).to_be_visible()
        page.get_by_role("link", name="Show what it found").click()
        expect(page.get_by_role("heading", name="In short")).to_be_visible()

        page.get_by_role("link", name="Start a new run").click()
        page.get_by_role("button", name="Start the run").click()
        page.locator(".progress").wait_for()
        page.close()
        later = context.new_page()
        for _ in range(60):
            later.goto(place.address("fresh"))
            if later.get_by_role("button", name="Show what differs").count():
                break
            later.wait_for_timeout(1000)
        later.get_by_role("button", name="Show what differs").click()
        expect(later.get_by_text("Both say the same")).to_be_visible()
    assert said == []
    context.close()
    plain.close()


def test_the_keyboard_alone_makes_a_finding(browser: Browser, place: Place) -> None:
    context = place.sit(browser, "open")
    page = context.new_page()
    page.goto(place.address("open", "findings/"))
    page.get_by_role("link", name="Make a finding").focus()
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="Inconclusive").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Record the finding").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The finding is recorded.")).to_be_visible()
    expect(page.locator(".is-inconclusive")).to_be_visible()
    context.close()
