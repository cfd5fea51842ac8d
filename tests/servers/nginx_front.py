"""An nginx with the configuration that `mithaq gateway nginx` writes, and the real decision service."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from mithaq.cli.story.store import Store, stand_in
from mithaq.measures.targets.gateway.folder import OWNERS, Folder
from mithaq.measures.targets.gateway.nginx import Front
from mithaq.measures.targets.gateway.service import service_on
from mithaq.measures.targets.gateway.settings import Services

_AROUND = """\
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log warn;
events {{ worker_connections 512; }}
http {{
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  {inside}
}}
"""
_SECONDS = 30

NAME: Final = "s3.provider.example"
"""How the gateway is called, beside its address."""


@dataclass(slots=True)
class Deciding:
    """`mithaq gateway serve` in a process of its own; it comes back at the same address."""

    folder: Path
    names: tuple[str, ...] = ()
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        words = ["gateway", "serve", str(self.folder), "--port", str(self.port)]
        words += [word for name in self.names for word in ("--name", name)]
        command = [sys.executable, "-c", "from mithaq.cli import main; main()", *words]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        self.port = int(urlsplit(json.loads(self.process.stdout.readline())["address"]).port or 0)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def nginx(store: str, services: tuple[str, ...], names: tuple[str, ...] = ()) -> Iterator[tuple[str, Path]]:
    """Run nginx before a store; gives its URL and its access log. Addresses are host and port."""
    folder = Path(tempfile.mkdtemp(prefix="mithaq-nginx-"))
    port, log = free_port(), folder / "s3.log"
    front = Front(listen=f"127.0.0.1:{port}", stores=(store,), services=services, hosts=names, log=str(log))
    configuration = folder / "nginx.conf"
    configuration.write_text(_AROUND.format(folder=folder, inside=front.configuration()))
    process = subprocess.Popen(
        ["/usr/sbin/nginx", "-p", str(folder), "-c", str(configuration)], stderr=subprocess.PIPE
    )
    try:
        _until_it_listens(port, process)
        yield f"http://127.0.0.1:{port}", log
    finally:
        process.terminate()
        process.communicate()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Rig:
    """nginx, the decision service as a process, and a stand-in for a store."""

    store: Store
    deciding: Deciding
    log: Path

    @property
    def where(self) -> dict[str, str]:
        """How a world of the gateway finds it."""
        return {
            "folder": str(self.store.folder),
            "store": self.store.store,
            "decides": self.deciding.address,
            "gateway": self.store.gateway,
        }

    def has_read_owners(self) -> None:
        """Wait until the decision service goes by the table of owners as it is now."""
        root = Folder(self.store.folder)
        Services((self.deciding.address,)).wait_for(root, root.root / OWNERS)


@contextmanager
def rigged(folder: Path) -> Iterator[Rig]:
    """Run all three, with their rules in a folder."""
    Folder(folder).make()
    deciding = Deciding(folder, (NAME,))
    with ExitStack() as stack:
        behind = stack.enter_context(stand_in())
        deciding.start()
        stack.callback(deciding.stop)
        address, log = stack.enter_context(
            nginx(urlsplit(behind).netloc, (urlsplit(deciding.address).netloc,), (NAME,))
        )
        reader = service_on(folder, (), refuse_unknown=False)
        yield Rig(Store(folder, behind, reader, deciding.address, address), deciding, log)


def _until_it_listens(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert process.poll() is None, process.stderr.read() if process.stderr else b""
            assert time.monotonic() < end, "nginx does not listen"
            time.sleep(0.05)
        else:
            return
