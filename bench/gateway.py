"""The gateway: decisions of the service's own code against bare cedarpy, and what asking costs a request."""

from __future__ import annotations

import http.client
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import cedarpy

from bench.measures import Bench, Direction, Result
from bench.processes import ProcessFailed
from mithaq.measures.model import Operation
from mithaq.measures.targets.gateway.folder import OWNERS, Folder
from mithaq.measures.targets.gateway.nginx import Front
from mithaq.measures.targets.gateway.rules import NO_ENTITIES, checked, refusing
from mithaq.measures.targets.gateway.service import Service

TENANTS: Final = 2_000
RULES: Final = ((Operation.WRITE,), (Operation.READ,), (Operation.DELETE,))
_SIGNED: Final = (
    "AWS4-HMAC-SHA256 Credential=AK{}/20261126/x/s3/aws4_request, SignedHeaders=host, Signature=00"
)
_WARM: Final = 200
"""Requests that are not counted."""
_NGINX: Final = "/usr/sbin/nginx"
_AROUND: Final = """\
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log error;
events {{ worker_connections 512; }}
http {{
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  keepalive_requests 1000000;
  # The store: it answers at once, so that what is measured is the way to it.
  server {{ listen {store}; location / {{ return 200 body; }} }}
  upstream plain {{ server {store}; keepalive 64; }}
  server {{ listen 127.0.0.1:{port}; location / {{ proxy_http_version 1.1; proxy_set_header Connection "";
    proxy_set_header Host $http_host; proxy_buffering off; proxy_pass http://plain; }} }}
  {inside}
}}
"""


def gateway(bench: Bench) -> Iterator[Result]:
    """Decide for many tenants, and send requests through nginx that asks and one that does not."""
    with tempfile.TemporaryDirectory() as name:
        yield _decisions(Path(name), TENANTS // bench.scale, 100_000 // bench.scale)
    yield _latency(5_000 // bench.scale)


def _decisions(root: Path, tenants: int, requests: int) -> Result:
    service = _service(root, tenants)
    asked = [(number * 7919) % tenants for number in range(requests)]
    targets = [(f"/data-{each}/k/{each}.wav", _headers(each)) for each in range(tenants)]
    bare = [(checked(_policies(each)), _question(each)) for each in range(tenants)]

    def ours() -> int:
        refused = 0
        for each in asked:
            target, headers = targets[each]
            refused += not service.decide("PUT", target, headers)[0].allowed
        return refused

    def theirs() -> int:
        refused = 0
        for each in asked:
            policies, question = bare[each]
            answer = cedarpy.is_authorized(question, policies, NO_ENTITIES)
            refused += answer.decision is cedarpy.Decision.Deny
        return refused

    seconds: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in range(3):  # in turns, so that a busy machine is busy for both
        for which, work in (("theirs", theirs), ("ours", ours)):
            begun = time.thread_time()
            if work() != requests:
                raise ProcessFailed("a request was let through that a rule refuses")
            seconds[which].append(time.thread_time() - begun)
    mine, cedar = (statistics.median(seconds[which]) for which in ("ours", "theirs"))
    return Result(
        f"Gateway, {tenants:,} tenants × {len(RULES)} rules: decisions per second ÷ bare cedarpy",
        cedar / mine, "",
        f"per second of a processor: {requests / mine:,.0f} from a request's headers,"
        f" {requests / cedar:,.0f} with cedarpy alone",
        0.7,
    )  # fmt: skip


def _policies(tenant: int) -> list[str]:
    return [refusing(f"c_{tenant}_{number}", rule, ()) for number, rule in enumerate(RULES)]


def _headers(tenant: int) -> dict[str, str]:
    return {"host": "s3.example", "authorization": _SIGNED.format(tenant), "user-agent": "bench"}


def _question(tenant: int) -> dict[str, Any]:
    return {
        "principal": {"type": "Tenant", "id": f"t{tenant}"},
        "action": {"type": "Action", "id": "write"},
        "resource": {"type": "Bucket", "id": f"data-{tenant}"},
    }


def _service(root: Path, tenants: int) -> Service:
    folder = Folder(root)
    folder.make()
    rows = ["kind,name,tenant"]
    for each in range(tenants):
        rows += [f"bucket,data-{each},t{each}", f"key,AK{each},t{each}"]
        place = root / "policies" / f"t{each}"
        place.mkdir()
        for number, text in enumerate(_policies(each)):
            (place / f"mithaq-{number}.cedar").write_text(text)
    (root / OWNERS).write_text("\n".join(rows) + "\n")
    service = Service(folder, ("s3.example",))
    service.reload()
    return service


def _latency(requests: int) -> Result:
    with ExitStack() as stack:
        plain, asking = stack.enter_context(_fronts())
        took: dict[int, list[float]] = {plain: [], asking: []}
        connections = {port: http.client.HTTPConnection("127.0.0.1", port, timeout=20) for port in took}
        for number in range(requests + _WARM):
            for port, connection in connections.items():
                begun = time.perf_counter()
                connection.request("GET", "/data-1/k", headers={"Authorization": _SIGNED.format(1)})
                answer = connection.getresponse()
                if answer.status != http.HTTPStatus.OK or answer.read() != b"body":
                    raise ProcessFailed(f"the gateway answered {answer.status}")
                if number >= _WARM:
                    took[port].append(time.perf_counter() - begun)
        medians = {port: statistics.median(found) * 1_000 for port, found in took.items()}
    return Result(
        "Gateway: what asking adds to a request through nginx, median",
        medians[asking] - medians[plain], "ms",
        f"with `auth_request` {medians[asking]:.2f} ms, without {medians[plain]:.2f} ms;"
        f" {requests:,} requests each, in turns",
        1.0, Direction.AT_MOST,
    )  # fmt: skip


@contextmanager
def _fronts() -> Iterator[tuple[int, int]]:
    """Run the decision service, and nginx with a store in it; gives its ports without and with asking."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        rules = folder / "rules"
        service = _service_process(rules, stack)
        plain, asking, store = _free_ports()
        address = f"127.0.0.1:{store}"
        front = Front(
            listen=f"127.0.0.1:{asking}",
            stores=[address],
            services=[service],
            hosts=[],
            log=str(folder / "s3.log"),
        )
        text = _AROUND.format(folder=folder, store=address, port=plain, inside=front.configuration())
        (folder / "nginx.conf").write_text(text)
        command = [_NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")]
        nginx = subprocess.Popen(command)  # noqa: S603  # our own command
        stack.callback(nginx.wait)
        stack.callback(nginx.terminate)
        time.sleep(1)
        yield plain, asking


def _service_process(rules: Path, stack: ExitStack) -> str:
    _service(rules, 50)
    (rules / "policies" / "t1" / "mithaq-1.cedar").unlink()  # it has rules, and none that closes reading
    command = [sys.executable, "-c", "from mithaq.cli import main; main()", "gateway", "serve", str(rules)]
    process = subprocess.Popen([*command, "--port", "0"], stdout=subprocess.PIPE, text=True)  # noqa: S603  # our own command
    stack.callback(process.communicate)
    stack.callback(process.terminate)
    line = process.stdout.readline() if process.stdout else ""
    if "http://" not in line:
        raise ProcessFailed("the decision service did not start")
    return line.partition("http://")[2].partition('"')[0]


def _free_ports() -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(3)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]
