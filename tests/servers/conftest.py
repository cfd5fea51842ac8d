"""One browser and one of each target for all tests of a process: each is slow to start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.measures.worlds import moto_running
from tests.servers import openstack as cloud
from tests.servers import rgw as ceph
from tests.servers.desks import Desk
from tests.servers.nginx_front import Rig, rigged

CHROMIUM: Final = "/usr/bin/chromium"
ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give Debian's Chromium, which `tests/servers/install` puts in place."""
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)


@pytest.fixture
def desks() -> Iterator[list[Desk]]:
    """Give the windows that a test opens; they are closed after it."""
    opened: list[Desk] = []
    yield opened
    for desk in opened:
        desk.context.close()


@pytest.fixture(scope="session")
def rgw() -> Iterator[ceph.Rgw]:
    """Give a RADOS Gateway; whoever uses it makes customers of their own."""
    with ceph.running() as gateway:
        yield gateway


@pytest.fixture(scope="session")
def openstack() -> Iterator[cloud.OpenStack]:
    """Give a Keystone and a Swift; as above."""
    with cloud.running() as there:
        yield there


@pytest.fixture(scope="session")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """Give a gateway with its decision service and a store behind it; as above."""
    with rigged(tmp_path_factory.mktemp("gateway") / "rules") as there:
        yield there


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """Give the address of moto's stand-in for AWS."""
    with moto_running() as address:
        yield address
