"""Measures behind a real nginx: what is cut is closed through it, and whatever is wrong with it closes."""

from __future__ import annotations

import http.client
import http.server
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from tests.gateway.customers import Customer, driver_on
from tests.measures.conformance import CUTS, closes_and_comes_back
from tests.measures.lives import lived
from tests.servers.nginx_front import NAME, Rig, nginx
from tests.soaking import SOAK

from mithaq.measures.errors import TargetUnreachable
from mithaq.measures.matrix import Vantage
from mithaq.measures.model import Cut, Operation, Setting
from mithaq.measures.targets.gateway.rules import refusing

pytestmark = [pytest.mark.server, pytest.mark.enable_socket]


@pytest.fixture
def customer(rig: Rig) -> Customer:
    them = Customer.of(rig.store, f"acme{secrets.token_hex(4)}")
    rig.has_read_owners()
    return them


@pytest.mark.parametrize("operations", CUTS.values(), ids=CUTS)
@pytest.mark.parametrize("reach", ["whole account", "one bucket"])
def test_a_cut_closes_what_it_names_from_everywhere_and_comes_back_byte_for_byte(
    customer: Customer, operations: tuple[Operation, ...], reach: str
) -> None:
    only = (customer.bucket,) if reach == "one bucket" else ()
    cut = Cut(account=customer.tenant, operations=operations, only=only, case="c_asked")
    account = customer.driver.at(customer.tenant, secrets.token_hex(8))
    closed = {Vantage.OWNER, Vantage.PRESIGNED, Vantage.ANONYMOUS, Vantage.GRANTEE}
    if not only:
        closed.add(Vantage.SIBLING)
    seen = closes_and_comes_back(account, cut, closed, customer.everything)
    assert all(
        cell.note.endswith("AccessDenied c_asked") for cell in seen.cells if cell.note.startswith("403")
    )


@contextmanager
def closed(customer: Customer, *operations: Operation) -> Iterator[None]:
    """Have some operations of a customer closed for a while."""
    account = customer.driver.at(customer.tenant, "n")
    policy = Setting(kind="policy", owner=customer.tenant, name="mithaq-test")
    account.write(policy, refusing("c_asked", operations, ()))
    try:
        yield
    finally:
        account.write(policy, None)


def test_a_refusal_names_the_case_and_a_refusal_of_the_store_goes_through_as_it_is(
    customer: Customer,
) -> None:
    with closed(customer, Operation.READ):
        refused = customer.ask("GET", f"/{customer.bucket}/a")
        assert (refused.status, refused.headers["x-mithaq-case"]) == (403, "c_asked")
        assert b"<Code>AccessDenied</Code>" in refused.body
        assert b"Case c_asked" in refused.body
        missing = customer.ask("GET", "/globex-data/none")
        assert missing.status == 404
        assert b"NoSuchKey" in missing.body
    assert customer.ask("GET", f"/{customer.bucket}/a").body == b"a"


def test_no_way_of_writing_a_request_leads_round_a_refusal(customer: Customer) -> None:
    """Each is sent as it stands: nginx and the service must read it no milder than the store does."""
    parts = urlsplit(customer.store.gateway)

    def status(target: str, host: str, **headers: str) -> int:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
        connection.putrequest("PUT", target, skip_host=True, skip_accept_encoding=True)
        for name, value in {"Host": host, "Content-Length": "1", **headers}.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders(b"x")
        try:
            return connection.getresponse().status
        finally:
            connection.close()

    bucket = customer.bucket
    with closed(customer, Operation.WRITE, Operation.READ):
        for target, host in (
            (f"/{bucket}/k", NAME),
            (f"//{bucket}/k", NAME),
            (f"/./{bucket}/k", NAME),
            (f"/globex-data/../{bucket}/k", NAME),
            (f"/%{ord(bucket[0]):02x}{bucket[1:]}/k", NAME),
            (f"/{bucket}%2Fk", NAME),
            ("/k", f"{bucket}.{NAME}"),
            ("/k", bucket),
            (f"http://{NAME}/{bucket}/k", NAME),
        ):
            assert status(target, host) == 403, (target, host)
        assert status("/globex-data/k", NAME, X_Amz_Copy_Source=f"/{bucket}/a") == 403
        # What a customer sends in the gateway's own name is not believed.
        assert status(f"/{bucket}/k", NAME, X_Original_URI="/globex-data/k", X_Mithaq_Case="") == 403
        assert status("/globex-data/k", parts.netloc) == 200
        assert status("/.mithaq-decide", NAME) == 404


