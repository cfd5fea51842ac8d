"""A case and its people for tests of pages: how somebody sits down, reads a page, and fills its form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from django.http.response import HttpResponseBase
from django.test import Client
from tests.console.people import Seen, foreign_words, look, signed_in
from tests.review.desk import Casework

from mithaq.people.acting import Acting

_TITLE = re.compile(r"[^a-zA-Z]+ · c_[a-z2-7]{26} · ميثاق")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person was shown."""

    response: Any
    page: Seen
    fields: dict[str, list[str]]
    """What its last form would send as it stands, by the name of the field."""

    @property
    def status(self) -> int:
        return int(self.response.status_code)

    @property
    def text(self) -> str:
        """Give all that the page says, in one line."""
        return " ".join(" ".join(text for _language, text in self.page.words).split())

    @property
    def stray(self) -> list[str]:
        """Give inline code, and Latin words in an Arabic page that are not marked as such.

        A title holds no marks, so the id of the case may stand in it.
        """
        words = foreign_words(self.page)
        return self.page.inline + [text for text in words if not _TITLE.fullmatch(text)]


@dataclass(slots=True)
class Browser:
    """One person's browser, without script."""

    client: Client
    work: Casework

    def get(self, place: str) -> Shown:
        return shown(self.client.get(self.address(place)))

    def send(self, place: str, fields: dict[str, Any], **more: object) -> Shown:
        """Send a form; what it leads to is followed."""
        return shown(self.client.post(self.address(place), {**fields, **more}, follow=True))

    def fill(self, place: str, **more: object) -> Shown:
        """Send the form of a page as it stands, but for what is given."""
        return self.send(place, dict(self.get(place).fields), **more)

    def address(self, place: str) -> str:
        return place if place.startswith("/") else f"/cases/{self.work.case}/{place}"


def sits(work: Casework, who: Acting, language: str = "en", *, second_factor: bool = True) -> Browser:
    """Give the browser of a person of the case."""
    return Browser(signed_in(who.account, language, second_factor=second_factor), work)


def shown(response: HttpResponseBase) -> Shown:
    reader = _Forms()
    content: bytes = getattr(response, "content", b"")
    reader.feed(content.decode())
    return Shown(response, look(content), reader.fields)


class _Forms(HTMLParser):
    """Reads what the last form of the page's content would send."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.area = self.select = ""
        self.within = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "main":
            self.within = True
        if tag == "form":
            self.fields = {}
        if not self.within:
            return
        if tag == "textarea":
            self.area = name
            self.fields[name] = [""]
        elif tag == "select":
            self.select = name
        elif tag == "option" and "selected" in given:
            self.fields[self.select] = [given.get("value", "")]
        elif tag == "input" and name != "csrfmiddlewaretoken":
            ticked = given.get("type") not in {"checkbox", "radio"} or "checked" in given
            if ticked:
                self.fields.setdefault(name, []).append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self.area:
            self.fields[self.area] = [(self.fields[self.area][0] + data).lstrip("\n")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""
