"""A case with its people, for those who try to get around the rules in it."""

from __future__ import annotations

import pytest
from tests.casework import Office
from tests.review.desk import Casework


@pytest.fixture
def work(office: Office) -> Casework:
    """One case that was opened, and one person for each part in it."""
    return Casework(office)
