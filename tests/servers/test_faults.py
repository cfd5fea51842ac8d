"""Faults of real targets: a measure comes to what was decided all the same, or it says where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests.casework import Office
from tests.measures.carrying import Carrying
from tests.measures.lives import at_once
from tests.measures.worlds import VAULT, customer_of_rgw, customer_of_swift
from tests.review import desk
from tests.servers.faulty import Fault, Weather, before
from tests.servers.openstack import OpenStack, Project
from tests.servers.rgw import ADMIN, Customer, Rgw
from tests.soaking import SOAK

from mithaq.measures import acts
from mithaq.measures.driver import Driver
from mithaq.measures.models import AppliedMeasure, StepState
from mithaq.measures.queries import alarms
from mithaq.measures.status import Status
from mithaq.measures.targets.rgw.driver import RgwDriver
from mithaq.measures.targets.rgw.gateway import Gateway
from mithaq.measures.targets.swift.driver import SwiftDriver
from mithaq.measures.work import ATTEMPTS, LEASE
from mithaq.register import Entry, Register

pytestmark = [pytest.mark.server, pytest.mark.enable_socket, pytest.mark.timeout(900)]

PATIENCE = 2.5
"""Seconds that a request to a slow target is waited for."""

BOTH = ("rgw", "swift")


@dataclass(slots=True)
class There:
    """A target behind a proxy, and a customer who reaches it directly."""

    carrying: Carrying
    weather: Weather
    customer: Customer | Project

    @property
    def office(self) -> Office:
        return self.carrying.office

    @property
    def alarms(self) -> set[str]:
        return {alarm.why for alarm in alarms(self.office.now)}

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
        assert self.goes_on(measure, Status.LIFTED) is Status.LIFTED


@pytest.fixture
def there(request: pytest.FixtureRequest, office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[There]:
    """Give the target that a test is parametrized with, and is over by then as it was before."""
    with ExitStack() as stack:
        found = (_rgw if request.param == "rgw" else _swift)(request, office, stack, monkeypatch)
        was = found.customer.everything()
        yield found
        assert found.customer.everything() == was


def _rgw(
    request: pytest.FixtureRequest, office: Office, stack: ExitStack, patch: pytest.MonkeyPatch
) -> There:
    rgw: Rgw = request.getfixturevalue("rgw")
    weather, them = Weather(), customer_of_rgw(rgw)
    front = stack.enter_context(before(rgw.endpoint, weather))
    driver = RgwDriver("north", Gateway(front, "default", ADMIN), VAULT)
    return There(_carrying(office, driver, f"rgw:{them.uid}", patch), weather, them)


def _swift(
    request: pytest.FixtureRequest, office: Office, stack: ExitStack, patch: pytest.MonkeyPatch
) -> There:
    openstack: OpenStack = request.getfixturevalue("openstack")
    weather, them = Weather(), customer_of_swift(openstack)
    keystone = stack.enter_context(before(openstack.cloud.keystone, weather))
    swift = stack.enter_context(before(openstack.cloud.swift, weather))
    driver = SwiftDriver("south", replace(openstack.cloud, keystone=keystone, swift=swift, tokens={}), VAULT)
    return There(_carrying(office, driver, f"swift:{them.id}", patch), weather, them)


def _carrying(office: Office, driver: Driver, subscription: str, patch: pytest.MonkeyPatch) -> Carrying:
    patch.setattr(desk, "SUBSCRIPTION", subscription)
    books = Register((Entry("Harbour Lines", subscription, None, "eu-west-1", None, None),))
    patch.setattr(desk, "BOOKS", books)
    return Carrying(office, driver=driver, subscription=subscription)


def on(*targets: str) -> pytest.MarkDecorator:
    """Try it on these targets; in a soak on both."""
    return pytest.mark.parametrize("there", BOTH if SOAK else targets, indirect=True)


def at(*points: int) -> pytest.MarkDecorator:
    """Let the fault begin after so many requests of an application; in a soak at all of these points."""
    return pytest.mark.parametrize("point", points if SOAK else points[:1])


def _survived(there: There, fault: Fault, point: int, times: int) -> None:
    """Suffer a fault for some requests: whatever was not shown meanwhile is shown when it is asked again."""
    measure = there.carrying.asked()
    there.weather.turns(fault, after=point, times=times)
    stands = there.goes_on(measure, Status.IN_FORCE, Status.PENDING)
    assert there.weather.hit == times
    assert not measure.steps.exclude(state=StepState.DONE.value).exists()
    if stands is Status.PENDING:
        assert "not-shown-by-probes" in there.alarms
    else:
        assert stands is Status.IN_FORCE
    there.weather.clears()
    there.is_lifted(measure)


@pytest.mark.soak(minutes=3)
@on("rgw")
@at(14, 5, 23, 40)
def test_a_target_that_goes_down_on_the_way_is_asked_again_until_the_measure_stands(
    there: There, point: int
) -> None:
    _survived(there, Fault.DOWN, point, times=3)


@pytest.mark.soak(minutes=3)
@on("rgw")
@at(20, 5, 35)
def test_a_target_that_answers_later_than_anybody_waits_is_asked_again(there: There, point: int) -> None:
    driver = there.carrying.driver
    if isinstance(driver, RgwDriver):
        there.carrying.driver = replace(driver, gateway=replace(driver.gateway, seconds=PATIENCE))
    elif isinstance(driver, SwiftDriver):
        there.carrying.driver = replace(driver, cloud=replace(driver.cloud, seconds=4 * PATIENCE))
    _survived(there, Fault.SLOW, point, times=1)


@pytest.mark.soak(minutes=3)
@on("rgw")
@at(25, 5, 14, 45)
def test_a_target_that_answers_500_is_asked_again_until_the_measure_stands(there: There, point: int) -> None:
    _survived(there, Fault.BROKEN, point, times=3)


@pytest.mark.soak(minutes=3)
@on("rgw")
@at(6, 1, 3, 10)
def test_a_change_whose_answer_is_lost_is_known_to_be_made(there: There, point: int) -> None:
    _survived(there, Fault.LOST, point, times=1)


@pytest.mark.soak(minutes=3)
@on("rgw")
@at(28, 20, 40)
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
    assert there.goes_on(measure, Status.LIFTED, Status.UNDONE) in {Status.LIFTED, Status.UNDONE}


def test_an_account_that_may_have_no_further_bucket_leaves_a_stated_state_that_is_rolled_back(
    rgw: Rgw, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    them = customer_of_rgw(rgw)
    rgw.gateway.admin_call("POST", "/admin/user", {"uid": them.uid, "max-buckets": "2"})
    was = them.everything()
    driver = RgwDriver("north", rgw.gateway, VAULT)
    there = There(_carrying(office, driver, f"rgw:{them.uid}", monkeypatch), Weather(), them)
    measure = there.carrying.applied()
    assert there.stands(measure) is Status.PARTIAL
    assert there.alarms == {"partial:target-refuses"}
    acts.ask_roll_back(there.carrying.operator, there.carrying.case, measure.key)
    assert there.goes_on(measure, Status.UNDONE) is Status.UNDONE
    assert them.everything() == was


@pytest.mark.soak(minutes=3)
@on("rgw")
@at(20, 40, 80)
@pytest.mark.parametrize("hours", [25, -2] if SOAK else [25])
def test_a_worker_whose_clock_jumps_stops_and_the_next_one_brings_the_measure_to_its_end(
    there: There, point: int, hours: int
) -> None:
    measure = there.carrying.asked()

    def jumps(number: int) -> None:
        if number == point:
            there.office.later(hours=hours)

    there.weather.turns(Fault.DOWN, times=0)
    there.weather.at_request = jumps
    there.carrying.round()
    if hours > 0:
        assert there.stands(measure) is Status.UNDER_WAY, "its lease ended in its hands"
    there.weather.at_request = lambda _number: None
    there.office.later(seconds=abs(hours) * 3600 + LEASE.total_seconds())
    assert there.goes_on(measure, Status.IN_FORCE) is Status.IN_FORCE
    there.is_lifted(measure)


@pytest.mark.soak(minutes=2)
@on("rgw")
def test_an_end_that_comes_while_the_target_is_down_is_carried_out_once_it_answers(there: There) -> None:
    measure = there.carrying.applied()
    assert there.stands(measure) is Status.IN_FORCE
    there.weather.turns(Fault.DOWN)
    there.office.later(days=30)
    assert there.carrying.reconciled().lifted == 1
    assert there.goes_on(measure, Status.LIFTED) is Status.LIFTING
    assert there.alarms == {"waits"}
    there.weather.clears()
    assert there.goes_on(measure, Status.LIFTED) is Status.LIFTED


@pytest.mark.soak(minutes=3)
def test_of_two_operators_at_once_one_has_the_measure_and_no_worker_makes_a_change_twice(
    rgw: Rgw, home: Path
) -> None:
    for lived in at_once("rgw", {"port": str(rgw.port)}, home, count=10 if SOAK else 1):
        assert lived["measures"] == 1, lived
        assert lived["stands"] == ["in-force", "lifted"], lived
        assert lived["begun_twice"] == 0, lived
        assert lived["as_it_was"], lived
