"""Measures on a real RADOS Gateway: what is cut is closed from everywhere, and all comes back.

The first tests are what every target must pass; those after them are about carrying a decision out on it.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path

import pytest
from tests.casework import Office
from tests.measures.carrying import Carrying, about
from tests.measures.conformance import CUTS, closes_and_comes_back, done
from tests.measures.lives import lived
from tests.measures.worlds import VAULT, customer_of_rgw
from tests.servers.rgw import Customer, Rgw
from tests.soaking import SOAK

from mithaq.measures.driver import HALF_MADE
from mithaq.measures.errors import BadPlan, TargetRefuses, TargetUnreachable
from mithaq.measures.matrix import Vantage
from mithaq.measures.model import Cut, Operation, Part, Setting
from mithaq.measures.probing import OBJECT
from mithaq.measures.queries import alarms
from mithaq.measures.server import Keys
from mithaq.measures.status import Status
from mithaq.measures.targets.rgw.driver import RgwDriver
from mithaq.measures.targets.rgw.gateway import Gateway
from mithaq.measures.targets.rgw.names import User
from mithaq.terms.vocabulary import KeptService, RestrictedOperation

pytestmark = [pytest.mark.server, pytest.mark.enable_socket]
PUBLIC = "public-read-write"


@pytest.fixture(params=["tenant", "no tenant"])
def customer(rgw: Rgw, request: pytest.FixtureRequest) -> Customer:
    """Give a customer with a bucket that they share, one that is public, and one of their own."""
    name = secrets.token_hex(4)
    them = rgw.user(f"acme{name}$prod" if request.param == "tenant" else f"acme{name}")
    them.bucket(f"own-{name}", "a", "b")
    them.bucket(f"open-{name}", "c", acl=PUBLIC)
    them.bucket(f"shared-{name}", "d")
    them.policy(f"shared-{name}", Principal={"AWS": ["arn:aws:iam:::user/mithaq"]}, Action=["s3:GetObject"])
    return them


def driver_of(rgw: Rgw) -> RgwDriver:
    return RgwDriver("north", rgw.gateway, VAULT)


@pytest.mark.parametrize("operations", CUTS.values(), ids=CUTS)
@pytest.mark.parametrize("reach", ["whole account", "one bucket"])
def test_a_cut_closes_what_it_names_from_everywhere_and_comes_back_byte_for_byte(
    rgw: Rgw, customer: Customer, operations: tuple[Operation, ...], reach: str
) -> None:
    own = (name.split()[1] for name in customer.everything() if name.startswith("bucket own-"))
    cut = Cut(
        account=customer.uid, operations=operations, only=() if reach == "whole account" else (next(own),)
    )
    account = driver_of(rgw).at(customer.uid, secrets.token_hex(8))
    closed = set(Vantage) - {Vantage.CONTROL, Vantage.ELSEWHERE}
    closes_and_comes_back(account, cut, closed, customer.everything)


def test_what_a_suspension_and_a_user_policy_leave_open_is_closed(rgw: Rgw) -> None:
    name = secrets.token_hex(4)
    them, other = rgw.user(f"acme{name}$prod"), rgw.user(f"globex{name}$app")
    them.bucket(f"shared-{name}", acl=PUBLIC)
    grant = f"arn:aws:iam::globex{name}:user/app"
    them.policy(f"shared-{name}", Principal={"AWS": [grant]}, Action=["s3:PutObject"])
    path = f"/acme{name}:shared-{name}/x"

    def writes() -> tuple[int, int]:
        return other.ask("PUT", path, body=b"x"), rgw.gateway.ask("PUT", path, body=b"x").status

    rgw.gateway.admin_call("POST", "/admin/user", {"uid": them.uid, "suspended": "true"})
    assert writes()[0] == 200, "a suspension leaves the grant of another tenant open"
    rgw.gateway.admin_call("POST", "/admin/user", {"uid": them.uid, "suspended": "false"})
    account = driver_of(rgw).at(them.uid, secrets.token_hex(8))
    steps = account.steps(Cut(account=them.uid, operations=(Operation.WRITE,)), {})
    policy = next(step for step in steps if step.setting.kind == "user-policy")
    account.write(policy.setting, policy.after)
    assert writes()[1] == 200, "a policy of the user leaves a public bucket open"
    done(account, tuple(step for step in steps if step is not policy), Part.CUT)
    assert writes() == (403, 403)
    assert them.ask("PUT", f"/new-{name}", headers={"x-amz-acl": PUBLIC}) == 200
    assert other.ask("PUT", f"/acme{name}:new-{name}/x", body=b"x") == 403


def test_a_customer_cannot_take_a_refusal_out_of_their_own_policy(rgw: Rgw, customer: Customer) -> None:
    cut = Cut(account=customer.uid, operations=(Operation.READ,))
    account = driver_of(rgw).at(customer.uid, secrets.token_hex(8))
    steps = account.steps(cut, {})
    done(account, steps, Part.KIT)
    done(account, steps, Part.CUT)
    for step in steps:
        if step.setting.kind == "bucket-policy":
            assert customer.ask("DELETE", f"/{step.setting.name}", {"policy": ""}) == 403
            assert customer.ask("PUT", f"/{step.setting.name}", {"policy": ""}, body=b"{}") == 403
            assert account.read(step.setting) == step.after


def test_only_what_mithaq_made_is_ever_removed(rgw: Rgw, customer: Customer) -> None:
    account = driver_of(rgw).at(customer.uid, secrets.token_hex(8))
    for kind, owner, name in (
        ("probe-user", customer.uid, ""),
        ("probe-key", customer.uid, customer.keys.access),
        ("probe-bucket", customer.uid, "own"),
        ("probe-subuser", customer.uid, "theirs"),
    ):
        with pytest.raises(TargetRefuses, match="none that Mithaq made"):
            account.write(Setting(kind=kind, owner=owner, name=name), None)


def test_what_mithaq_left_half_made_is_brought_to_either_end(rgw: Rgw, customer: Customer) -> None:
    account = driver_of(rgw).at(customer.uid, secrets.token_hex(8))
    steps = account.steps(Cut(account=customer.uid, operations=(Operation.WRITE,)), {})
    done(account, steps, Part.KIT)
    bucket = next(
        step for step in steps if (step.setting.kind, step.setting.owner) == ("probe-bucket", customer.uid)
    )
    place = User.read(customer.uid).bucket(bucket.setting.name)
    for end in (bucket.after, bucket.before):
        rgw.gateway.admin_call("DELETE", f"{place}/{OBJECT}")
        assert account.read(bucket.setting) == HALF_MADE
        account.write(bucket.setting, end)
        assert account.read(bucket.setting) == end


def test_a_user_with_policies_of_their_own_is_not_planned_for_since_the_gateway_would_drop_them(
    rgw: Rgw, customer: Customer
) -> None:
    account = driver_of(rgw).at(customer.uid, "n")
    theirs = Setting(kind="user-policy", owner=customer.uid, name="theirs")
    text = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*"],"Resource":["*"]}]}'
    account.write(theirs, text)
    with pytest.raises(BadPlan, match="policies of their own"):
        account.steps(Cut(account=customer.uid, operations=(Operation.WRITE,)), {})
    quota = Setting(kind="user-quota", owner=customer.uid)
    account.write(quota, account.read(quota))
    assert account.read(theirs) == text
    query = {"quota": "", "uid": customer.uid, "quota-type": "user", "enabled": "false"}
    rgw.gateway.admin_call("PUT", "/admin/user", query)
    assert account.read(theirs) is None, "a later gateway keeps them: the refusal can go"


def test_an_unknown_user_or_bucket_stops_the_plan(rgw: Rgw, customer: Customer) -> None:
    for uid, only in (("nobody", ()), (customer.uid, ("no-such-bucket",))):
        with pytest.raises(BadPlan):
            driver_of(rgw).at(uid, "n").steps(Cut(account=uid, operations=(Operation.READ,), only=only), {})


def test_a_gateway_that_refuses_is_told_from_one_that_does_not_answer(rgw: Rgw) -> None:
    wrong = Gateway(rgw.endpoint, "default", Keys("NOBODY", "x"))
    nowhere = Gateway("http://127.0.0.1:9", "default", Keys("NOBODY", "x"))
    for gateway, error in ((wrong, TargetRefuses), (nowhere, TargetUnreachable)):
        with pytest.raises(error):
            RgwDriver("north", gateway, VAULT).at("x", "n").steps(Cut(account="x", operations=()), {})


@pytest.fixture
def carrying(office: Office, rgw: Rgw) -> Carrying:
    """Give a case about a user of the gateway."""
    return about(office, driver_of(rgw), f"rgw:{customer_of_rgw(rgw).uid}")


def test_a_decision_is_in_force_on_the_gateway_mended_when_it_drifts_and_lifted(
    carrying: Carrying, rgw: Rgw
) -> None:
    uid = carrying.subscription.removeprefix("rgw:")
    them = Customer(rgw, uid, Keys("", ""))
    before = them.everything()
    wanted = replace(carrying.wanted(RestrictedOperation.READ), keep=(KeptService.SECURITY,))
    measure = carrying.applied(wanted)
    assert carrying.status(measure) is Status.IN_FORCE
    shut = measure.steps.get(kind="bucket-policy", name__startswith="own-")
    setting = Setting(kind="bucket-policy", owner=uid, name=shut.name)
    driver_of(rgw).at(uid, "n").write(setting, None)
    assert carrying.reconciled().drifted == 1
    assert [alarm.why for alarm in alarms(carrying.office.now)] == ["drift"]
    carrying.office.later(seconds=1)
    carrying.work_off()
    assert carrying.status(measure) is Status.IN_FORCE
    assert carrying.reconciled().drifted == 0
    carrying.ended(carrying.decision_of(measure))
    assert carrying.reconciled().lifted == 1
    carrying.work_off()
    assert carrying.status(measure) is Status.LIFTED
    assert them.everything() == before


@pytest.mark.soak(minutes=20)
@pytest.mark.timeout(3600)
def test_a_worker_killed_at_any_moment_is_followed_by_one_that_brings_it_to_its_end(
    rgw: Rgw, home: Path
) -> None:
    lived("rgw", rgw.where, home, count=40 if SOAK else 5)
