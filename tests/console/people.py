"""People who use the console in the tests, and what a page shows them."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.http import HttpRequest
from django.test import Client

from mithaq.people import acts
from mithaq.people.acting import Acting
from mithaq.people.acts.setup import NewPerson
from mithaq.people.models import Account, RoleGrant
from mithaq.people.permissions import DECIDING, Role
from mithaq.people.queries import acting

NOW = datetime(2026, 9, 21, 12, tzinfo=UTC)
PASSWORD = "slow green harbour lamp"  # noqa: S105  # of invented people
LANGUAGES = ("en", "ar")


def member(*roles: Role, name: str = "Rima Quay", locale: str = "en") -> Account:
    """Make an account that holds these roles."""
    number = Account.objects.count() + 1
    one, two = _administrators()
    email = f"person-{number}@provider.example"
    _account, link = acts.create_account(one, name=name, email=email, locale=locale)
    account = acts.use_link(link, PASSWORD, clock=lambda: NOW, entropy=secrets.token_bytes)
    for role in roles:
        grant = acts.propose_role(one, account, role)
        if role in DECIDING:
            acts.approve_role(two, grant)
    return account


def _administrators() -> list[Acting]:
    """Give the two of the first run, which happens when the test needs its first person."""
    if not Account.objects.exists():
        people = [NewPerson(f"Idris {n}", f"granter-{n}@provider.example") for n in (1, 2)]
        acts.set_up(people, clock=lambda: NOW, entropy=secrets.token_bytes)
    founders = RoleGrant.objects.filter(founder__isnull=False).order_by("founder")
    return [acting(grant.account, clock=lambda: NOW, entropy=secrets.token_bytes) for grant in founders]


def signed_in(account: Account, language: str = "en", *, second_factor: bool = True) -> Client:
    """Give the browser of a person who has signed in, if asked with a second factor just now."""
    client = Client()
    client.force_login(account)
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, account, "password", reauthenticated=True)
    if second_factor:
        record_authentication(request, account, "mfa", type="totp", reauthenticated=True)
    request.session.save()
    client.cookies["mithaq_language"] = language
    return client


def stale(client: Client) -> Client:
    """Let the second factor that a browser has shown grow older than an act may rest on."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    return client


def have_an_app(account: Account) -> None:
    """Set up an authenticator app for a person."""
    TOTP.activate(account, generate_totp_secret())


@dataclass(slots=True)
class Seen:
    """What is in a page: language, direction, words with their language, and what it must not have."""

    language: str = ""
    direction: str = ""
    words: list[tuple[str, str]] = field(default_factory=list)
    """Text with the language it is marked with; ids and names, which are isolated, have none."""
    inline: list[str] = field(default_factory=list)
    """Inline scripts, styles and handlers."""
    links: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)


_VOID = frozenset({"meta", "link", "input", "img", "br", "hr", "path", "circle", "rect", "line"})
_SPOKEN = frozenset({"alt", "aria-label", "placeholder", "title"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen = Seen()
        self.open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.seen.language, self.seen.direction = given.get("lang", ""), given.get("dir", "")
        self.seen.inline.extend(f"{tag} {name}" for name in given if name == "style" or name.startswith("on"))
        if tag == "style" or (
            tag == "script" and "src" not in given and given.get("type") != "application/json"
        ):
            self.seen.inline.append(tag)
        if tag == "a":
            self.seen.links.append(given.get("href", ""))
        language = given.get("lang", self.language)
        if tag in {"bdi", "script", "svg", "textarea"} and "lang" not in given:
            language = ""
        self.seen.words.extend((language, given[name]) for name in _SPOKEN & set(given))
        if tag not in _VOID:
            self.open.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.seen.words.append((self.language, data.strip()))
            if self.open and self.open[-1][0] == "h1":
                self.seen.headings.append(data.strip())

    @property
    def language(self) -> str:
        return self.open[-1][1] if self.open else self.seen.language


def look(content: bytes) -> Seen:
    """Read a page as a browser and a listener would."""
    reader = _Reader()
    reader.feed(content.decode())
    return reader.seen


_APART = re.compile("[\u2066-\u2068][^\u2069]*\u2069|\\b[a-z]_[a-z2-7]{26}\\b")
"""What signs of Unicode isolate, where markup cannot stand: in a title, in a choice of a list; and ids."""


def foreign_words(seen: Seen) -> list[str]:
    """Give the Latin words in an Arabic page that are neither marked as another language nor isolated."""
    return [
        text
        for language, text in seen.words
        if language == "ar" and any("a" <= letter <= "z" for letter in _APART.sub("", text).lower())
    ]
