"""Windows of people at a real browser: what axe finds in a page, and how somebody signs in."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer
from tests.console.people import PASSWORD, signed_in

from mithaq.people.models import Account

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
COLOURS = RULES | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""The rules that dark can break where light does not: a style sheet changes nothing but colours there."""
SCHEMES: Final[tuple[tuple[Literal["dark", "light"], dict[str, Any]], ...]] = (
    ("dark", COLOURS),
    ("light", RULES),
)


@dataclass(slots=True)
class Desk:
    """One browser window of one person."""

    context: BrowserContext
    page: Page
    server: str
    said: list[str] = field(default_factory=list)

    def go(self, address: str) -> int:
        """Open a page; gives the status of its answer."""
        self.said.clear()
        answer = self.page.goto(f"{self.server}{address}")
        return answer.status if answer is not None else 0

    def faults(self) -> list[str]:
        """Give what is wrong with the page that is open, and what the browser's console says."""
        return faults(self.page) + self.said


def faults(page: Page) -> list[str]:
    """Give what axe finds in a page, in light and in dark, and whether anything stands outside it."""
    found = [each for scheme, rules in SCHEMES for each in _violations(page, scheme, rules)]
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{over} pixels outside at {width}"] if over > 0 else []
    return found


def _violations(page: Page, scheme: Literal["dark", "light"], rules: dict[str, Any]) -> list[str]:
    page.emulate_media(color_scheme=scheme)
    violations = Axe().run(page, options=rules).response["violations"]
    return [
        f"axe {each['id']} in {scheme}: {json.dumps([node['html'][:300] for node in each['nodes']])}"
        for each in violations
    ]


def sit(
    browser: Browser,
    server: LiveServer,
    desks: list[Desk],
    language: str,
    account: Account | None = None,
    *,
    axe: bool = True,
) -> Desk:
    """Open a window, signed in as this person; `axe` lifts the policy, which rightly refuses its script."""
    context = browser.new_context(bypass_csp=axe, viewport={"width": 1280, "height": 900})
    cookies = {"mithaq_language": language}
    if account is not None:
        client = signed_in(account, language)
        cookies["mithaq_session"] = client.cookies["mithaq_session"].value
    context.add_cookies(
        [{"name": name, "value": value, "url": server.url} for name, value in cookies.items()]
    )
    desk = Desk(context, context.new_page(), server.url)
    desk.page.on("console", lambda message: _hear(desk, message))
    desks.append(desk)
    return desk


def _hear(desk: Desk, message: ConsoleMessage) -> None:
    """Keep what the browser's console says, but not that there is no icon: it asks for one by itself."""
    if not str(message.location.get("url", "")).endswith("/favicon.ico"):
        desk.said.append(message.text)


def sign_in(page: Page, account: Account) -> None:
    page.get_by_label("Email").fill(account.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
