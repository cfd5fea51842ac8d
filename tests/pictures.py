"""Takes the READMEs' pictures of the real report and the real console: `make pictures`."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from mithaq.cli.app import run
from mithaq.cli.database import begin

IMAGES = Path(__file__).parent.parent / "docs" / "images"
STORY = "harbour-vault"
SIZE = (1180, 1320)
CONSOLE_HEIGHT = 900
REVIEWER = "rima@provider.example"
LANGUAGES = ("en", "ar")


def main() -> None:
    """Run the demo, and photograph its main report and its console in both languages."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        out = Path(folder) / "demo"
        if run(["demo", "--no-serve", "--out", str(out)]):
            raise SystemExit(1)
        begin(out / "home", connecting=False)
        from mithaq.cli.story.through_api import served  # noqa: PLC0415  # needs the settings

        IMAGES.mkdir(parents=True, exist_ok=True)
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for language in LANGUAGES:
            page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
            report = out / "reviews" / STORY / "review.html"
            page.goto(f"file://{report}{'#ar' if language == 'ar' else ''}")
            page.screenshot(path=IMAGES / f"report-{language}.png")
            page.close()
        os.environ["MITHAQ_LAKE"] = str(out / "lake")
        with served(out / "home") as address:
            for language in LANGUAGES:
                _photograph_console(browser, address, out, language)
        browser.close()


def _photograph_console(browser: Browser, address: str, out: Path, language: str) -> None:
    told = (out / "people.txt").read_text("utf-8").splitlines()
    password = told[2].strip()
    codes = next(line.split()[2:] for line in told if REVIEWER in line)
    page = browser.new_page(viewport={"width": SIZE[0], "height": CONSOLE_HEIGHT})
    page.context.add_cookies([{"name": "mithaq_language", "value": language, "url": address}])
    page.goto(f"{address}/me/sign-in/")
    page.fill("input[name=login]", REVIEWER)
    page.fill("input[name=password]", password)
    page.click("main form button[type=submit]")
    page.fill("input[name=code]", codes[LANGUAGES.index(language)])
    page.click("main form button[type=submit]")
    page.locator(f"form.languages button[value={language}]").click()
    page.goto(address)
    page.screenshot(path=IMAGES / f"console-{language}.png")
    page.close()


if __name__ == "__main__":
    main()