def test_a_body_in_pieces_goes_through_and_is_refused_as_any_other(customer: Customer) -> None:
    parts = urlsplit(customer.store.gateway)

    def put() -> int:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
        connection.request(
            "PUT", f"/{customer.bucket}/big", body=iter([b"x" * 70_000] * 3), encode_chunked=True,
            headers={"Transfer-Encoding": "chunked"},
        )  # fmt: skip
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    assert put() == 200
    assert len(customer.ask("GET", f"/{customer.bucket}/big").body) == 210_000
    with closed(customer, Operation.WRITE):
        assert put() == 403


def test_without_its_decision_service_a_gateway_lets_nobody_through(rig: Rig, customer: Customer) -> None:
    assert customer.ask("GET", f"/{customer.bucket}/a").status == 200
    rig.deciding.stop()
    try:
        assert customer.ask("GET", f"/{customer.bucket}/a").status == 500
        assert customer.ask("GET", "/globex-data/a").status == 500
        account = driver_on(rig.store).at(customer.tenant, "n")
        policy = Setting(kind="policy", owner=customer.tenant, name="mithaq-test")
        with pytest.raises(TargetUnreachable):
            account.write(policy, refusing("c_asked", [Operation.READ], ()))
    finally:
        rig.deciding.start()
    assert customer.ask("GET", f"/{customer.bucket}/a").status == 403, "what was written counts"
    account.write(policy, None)
    assert customer.ask("GET", f"/{customer.bucket}/a").status == 200


class Failing(http.server.BaseHTTPRequestHandler):
    """A store that answers 500, or nothing for a while."""

    def do_GET(self) -> None:
        if self.path.endswith("slow"):
            time.sleep(1)
        self.send_response(500)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words: object) -> None:
        """Say nothing."""


def test_a_store_that_fails_or_is_down_is_unproven_and_never_taken_for_closed(
    rig: Rig, customer: Customer
) -> None:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Failing)
    Thread(target=server.serve_forever, daemon=True).start()
    address = f"127.0.0.1:{server.server_address[1]}"
    with nginx(address, (urlsplit(rig.deciding.address).netloc,)) as (front, _log):
        there = replace(customer, store=replace(rig.store, gateway=front))
        assert there.ask("GET", "/globex-data/a").status == 500
        with pytest.raises(TargetUnreachable):
            replace(there.front, seconds=0.3).ask("GET", "/globex-data/slow")
        server.shutdown()
        server.server_close()
        assert there.ask("GET", "/globex-data/a").status == 502
        with closed(customer, Operation.READ):
            assert there.ask("GET", f"/{customer.bucket}/a").status == 403


def test_its_access_log_is_read_as_an_s3_access_log(rig: Rig, customer: Customer, tmp_path: Path) -> None:
    begun = rig.log.stat().st_size
    for number in range(3):
        assert customer.ask("PUT", f"/{customer.bucket}/calls/{number}.wav", body=b"x" * 40).status == 200
    assert customer.ask("GET", f"/{customer.bucket}/calls/1.wav", {"versionId": "null"}).status == 200
    assert customer.ask("GET", f'/{customer.bucket}/a " b', headers={"User-Agent": 'x" y'}).status == 404
    with closed(customer, Operation.WRITE):
        assert customer.ask("PUT", f"/{customer.bucket}/late", body=b"x").status == 403
    assert customer.front.ask("GET", "/nobodys/a").status == 404
    end = time.monotonic() + 20
    while b"REST.PUT.OBJECT late" not in (said := rig.log.read_bytes()[begun:]):
        assert time.monotonic() < end, "nginx has written no log"
        time.sleep(0.05)
    log = tmp_path / "logs" / "access.log"
    log.parent.mkdir()
    log.write_bytes(said)
    command = [sys.executable, "-c", "from mithaq.cli import main; main()", "ingest", "s3-access-log"]
    environment = {**os.environ, "MITHAQ_NOW": "2099-01-01T00:00:00Z"}
    words = [*command, str(log), "--lake", str(tmp_path / "lake"), "--json"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["events"] == told["kept"] == len(said.splitlines()) >= 6, said
    assert b"nobodys" not in said, "nobody knows whose that is"
    lines = [line.decode().split(" ") for line in said.splitlines()]
    put = next(line for line in lines if line[8] == "calls/0.wav")
    assert (put[0], put[1], put[5], put[7]) == (
        customer.tenant, customer.bucket, customer.keys.access, "REST.PUT.OBJECT"
    )  # fmt: skip
    assert put[12:14] == ["200", "-"]
    late = next(line for line in lines if line[8] == "late")
    assert late[12:14] == ["403", "AccessDenied"]


@pytest.mark.soak(minutes=10)
@pytest.mark.timeout(3600)
def test_a_worker_killed_at_any_moment_is_followed_by_one_that_brings_it_to_its_end(
    rig: Rig, home: Path
) -> None:
    lived("gateway", rig.where, home, count=20 if SOAK else 2)
