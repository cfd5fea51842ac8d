"""Faults of real targets: a measure comes to what was decided all the same, or it says where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests.casework import Office
from tests.measures.carrying import Carrying, about
from tests.measures.lives import at_once
from tests.measures.worlds import WORLDS, World
from tests.servers.faulty import Fault, Weather, before
from tests.servers.rgw import Rgw
from tests.soaking import SOAK

from mithaq.measures import acts
from mithaq.measures.driver import Driver
from mithaq.measures.models import AppliedMeasure, StepState
from mithaq.measures.queries import alarms
from mithaq.measures.status import Status
from mithaq.measures.targets.aws.driver import AwsDriver
from mithaq.measures.targets.gateway.driver import GatewayDriver
from mithaq.measures.targets.rgw.driver import RgwDriver
from mithaq.measures.targets.swift.driver import SwiftDriver
from mithaq.measures.work import ATTEMPTS, LEASE

pytestmark = [pytest.mark.server, pytest.mark.enable_socket, pytest.mark.timeout(900)]

PATIENCE = 2.5
"""Seconds that a request to a slow target is waited for."""


@dataclass(slots=True)
class There:
    """A target behind a proxy, and a customer who reaches it directly."""

    carrying: Carrying
    weather: Weather
    world: World

    @property
    def office(self) -> Office:
        return self.carrying.office

    @property
    def alarms(self) -> set[str]:
        return {alarm.why for alarm in alarms(self.office.now)}

    @property
    def stood(self) -> Status:
        """Where a measure stands that is applied."""
        return Status(self.world.ends[0])

    @property
    def undone(self) -> Status:
        """Where a measure stands that was lifted."""
        return Status(self.world.ends[1])

    def stands(self, measure: AppliedMeasure) -> Status:
        return self.carrying.status(measure)

    def goes_on(self, measure: AppliedMeasure, *ends: Status) -> Status:
        """Let workers come by until a measure stands at one of these, or they have come too often."""
        for _ in range(2 * ATTEMPTS):
            self.carrying.work_off()
            if self.stands(measure) in ends:
                break
            self.office.later(minutes=10)
        return self.stands(measure)

    def is_lifted(self, measure: AppliedMeasure) -> None:
        """Have the restriction ended, and see that nothing is left of it."""
        self.carrying.ended(self.carrying.decision_of(measure))
        self.carrying.reconciled()
        assert self.goes_on(measure, self.undone) is self.undone


def _where(request: pytest.FixtureRequest, target: str) -> dict[str, str]:
    """Start a target if it is not running yet; gives how its world finds it."""
    if target == "aws":
        return {"moto": request.getfixturevalue("moto")}
    there = {"rgw": "rgw", "swift": "openstack", "gateway": "rig"}[target]
    return dict(request.getfixturevalue(there).where)


def _behind(driver: Driver, weather: Weather, stack: ExitStack) -> Driver:
    """Give the same driver that reaches its target through a proxy."""

    def front(address: str) -> str:
        return stack.enter_context(before(address, weather))

    if isinstance(driver, RgwDriver):
        return replace(driver, gateway=replace(driver.gateway, endpoint=front(driver.gateway.endpoint)))
    if isinstance(driver, SwiftDriver):
        cloud = driver.cloud
        cloud = replace(cloud, keystone=front(cloud.keystone), swift=front(cloud.swift), tokens={})
        return replace(driver, cloud=cloud)
    if isinstance(driver, GatewayDriver):
        seen, store = (replace(each, endpoint=front(each.endpoint)) for each in (driver.front, driver.store))
        return replace(driver, front=seen, store=store)
    assert isinstance(driver, AwsDriver)
    organization = driver.organization
    return replace(driver, organization=replace(organization, endpoint=front(str(organization.endpoint))))


def _impatient(driver: Driver) -> Driver:
    """Give the same driver that waits for an answer as long as a test can; AWS's is as it is."""
    if isinstance(driver, RgwDriver):
        return replace(driver, gateway=replace(driver.gateway, seconds=PATIENCE))
    if isinstance(driver, SwiftDriver):
        return replace(driver, cloud=replace(driver.cloud, seconds=4 * PATIENCE))
    if isinstance(driver, GatewayDriver):
        front, store = (replace(each, seconds=PATIENCE) for each in (driver.front, driver.store))
        return replace(driver, front=front, store=store)
    return driver


