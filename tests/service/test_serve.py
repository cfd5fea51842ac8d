"""`mithaq serve`: the first run, what it prints once, how it ends, and what its log never holds."""

from __future__ import annotations

import re
import socket
import stat
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest
from tests.service.running import ADMINISTRATORS, Served, command, served

pytestmark = pytest.mark.enable_socket

CHOSEN = "nine quiet bridges over"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served") / "home"


@pytest.fixture(scope="module")
def first(home: Path) -> Iterator[Served]:
    """The first run of a Mithaq."""
    with served(home, *ADMINISTRATORS) as running:
        yield running


def browser() -> OpenerDirector:
    return build_opener(HTTPCookieProcessor(CookieJar()))


def submit(opener: OpenerDirector, address: str, **fields: str) -> tuple[int, str]:
    """Fill in the form of a page and send it off; gives the status and the address where that led."""
    page = opener.open(address).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None
    try:
        answer = opener.open(address, urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode())
    except HTTPError as refused:
        return refused.code, address
    return answer.status, answer.url


def test_the_first_run_prints_a_link_for_each_of_two_administrators_that_lets_them_in_once(
    first: Served,
) -> None:
    assert set(first.document) == {"mithaq", "address", "links"}
    one, two = first.document["links"]
    assert (one["email"], two["email"]) == ("amal@provider.example", "idris@provider.example")
    opener = browser()
    assert submit(opener, one["link"], password=CHOSEN, again=CHOSEN)[0] == 200
    assert submit(opener, one["link"], password=CHOSEN, again=CHOSEN)[0] == 404
    sign_in = f"{first.document['address']}/me/sign-in/"
    status, led = submit(opener, sign_in, login=one["email"], password=CHOSEN)
    assert (status, led == sign_in) == (200, False)


def test_it_is_ready_when_it_has_printed_its_address(first: Served) -> None:
    answer = browser().open(f"{first.document['address']}/readyz")
    assert (answer.status, answer.read()) == (200, b'{"status": "ready"}')


def processes_of(running: Served) -> str:
    """Give the ids of the processes that answer."""
    parent = running.process.pid
    return Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii")


def test_clients_that_go_away_before_they_are_answered_end_no_process(first: Served) -> None:
    address = urlsplit(first.document["address"])
    request = f"GET /me/sign-in/ HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode()
    before = processes_of(first)
    for _ in range(20):
        with socket.create_connection((str(address.hostname), int(address.port or 0))) as client:
            client.sendall(request)
    assert browser().open(f"{first.document['address']}/readyz").status == 200
    assert processes_of(first) == before


def test_keys_are_there_and_nobody_else_may_read_them(first: Served, home: Path) -> None:
    assert first.document
    for name in ("secret.key", "ledger.key"):
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_the_log_is_json_and_names_no_person_no_secret_and_no_path(first: Served) -> None:
    address, (_, two) = first.document["address"], first.document["links"]
    opener = browser()
    opener.open(two["link"])
    assert submit(opener, f"{address}/me/sign-in/", login=two["email"], password="wrong " + CHOSEN)[0] == 200
    for path in ("/nowhere/idris@provider.example", "/api/v1/me?name=Idris"):
        with pytest.raises(HTTPError):
            opener.open(address + path)
    lines = first.lines()
    seen = [line for line in lines if line.get("event") == "request"]
    routes = {(line["method"], line["route"], line["status"]) for line in seen}
    assert ("GET", "welcome/<str:secret>/", 200) in routes
    assert all(set(line) == {"at", "level", "logger", "event", "method", "route", "status", "milliseconds"}
               for line in seen)  # fmt: skip
    written = first.log.read_text("utf-8").lower()
    secrets = [link["link"].rstrip("/").rpartition("/")[2].lower() for link in first.document["links"]]
    for told in ("amal", "idris", "quarry", "provider.example", "127.0.0.1", CHOSEN, "nowhere", *secrets):
        assert told not in written


def test_a_second_run_prints_no_links_and_a_stop_ends_it_with_0(tmp_path: Path) -> None:
    home = tmp_path / "home"
    prepared = command(home, "serve", "--prepare", "--json")
    assert (prepared.code, prepared.document["address"]) == (0, None)
    assert [link["email"] for link in prepared.document["links"]] == [
        "first-administrator@localhost",
        "second-administrator@localhost",
    ]
    with served(home) as again:
        assert again.document["links"] == []
        assert again.stop() == 0


def test_links_that_were_lost_are_replaced_while_nobody_has_come_in(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = command(home, "serve", "--prepare", "--json").document["links"]
    again = command(home, "welcome", "--json").document["links"]
    assert [link["email"] for link in again] == [link["email"] for link in first]
    assert not {link["link"] for link in again} & {link["link"] for link in first}


def test_links_are_printed_under_the_address_by_which_people_reach_the_console(tmp_path: Path) -> None:
    public = "https://mithaq.provider.example"
    prepared = command(tmp_path / "home", "serve", "--prepare", "--json", MITHAQ_URL=public + "/")
    assert all(link["link"].startswith(f"{public}/welcome/") for link in prepared.document["links"])


def test_a_port_in_use_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = command(tmp_path / "home", "serve", "--port", str(taken.getsockname()[1]), "--json")
    assert (done.code, done.document["code"]) == (1, "port-taken")
    assert not (tmp_path / "home" / "ledger.key").exists()


@pytest.mark.parametrize(
    "people",
    [["Amal Quarry <amal@provider.example>"], ["Amal Quarry", "Idris Vale"]],
    ids=["one", "no-address"],
)
def test_anything_but_two_people_with_addresses_is_refused(tmp_path: Path, people: list[str]) -> None:
    words = [word for person in people for word in ("--administrator", person)]
    done = command(tmp_path / "home", "serve", "--prepare", "--json", *words)
    assert (done.code, done.document["field"]) == (1, "--administrator")


def test_a_home_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = command(tmp_path / "file" / "home", "serve", "--prepare", "--json")
    assert (done.code, done.document["code"]) == (1, "no-database")
