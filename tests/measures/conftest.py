"""A case, a target and a worker."""

from __future__ import annotations

import pytest
from tests.casework import Office
from tests.measures.carrying import Carrying


@pytest.fixture
def carrying(office: Office) -> Carrying:
    """A case that was found upon, whose subscription lives on a shelf."""
    return Carrying(office)
