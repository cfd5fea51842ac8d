"""The reverse proxy of docs/operating.md, run as it stands there in a real nginx before a real server."""

from __future__ import annotations

import re
import shutil
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPMessage
from pathlib import Path
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.service.running import ADMINISTRATORS, served

pytestmark = [pytest.mark.server, pytest.mark.enable_socket]

ROOT: Final = Path(__file__).parents[2]
NAME: Final = "mithaq.provider.example"
SECRET: Final = "0123456789abcdef0123456789abcdef"  # noqa: S105  # of this test


def example() -> str:
    """Give the one nginx example of the page on operating Mithaq."""
    page = (ROOT / "docs" / "operating.md").read_text("utf-8")
    found = re.findall(r"```nginx\n(.*?)```", page, re.DOTALL)
    assert len(found) == 1
    return str(found[0])


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate of the example's name that signs itself; gives it and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "mithaq.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = folder / "mithaq.key"
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return pem, secret


def configured(folder: Path, behind: str, port: int) -> Path:
    """Write the example with this test's port, certificate and server in place of the example's."""
    pem, key = certificate(folder)
    places = {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "/etc/ssl/mithaq.pem": str(pem),
        "/etc/ssl/mithaq.key": str(key),
        "http://127.0.0.1:8000": behind,
    }
    server = example()
    for theirs, ours in places.items():
        assert server.count(theirs) == 1, theirs
        server = server.replace(theirs, ours)
    temporary = "\n".join(
        f"{kind}_temp_path {folder / kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    file = folder / "nginx.conf"
    file.write_text(
        f"daemon off;\npid {folder / 'nginx.pid'};\nerror_log {folder / 'error.log'};\n"
        f"events {{}}\nhttp {{\n{temporary}\n{server}\n}}\n"
    )
    return file


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: HTTPMessage
    text: str


@dataclass(slots=True)
class Outside:
    """Somebody outside, who reaches the proxy and keeps cookies."""

    port: int
    trusting: ssl.SSLContext
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, path: str, form: Mapping[str, str] | None = None, **headers: str) -> Answer:
        sent = {
            "Host": NAME,
            "Referer": f"https://{NAME}/",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        body = None if form is None else urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(f"https://127.0.0.1:{self.port}{path}", body, sent)
        opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=self.trusting), _Stay())
        try:
            answer = opener.open(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            for line in answer.headers.get_all("Set-Cookie", []):
                name, _, value = line.partition(";")[0].partition("=")
                self.cookies[name] = value
            return Answer(answer.status, answer.headers, answer.read().decode("utf-8", "replace"))


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_given: object) -> None:
        """Follow nowhere: where an answer leads to is what a test asks."""


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    """Give somebody outside of a running proxy, before two processes that answer."""
    tmp_path = tmp_path_factory.mktemp("proxy")
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    assert nginx is not None, "tests/servers/install puts it in place"
    secret = tmp_path / "metrics.secret"
    secret.write_text(SECRET)
    variables = {
        "MITHAQ_URL": f"https://{NAME}",
        "MITHAQ_HOSTS": NAME,
        "MITHAQ_PROXIES": "1",
        "MITHAQ_METRICS_TOKEN_FILE": str(secret),
    }
    with served(tmp_path / "home", *ADMINISTRATORS, "--processes", "2", **variables) as running:
        port = free_port()
        file = configured(tmp_path, running.document["address"], port)
        proxy = subprocess.Popen([nginx, "-c", str(file), "-p", str(tmp_path)])
        try:
            trusting = ssl.create_default_context(cafile=str(tmp_path / "mithaq.pem"))
            trusting.check_hostname = False  # it is reached by its number
            someone = Outside(port, trusting)
            _wait_for(someone)
            yield someone
        finally:
            proxy.terminate()
            proxy.wait(timeout=30)


def _wait_for(someone: Outside) -> None:
    until = time.monotonic() + 240
    while True:
        try:
            assert someone.ask("/healthz").status == 200
        except (OSError, AssertionError):
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


def test_through_the_proxy_everything_is_https_and_nobody_chooses_their_own_address(outside: Outside) -> None:
    page = outside.ask("/me/sign-in/")
    assert page.status == 200
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    cookie = next(
        line for line in page.headers.get_all("Set-Cookie", []) if line.startswith("mithaq_csrf=")
    ).lower()
    assert "secure" in cookie
    assert "httponly" in cookie
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token is not None
    form = {"login": "amal@provider.example", "password": "not this one", "csrfmiddlewaretoken": token[1]}
    tried = [
        outside.ask("/me/sign-in/", form, X_Forwarded_For=f"203.0.113.{number}").status for number in range(6)
    ]
    assert tried == [200, 200, 200, 200, 429, 429], "a made-up address is not counted as another"
    assert outside.ask("/healthz", Host="elsewhere.example").status == 400


def test_the_processes_behind_the_proxy_count_together(outside: Outside) -> None:
    assert outside.ask("/metrics").status == 401
    for _ in range(12):
        assert outside.ask("/readyz").status == 200
    told = outside.ask("/metrics", Authorization=f"Bearer {SECRET}")
    assert told.status == 200
    line = 'mithaq_requests_total{method="GET",route="readyz",status="200"}'
    assert any(each.startswith(line) and float(each.split()[-1]) == 12 for each in told.text.splitlines())
