"""Commands that act go through the API: as whom, to where, and what they say when it refuses."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mithaq.cli.client import Client, NoConsole, RefusedByConsole, Unreachable, client_from

REFUSED = {
    "type": "urn:mithaq:problem:recused",
    "title": "you are recused",
    "detail": "Hand it over.",
    "code": "recused",
    "field": None,
}


@contextmanager
def console() -> Iterator[tuple[str, list[tuple[str, dict[str, str], bytes]]]]:
    """Run a server that remembers what it was asked and answers by the path."""
    asked: list[tuple[str, dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        def _answer(self, body: bytes) -> None:
            asked.append(
                (f"{self.command} {self.path}", {k.lower(): v for k, v in self.headers.items()}, body)
            )
            status, document = {
                "/api/v1/people/me": (200, b'{"pseudonym": "p_one"}'),
                "/api/v1/refused": (403, json.dumps(REFUSED).encode()),
                "/api/v1/broken": (502, b"<html>"),
                "/api/v1/elsewhere": (302, b""),
            }.get(self.path, (200, b"<html>"))
            self.send_response(status)
            self.send_header("Content-Length", str(len(document)))
            if status == 302:
                self.send_header("Location", "/api/v1/people/me")
            self.end_headers()
            self.wfile.write(document)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
        server.shutdown()


@pytest.mark.enable_socket
def test_it_asks_with_the_token_and_writes_with_a_key_of_their_own() -> None:
    with console() as (url, asked):
        client = client_from({"MITHAQ_URL": f"{url}/", "MITHAQ_TOKEN": "mq_secret"})
        assert client.get("/people/me") == {"pseudonym": "p_one"}
        for _ in range(2):
            client.post("/people/me", {"a": 1})
    (_, read, _), (line, first, body), (_, second, _) = asked
    assert read["authorization"] == "Bearer mq_secret"
    assert "idempotency-key" not in read
    assert (line, json.loads(body)) == ("POST /api/v1/people/me", {"a": 1})
    assert first["idempotency-key"] != second["idempotency-key"]


@pytest.mark.enable_socket
def test_what_the_api_refuses_is_refused_with_its_code_and_hint() -> None:
    with console() as (url, _asked), pytest.raises(RefusedByConsole) as refused:
        Client(url, "t").get("/refused")
    assert (refused.value.code, refused.value.status, refused.value.hint) == ("recused", 403, "Hand it over.")
    assert refused.value.document()["code"] == "recused"


@pytest.mark.enable_socket
def test_a_redirect_is_not_followed_with_the_token() -> None:
    with console() as (url, asked), pytest.raises(RefusedByConsole):
        Client(url, "t").get("/elsewhere")
    assert len(asked) == 1


@pytest.mark.enable_socket
def test_what_is_no_answer_of_mithaq_is_said_to_be_none() -> None:
    with console() as (url, _asked):
        with pytest.raises(Unreachable):
            Client(url, "t").get("/page")
        with pytest.raises(RefusedByConsole, match="502"):
            Client(url, "t").get("/broken")
    with pytest.raises(Unreachable):
        Client(url, "t").get("/people/me")


@pytest.mark.parametrize(
    "url", ["", "console", "file:///etc", "http://console.example", "http://10.0.0.1:8000"]
)
def test_a_token_goes_nowhere_but_over_https_or_to_this_machine(url: str) -> None:
    with pytest.raises(NoConsole) as refused:
        client_from({"MITHAQ_URL": url, "MITHAQ_TOKEN": "t"})
    assert refused.value.field == "MITHAQ_URL"


@pytest.mark.parametrize("url", ["https://console.example", "http://localhost:8000", "http://[::1]:8000"])
def test_such_addresses_are_taken(url: str) -> None:
    assert client_from({"MITHAQ_URL": url, "MITHAQ_TOKEN": "t"}).url == url


@pytest.mark.parametrize("token", ["", "  ", "a\nb", "رمز"])
def test_without_a_token_nobody_is_asked(token: str) -> None:
    with pytest.raises(NoConsole) as refused:
        client_from({"MITHAQ_URL": "https://console.example", "MITHAQ_TOKEN": token})
    assert refused.value.field == "MITHAQ_TOKEN"


def test_the_token_is_in_no_representation() -> None:
    assert "mq_secret" not in repr(Client("https://console.example", "mq_secret"))
