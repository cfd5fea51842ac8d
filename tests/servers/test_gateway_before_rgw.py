"""The gateway before a real RADOS Gateway: what is cut is closed on the way to it, and the rest goes on."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.servers.nginx_front import NAME, Deciding, nginx
from tests.servers.rgw import PATIENCE, Customer, Rgw

from mithaq.measures.model import Operation
from mithaq.measures.server import Answer, Server
from mithaq.measures.targets.gateway.folder import OWNERS, Folder
from mithaq.measures.targets.gateway.rules import refusing
from mithaq.measures.targets.gateway.settings import Services

pytestmark = [pytest.mark.server, pytest.mark.enable_socket]


@dataclass(frozen=True, slots=True)
class Front:
    """nginx and the decision service before the store, with two of its customers in the table of owners."""

    server: Server
    folder: Folder
    services: Services
    log: Path
    restricted: Customer
    other: Customer

    def ask(self, who: Customer, method: str, key: str, body: bytes = b"") -> Answer:
        return self.server.ask(method, f"/{who.uid}-data/{key}", keys=who.keys, body=body)

    def rule(self, text: str | None) -> None:
        """Put a rule about the restricted customer in place, or take it away, and see it in use."""
        path = self.folder.root / "policies" / self.restricted.uid / "mithaq-test.cedar"
        self.folder.write(path, text)
        self.services.wait_for(self.folder, path)


@pytest.fixture
def front(rgw: Rgw, tmp_path: Path) -> Iterator[Front]:
    restricted, other = (rgw.user(f"{name}{secrets.token_hex(4)}") for name in ("acme", "globex"))
    rows = ["kind,name,tenant"]
    for who in (restricted, other):
        who.bucket(f"{who.uid}-data", "a")
        rows += [f"bucket,{who.uid}-data,{who.uid}", f"key,{who.keys.access},{who.uid}"]
    folder = Folder(tmp_path / "rules")
    folder.make()
    folder.write(folder.root / OWNERS, "\n".join([*rows, ""]))
    deciding = Deciding(folder.root, (NAME,))
    with ExitStack() as stack:
        deciding.start()
        stack.callback(deciding.stop)
        store, service = urlsplit(rgw.endpoint).netloc, urlsplit(deciding.address).netloc
        address, log = stack.enter_context(nginx(store, (service,), (NAME,)))
        server = Server(address, "default", seconds=PATIENCE)
        yield Front(server, folder, Services((deciding.address,)), log, restricted, other)


def test_writing_is_closed_before_a_real_store_while_reading_deleting_and_everybody_else_go_on(
    front: Front,
) -> None:
    mine, theirs = front.restricted, front.other
    assert front.ask(mine, "PUT", "b", b"before").status == 200
    front.rule(refusing("c_asked", (Operation.WRITE,), ()))

    refused = front.ask(mine, "PUT", "b", b"after")
    assert (refused.status, refused.headers["x-mithaq-case"]) == (403, "c_asked")
    assert front.ask(mine, "GET", "b").body == b"before"
    assert front.ask(mine, "DELETE", "a").status == 204
    assert front.ask(theirs, "PUT", "c", b"theirs").status == 200
    # A refusal of the store's own is not ours: it names no case.
    foreign = front.server.ask("GET", f"/{mine.uid}-data/b", keys=theirs.keys)
    assert (foreign.status, foreign.headers.get("x-mithaq-case")) == (403, None)

    front.rule(None)
    assert front.ask(mine, "PUT", "b", b"after").status == 200
    owners = [line.split(" ", 1)[0] for line in front.log.read_text("utf-8").splitlines()]
    assert set(owners) == {mine.uid, theirs.uid}
