"""Every test of the console begins without a count of attempts; some have a case with real evidence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from tests.casework import Office
from tests.examined import Examined, write_provider
from tests.review.desk import Casework


@pytest.fixture(autouse=True)
def no_attempts_counted() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The logs of two customers, in a lake."""
    return write_provider(tmp_path_factory.mktemp("provider"))


@pytest.fixture
def indicated(office: Office, provider: Path) -> Examined:
    """A case about a customer whose use the evidence indicates."""
    return Examined(office, provider)


@pytest.fixture
def undetermined(office: Office, provider: Path) -> Examined:
    """A case about a customer whose claims the evidence leaves undetermined."""
    return Examined(office, provider, "memo-line")


@pytest.fixture
def work(office: Office) -> Casework:
    """One case that was opened, and one person for each part in it."""
    return Casework(office)
