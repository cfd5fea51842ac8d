"""Measures on a real Swift with Keystone: closed by every way in, open to all others, and without a trace."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from tests.casework import Office
from tests.measures.carrying import Carrying, about
from tests.measures.conformance import closes_and_comes_back
from tests.measures.lives import lived
from tests.measures.worlds import VAULT, customer_of_swift
from tests.servers.openstack import SPEECH, OpenStack, Project
from tests.soaking import SOAK

from mithaq.measures.errors import BadPlan, TargetRefuses, TargetUnreachable
from mithaq.measures.matrix import Vantage, Verdict
from mithaq.measures.model import Cut, Operation, Setting
from mithaq.measures.queries import matrix_of, plan_of
from mithaq.measures.status import Status
from mithaq.measures.targets.swift.cloud import Cloud, Login, Service
from mithaq.measures.targets.swift.driver import SwiftDriver
from mithaq.terms.vocabulary import RestrictedOperation, RestrictedService

pytestmark = [pytest.mark.server, pytest.mark.enable_socket, pytest.mark.timeout(900)]

REFUSE = "X-Account-Mithaq-Refuse"


@pytest.fixture
def customer(openstack: OpenStack) -> Project:
    """Give a project with an object of its own, and one that is open to the web."""
    return customer_of_swift(openstack)


def driver_of(openstack: OpenStack) -> SwiftDriver:
    return SwiftDriver("south", openstack.cloud, VAULT)


CUTS: Mapping[str, tuple[Operation, ...]] = {
    "write": (Operation.WRITE,),
    "read": (Operation.READ,),
    "all": tuple(Operation),
}


@pytest.mark.parametrize("operations", CUTS.values(), ids=CUTS)
def test_a_cut_closes_what_it_names_by_every_way_in_and_leaves_no_trace(
    openstack: OpenStack, customer: Project, operations: tuple[Operation, ...]
) -> None:
    account = driver_of(openstack).at(customer.id, secrets.token_hex(8))
    away = {Vantage.CONTROL, Vantage.ELSEWHERE, Vantage.SIBLING}
    nobody = set() if Operation.READ in operations else {Vantage.ANONYMOUS}
    closed = set(Vantage) - away - nobody
    closes_and_comes_back(
        account, Cut(account=customer.id, operations=operations), closed, customer.everything
    )


def closing(openstack: OpenStack, project: Project, rules: str) -> None:
    url = openstack.cloud.url(project.id)
    assert openstack.cloud.call("POST", url, headers={"X-Account-Mithaq-Refuse": rules}).status == 204


def test_one_way_in_is_closed_and_the_others_are_not(openstack: OpenStack, customer: Project) -> None:
    public = openstack.cloud.url(customer.id, "open", "b")
    closing(openstack, customer, '{"staticweb":["read"]}')
    assert openstack.cloud.send("GET", public).status == 403
    assert customer.ask("GET", "open", "b") == 200
    closing(openstack, customer, '{"swift":["write"],"case":"c_harbour"}')
    assert openstack.cloud.send("GET", public).status == 200
    refused = openstack.cloud.send(
        "PUT",
        openstack.cloud.url(customer.id, "own", "c"),
        headers={"X-Auth-Token": customer.tokens[0]},
    )
    assert b"case c_harbour" in refused.body
    assert customer.ask("PUT", "own", "c", body=b"c") == 403
    assert customer.ask("DELETE", "own", "a") == 204, "nobody is kept from erasing"


def test_a_copy_and_a_link_reach_nothing_that_is_closed(openstack: OpenStack, customer: Project) -> None:
    other = openstack.project(f"globex-{secrets.token_hex(4)}")
    assert other.ask("PUT", "mine") == 201
    copy = {"X-Copy-From": "/open/b", "X-Copy-From-Account": f"AUTH_{customer.id}"}
    target = {"X-Symlink-Target": "open/b", "X-Symlink-Target-Account": f"AUTH_{customer.id}"}
    assert other.ask("PUT", "mine", "copied", headers=copy) == 201
    assert other.ask("PUT", "mine", "linked", headers=target) == 201
    assert other.ask("GET", "mine", "linked") == 200
    every = '{"s3":["read"],"staticweb":["read"],"swift":["read"],"tempurl":["read"]}'
    closing(openstack, customer, every)
    assert other.ask("PUT", "mine", "copied", headers=copy) == 403
    assert other.ask("GET", "mine", "linked") == 403
    assert other.ask("GET", "mine", "copied") == 200


def test_a_customer_neither_reads_nor_lifts_what_is_closed(openstack: OpenStack, customer: Project) -> None:
    closing(openstack, customer, '{"swift":["write"]}')
    for header in (REFUSE, "X-Account-Sysmeta-Mithaq-Refuse"):
        customer.ask("POST", headers={header: "{}"})
        assert customer.ask("PUT", "own", "c", body=b"c") == 403
    url = openstack.cloud.url(customer.id)
    seen = openstack.cloud.send("HEAD", url, headers={"X-Auth-Token": customer.tokens[0]})
    assert [name for name in seen.headers if "mithaq" in name] == []


def test_rules_that_are_none_are_refused(openstack: OpenStack, customer: Project) -> None:
    url = openstack.cloud.url(customer.id)
    for rules in (
        "nonsense",
        "[]",
        '{"case":"no case"}',
        '{"ftp":["read"]}',
        '{"s3":["burn"]}',
        '{"s3":"read"}',
    ):
        with pytest.raises(TargetRefuses):
            openstack.cloud.call("POST", url, headers={"X-Account-Mithaq-Refuse": rules})


def test_who_is_not_there_is_told_from_a_cloud_that_does_not_answer(openstack: OpenStack) -> None:
    cut = Cut(account="0" * 32, operations=(Operation.READ,))
    with pytest.raises(BadPlan, match="no such project"):
        driver_of(openstack).at("0" * 32, "n").steps(cut, {})
    wrong = Login("admin", "wrong", openstack.cloud.admin.project)
    for cloud, error in (
        (Cloud(openstack.cloud.keystone, openstack.cloud.swift, wrong, "x"), TargetRefuses),
        (Cloud("http://127.0.0.1:9/v3", openstack.cloud.swift, wrong, "x"), TargetUnreachable),
    ):
        with pytest.raises(error):
            SwiftDriver("south", cloud, VAULT).at("x", "n").steps(cut, {})


@pytest.fixture
def carrying(office: Office, openstack: OpenStack, customer: Project) -> Carrying:
    """Give a case about a project."""
    return about(office, driver_of(openstack), f"swift:{customer.id}")


def test_a_decision_is_in_force_on_swift_mended_when_it_drifts_and_lifted(
    carrying: Carrying, openstack: OpenStack, customer: Project
) -> None:
    before = customer.everything()
    measure = carrying.applied(carrying.wanted(RestrictedOperation.CREATE, RestrictedOperation.PART))
    assert carrying.status(measure) is Status.IN_FORCE
    assert len(plan_of(measure)[0].cut) == 1, "what two decided operations come to is said once"
    setting = Setting(kind="account-refusals", owner=customer.id)
    driver_of(openstack).at(customer.id, "n").write(setting, None)
    assert customer.ask("PUT", "own", "d", body=b"d") == 201
    assert customer.ask("DELETE", "own", "d") == 204
    assert carrying.reconciled().drifted == 1
    carrying.office.later(seconds=1)
    carrying.work_off()
    assert carrying.status(measure) is Status.IN_FORCE
    carrying.ended(carrying.decision_of(measure))
    assert carrying.reconciled().lifted == 1
    carrying.work_off()
    assert carrying.status(measure) is Status.LIFTED
    assert customer.everything() == before


def test_a_service_that_is_closed_by_its_role_is_pending_until_an_old_token_stops_working(
    carrying: Carrying, openstack: OpenStack, customer: Project
) -> None:
    speech = Service(SPEECH, f"{openstack.cloud.swift}/v1/SPEECH_{{project}}")
    cloud = replace(openstack.cloud, services={RestrictedService.SPEECH_TO_TEXT: speech}, tokens={})
    carrying.driver = SwiftDriver("south", cloud, VAULT)
    who, role = cloud.named("users", customer.login.user), cloud.named("roles", SPEECH)
    holds = f"{cloud.keystone}/projects/{customer.id}/users/{who}/roles/{role}"
    cloud.call("PUT", holds)

    def uses(token: str) -> int:
        return cloud.send("GET", speech.at(customer.id), headers={"X-Auth-Token": token}).status

    old, before = cloud.sign_in(customer.login), customer.everything()
    assert uses(old) == 204
    infer = carrying.measure(RestrictedOperation.INFER)
    wanted = replace(carrying.wanted(), measures=(replace(infer, service=RestrictedService.SPEECH_TO_TEXT),))
    measure = carrying.applied(wanted)
    assert (uses(cloud.sign_in(customer.login)), uses(old)) == (403, 204)
    assert customer.ask("PUT", "own", "a", body=b"a") == 201, "nothing else is closed"
    for _ in range(2):
        last = measure.probes.last()
        assert last is not None
        (leak,) = matrix_of(last).of(Verdict.LEAK)
        assert leak.spot.vantage is Vantage.OLD_TOKEN
        assert carrying.status(measure) is Status.PENDING
        carrying.office.later(minutes=1)
        assert carrying.reconciled().probed == 1, "it is asked again soon"
        carrying.work_off()
    end = time.monotonic() + 60
    while uses(old) != 403:
        assert time.monotonic() < end
        openstack.forgets_tokens()
    carrying.office.later(minutes=2)
    assert carrying.reconciled().probed == 1
    carrying.work_off()
    assert carrying.status(measure) is Status.IN_FORCE
    cloud.call("PUT", holds)
    assert carrying.reconciled().drifted == 1
    carrying.work_off()
    assert not cloud.has(holds)
    carrying.ended(carrying.decision_of(measure))
    assert carrying.reconciled().lifted == 1
    carrying.work_off()
    assert carrying.status(measure) is Status.LIFTED
    assert customer.everything() == before
    assert uses(cloud.sign_in(customer.login)) == 204


@pytest.mark.soak(minutes=20)
@pytest.mark.timeout(3600)
def test_a_worker_killed_at_any_moment_is_followed_by_one_that_brings_it_to_its_end(
    openstack: OpenStack, home: Path
) -> None:
    lived("swift", openstack.where, home, count=20 if SOAK else 1)
