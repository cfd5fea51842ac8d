"""Takes the READMEs' pictures of the real report: `make pictures`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from mithaq.cli.app import run

IMAGES = Path(__file__).parent.parent / "docs" / "images"
STORY = "harbour-vault"
SIZE = (1180, 1320)


def main() -> None:
    """Run the demo and photograph its main report in both languages."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        out = Path(folder) / "demo"
        if run(["demo", "--no-serve", "--out", str(out)]):
            raise SystemExit(1)
        report = out / "reviews" / STORY / "review.html"
        IMAGES.mkdir(parents=True, exist_ok=True)
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for language in ("en", "ar"):
            page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
            page.goto(f"file://{report}{'#ar' if language == 'ar' else ''}")
            page.screenshot(path=IMAGES / f"report-{language}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