@pytest.fixture
def there(request: pytest.FixtureRequest, office: Office) -> Iterator[There]:
    """Give the target that a test is parametrized with, and is over by then as it was before."""
    world, weather = WORLDS[request.param](_where(request, request.param)), Weather()
    if request.param == "gateway":
        request.getfixturevalue("rig").has_read_owners()
    with ExitStack() as stack:
        was = world.everything()
        driver = _behind(world.driver, weather, stack)
        yield There(about(office, driver, world.subscription), weather, world)
        assert world.everything() == was


def struck(**points: tuple[int, ...]) -> pytest.MarkDecorator:
    """Let the fault begin after so many requests to each target; but in a soak, only at the first of all."""
    cases = [(target, point) for target, each in points.items() for point in each]
    return pytest.mark.parametrize(("there", "point"), cases if SOAK else cases[:1], indirect=["there"])


def _survived(there: There, fault: Fault, point: int, times: int) -> None:
    """Suffer a fault for some requests: whatever was not shown meanwhile is shown when it is asked again."""
    measure = there.carrying.asked()
    there.weather.turns(fault, after=point, times=times)
    stands = there.goes_on(measure, there.stood, Status.PENDING)
    assert there.weather.hit == times
    assert not measure.steps.exclude(state=StepState.DONE.value).exists()
    if stands is Status.PENDING:
        assert "not-shown-by-probes" in there.alarms
    else:
        assert stands is there.stood
    there.weather.clears()
    there.is_lifted(measure)


@pytest.mark.soak(minutes=3)
@struck(rgw=(14, 5, 23, 40), swift=(14, 40), gateway=(3, 20), aws=(3, 12))
def test_a_target_that_goes_down_on_the_way_is_asked_again_until_the_measure_stands(
    there: There, point: int
) -> None:
    _survived(there, Fault.DOWN, point, times=3)


@pytest.mark.soak(minutes=3)
@struck(rgw=(20, 5, 35), swift=(14, 40), gateway=(3, 20), aws=(3,))
def test_a_target_that_answers_later_than_anybody_waits_is_asked_again(there: There, point: int) -> None:
    assert there.carrying.driver is not None
    there.carrying.driver = _impatient(there.carrying.driver)
    _survived(there, Fault.SLOW, point, times=1)


@pytest.mark.soak(minutes=3)
@struck(rgw=(25, 5, 14, 45), swift=(14, 40), gateway=(3, 20), aws=(3, 12))
def test_a_target_that_answers_500_is_asked_again_until_the_measure_stands(there: There, point: int) -> None:
    _survived(there, Fault.BROKEN, point, times=3)


@pytest.mark.soak(minutes=3)
@struck(rgw=(6, 1, 3, 10), swift=(3, 10), gateway=(1, 3), aws=(3, 12))
@pytest.mark.parametrize("fault", [Fault.LOST, Fault.TORN] if SOAK else [Fault.LOST])
def test_a_change_whose_answer_is_lost_or_breaks_off_is_known_to_be_made(
    there: There, point: int, fault: Fault
) -> None:
    _survived(there, fault, point, times=1)


@pytest.mark.soak(minutes=3)
@struck(rgw=(28, 20, 40), swift=(40, 60), gateway=(12, 16), aws=(16, 18))
def test_a_target_that_refuses_our_credentials_on_the_way_leaves_a_stated_state_that_is_rolled_back(
    there: There, point: int
) -> None:
    measure = there.carrying.asked()
    there.weather.turns(Fault.REFUSES, after=point)
    assert there.goes_on(measure, Status.PARTIAL) is Status.PARTIAL
    assert there.alarms == {"partial:target-refuses"}
    assert measure.steps.filter(state=StepState.DONE.value).exists()
    there.weather.clears()
    acts.ask_roll_back(there.carrying.operator, there.carrying.case, measure.key)
    assert there.goes_on(measure, there.undone, Status.UNDONE) in {there.undone, Status.UNDONE}


