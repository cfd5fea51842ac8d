"""Random plans on a real RADOS Gateway: what is open or closed against the decision never goes unsaid."""

from __future__ import annotations

import pytest
from tests.servers.random_plans import tried
from tests.servers.rgw import Rgw
from tests.soaking import SOAK, counted, first_seed, tell

pytestmark = [pytest.mark.server, pytest.mark.enable_socket]


@pytest.mark.soak(minutes=60)
@pytest.mark.timeout(3 * 3600)
def test_no_leak_and_no_overreach_goes_unreported_and_nothing_is_lost(rgw: Rgw) -> None:
    plans = 1_000 if SOAK else 6
    seeds = range(first_seed(), first_seed() + plans)
    tally = tried(rgw, counted(seeds, "random plans"))
    tell("random plans", str(dict(tally.counts)), done=plans, of=plans)
    assert tally.wrong == []
    assert tally.counts["plans"] == plans
    assert tally.counts["disturbed"] > 0
