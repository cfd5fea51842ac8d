"""One store behind one gateway for all tests of this folder."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.gateway.customers import Customer

from mithaq.cli.story.store import Store, stored
from mithaq.measures.targets.gateway.folder import Folder


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Give a stand-in for a store, behind the proxy and the decision service."""
    folder: Path = tmp_path_factory.mktemp("gateway") / "rules"
    Folder(folder).make()
    with stored(folder) as running:
        yield running


@pytest.fixture
def customer(store: Store) -> Customer:
    """Give a customer with a bucket that the table names, and one that it does not yet."""
    return Customer.of(store, f"acme{secrets.token_hex(4)}")