def test_an_account_that_may_have_no_further_bucket_leaves_a_stated_state_that_is_rolled_back(
    rgw: Rgw, office: Office
) -> None:
    world = WORLDS["rgw"](rgw.where)
    uid = world.subscription.removeprefix("rgw:")
    rgw.gateway.admin_call("POST", "/admin/user", {"uid": uid, "max-buckets": "2"})
    was = world.everything()
    carrying = about(office, world.driver, world.subscription)
    there = There(carrying, Weather(), world)
    measure = there.carrying.applied()
    assert there.stands(measure) is Status.PARTIAL
    assert there.alarms == {"partial:target-refuses"}
    acts.ask_roll_back(there.carrying.operator, there.carrying.case, measure.key)
    assert there.goes_on(measure, Status.UNDONE) is Status.UNDONE
    assert world.everything() == was


def _jumps(there: There, point: int, hours: int) -> None:
    """Let the clock jump at one request of an application, and a worker come by."""

    def jump(number: int) -> None:
        if number == point:
            there.office.later(hours=hours)

    there.weather.turns(Fault.DOWN, times=0)
    there.weather.at_request = jump
    there.carrying.round()
    there.weather.at_request = lambda _number: None


@pytest.mark.soak(minutes=3)
@struck(rgw=(20, 40, 80), swift=(20, 60), gateway=(20, 40), aws=(12,))
def test_a_worker_whose_clock_jumps_ahead_stops_and_the_next_one_brings_the_measure_to_its_end(
    there: There, point: int
) -> None:
    measure = there.carrying.asked()
    _jumps(there, point, hours=25)
    assert there.stands(measure) is Status.UNDER_WAY, "its lease ended in its hands"
    there.office.later(hours=25, seconds=LEASE.total_seconds())
    assert there.goes_on(measure, there.stood) is there.stood
    there.is_lifted(measure)


@pytest.mark.soak(minutes=3)
@struck(aws=(12,), rgw=(20, 40, 80), swift=(20, 60), gateway=(20, 40))
def test_a_worker_whose_clock_falls_behind_the_decision_restricts_nothing_more_until_it_is_told_to_finish(
    there: There, point: int
) -> None:
    measure = there.carrying.asked()
    _jumps(there, point, hours=-2)
    assert there.goes_on(measure, Status.PARTIAL) is Status.PARTIAL
    assert there.alarms == {"partial:may-not-apply"}
    there.office.later(hours=2, seconds=LEASE.total_seconds())
    acts.finish(there.carrying.operator, there.carrying.case, measure.key)
    assert there.goes_on(measure, there.stood) is there.stood
    there.is_lifted(measure)


@pytest.mark.soak(minutes=2)
@struck(rgw=(0,), swift=(0,), gateway=(0,), aws=(0,))
def test_an_end_that_comes_while_the_target_is_down_is_carried_out_once_it_answers(
    there: There, point: int
) -> None:
    measure = there.carrying.applied()
    assert there.stands(measure) is there.stood
    there.weather.turns(Fault.DOWN, after=point)
    there.office.later(days=30)
    assert there.carrying.reconciled().lifted == 1
    assert there.goes_on(measure, there.undone) is Status.LIFTING
    assert there.alarms == {"waits"}
    there.weather.clears()
    assert there.goes_on(measure, there.undone) is there.undone


@pytest.mark.soak(minutes=3)
def test_of_two_operators_at_once_one_has_the_measure_and_no_worker_makes_a_change_twice(
    rgw: Rgw, home: Path
) -> None:
    for lived in at_once("rgw", rgw.where, home, count=10 if SOAK else 1):
        assert lived["measures"] == 1, lived
        assert lived["stands"] == ["in-force", "lifted"], lived
        assert lived["begun_twice"] == 0, lived
        assert lived["as_it_was"], lived
