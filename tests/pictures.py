"""Takes the READMEs' pictures of the real report and the real console: `make pictures`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from mithaq.cli.app import run

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
        IMAGES.mkdir(parents=True, exist_ok=True)
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for language in LANGUAGES:
            page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
            report = out / "reviews" / STORY / "review.html"
            page.goto(f"file://{report}{'#ar' if language == 'ar' else ''}")
            page.screenshot(path=IMAGES / f"report-{language}.png")
            page.close()
        with _served(out) as address:
            for language in LANGUAGES:
                _photograph_console(browser, address, out, language)
        browser.close()


@contextmanager
def _served(out: Path) -> Iterator[str]:
    """Serve the demo's console for the time being; gives its address."""
    command = [sys.executable, "-c", "from mithaq.cli import main; main()", "serve", "--port", "0", "--json"]
    environment = {
        **os.environ,
        "MITHAQ_HOME": str(out / "home"),
        "MITHAQ_LAKE": str(out / "lake"),
    }
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
        told = ""
        for line in server.stdout or ():
            told += line
            if line.startswith("}"):
                break
        yield json.loads(told)["address"].rstrip("/")
        server.terminate()


def _photograph_console(browser: Browser, address: str, out: Path, language: str) -> None:
    password = (out / "people.txt").read_text("utf-8").splitlines()[2].strip()
    page = browser.new_page(viewport={"width": SIZE[0], "height": CONSOLE_HEIGHT})
    page.context.add_cookies([{"name": "mithaq_language", "value": language, "url": address}])
    page.goto(f"{address}/me/sign-in/")
    page.fill("input[name=login]", REVIEWER)
    page.fill("input[name=password]", password)
    page.click("main form button[type=submit]")
    page.locator(f"form.languages button[value={language}]").click()
    page.goto(address)
    page.screenshot(path=IMAGES / f"console-{language}.png")
    page.close()


if __name__ == "__main__":
    main()
