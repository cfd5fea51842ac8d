"""Service control policies: what they refuse, within which limits, and that they come and go whole.

Organizations is moto's stand-in: it keeps policies and attachments, and refuses nothing on account of them.
So these tests are about documents and the order of requests, never about whether anything is enforced.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tests.casework import Office
from tests.measures.carrying import Carrying, about
from tests.measures.conformance import Promise, closes_and_comes_back
from tests.measures.dying import Deaths, Dying, outlived
from tests.measures.lives import lived
from tests.measures.worlds import GLASS, moto_running, organized
from tests.soaking import SOAK

from mithaq.measures import acts
from mithaq.measures.errors import BadPlan, BadTargets, NothingToProbe, TargetRefuses, TargetUnreachable
from mithaq.measures.model import Closed, Cut, Setting
from mithaq.measures.queries import alarms
from mithaq.measures.status import Status
from mithaq.measures.targets.aws.documents import MOST_CHARACTERS, policies
from mithaq.measures.targets.aws.driver import AwsDriver, aws_target
from mithaq.measures.targets.aws.organization import Organization
from mithaq.measures.targets.aws.table import ACTIONS
from mithaq.measures.vault import Vault
from mithaq.terms.vocabulary import KeptService, RestrictedOperation, RestrictedService

with warnings.catch_warnings():
    warnings.simplefilter("ignore", ResourceWarning)  # it leaves a file of its own open when it is imported
    from parliament import analyze_policy_string

pytestmark = pytest.mark.enable_socket
NOT_ENFORCEMENT = {
    Promise.PROBED: "nothing can be asked from the management account, and moto refuses nothing"
}
STORAGE, SPEECH = RestrictedService.STORAGE, RestrictedService.SPEECH_TO_TEXT
CREATE, INFER = RestrictedOperation.CREATE, RestrictedOperation.INFER


@dataclass(frozen=True, slots=True)
class Cloud:
    """An organization with one member, as moto keeps it."""

    driver: AwsDriver
    client: Any
    account: str

    def policies(self) -> list[dict[str, Any]]:
        """Give every policy with its text and where it is attached."""
        found = self.client.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]
        return [
            {
                "name": each["Name"],
                "text": self.client.describe_policy(PolicyId=each["Id"])["Policy"]["Content"],
                "targets": self.client.list_targets_for_policy(PolicyId=each["Id"])["Targets"],
            }
            for each in found
        ]

    def ours(self) -> list[dict[str, Any]]:
        return [each for each in self.policies() if each["name"].startswith("mithaq-")]

    def attach(self, name: str) -> None:
        """Attach a policy of somebody else's."""
        made = self.client.create_policy(
            Name=name, Content="{}", Description="theirs", Type="SERVICE_CONTROL_POLICY"
        )
        self.client.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=self.account)


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    with moto_running() as address:
        yield address


@pytest.fixture
def cloud(moto: str) -> Cloud:
    client = organized(moto)
    for each in client.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]:
        if not each["AwsManaged"]:
            for target in client.list_targets_for_policy(PolicyId=each["Id"])["Targets"]:
                client.detach_policy(PolicyId=each["Id"], TargetId=target["TargetId"])
            client.delete_policy(PolicyId=each["Id"])
    made = client.create_account(AccountName="customer", Email="them@example.org")
    account = made["CreateAccountStatus"]["AccountId"]
    return Cloud(AwsDriver("aws", Organization("MITHAQ", "x", endpoint=moto), GLASS), client, account)


def cut(*closed: tuple[RestrictedService, RestrictedOperation], account: str = "111122223333") -> Cut:
    named = tuple(sorted(Closed(service=service, operation=operation) for service, operation in closed))
    return Cut(account=account, operations=(), closed=named)


def refusal(statement: dict[str, Any]) -> dict[str, Any]:
    """Give what a statement refuses, whoever goes on and wherever it stands."""
    return {name: value for name, value in statement.items() if name not in {"Sid", "Condition"}}


def test_a_policy_comes_and_goes_whole_and_nothing_else_is_touched(cloud: Cloud) -> None:
    cloud.attach("theirs")
    closed = cut((STORAGE, CREATE), (SPEECH, INFER), account=cloud.account)
    account = cloud.driver.at(cloud.account, "n")
    closes_and_comes_back(account, closed, (), cloud.policies, NOT_ENFORCEMENT)


def test_every_row_of_the_table_names_actions_that_aws_has() -> None:
    for service, operation in ACTIONS:
        for text in policies(cut((service, operation)), GLASS):
            assert [str(finding) for finding in analyze_policy_string(text).findings] == [], (
                service,
                operation,
            )


def test_parliament_finds_a_misspelt_action() -> None:
    [text] = policies(cut((STORAGE, CREATE)), GLASS)
    wrong = text.replace("s3:PutObject", "s3:PutObjekt")
    assert [finding.issue for finding in analyze_policy_string(wrong).findings] == ["UNKNOWN_ACTION"]


def test_no_row_keeps_anybody_from_erasing() -> None:
    assert [each for row in ACTIONS.values() for each in row if "Delete" in each or each.endswith(":*")] == []


def test_whoever_breaks_the_glass_goes_on_in_every_refusal() -> None:
    everything = cut(*ACTIONS)
    [text] = policies(everything, GLASS)
    statements = json.loads(text)["Statement"]
    assert {each["Effect"] for each in statements} == {"Deny"}
    for each in statements:
        assert each["Condition"]["ArnNotLike"] == {"aws:PrincipalArn": list(GLASS)}


def test_a_storage_that_is_closed_whole_leaves_erasing_and_the_keep_list_open() -> None:
    whole = cut(*((STORAGE, each) for each in RestrictedOperation if each is not INFER))
    whole = replace(whole, keep=(KeptService.SECURITY,))
    [text] = policies(whole, GLASS)
    [statement] = json.loads(text)["Statement"]
    assert {"s3:Delete*", "s3:AbortMultipartUpload", "s3:PutBucketPublicAccessBlock"} <= set(
        statement["NotAction"]
    )
    assert statement["Resource"] == ["arn:aws:s3:::*"]
    assert "Action" not in statement
    assert [str(each) for each in analyze_policy_string(text).findings] == []


def test_a_region_is_all_that_is_closed_where_one_is_named() -> None:
    closed = (
        Closed(service=SPEECH, operation=INFER, region="eu-west-1"),
        Closed(service=SPEECH, operation=INFER, region="eu-north-1"),
    )
    [text] = policies(Cut(account="111122223333", operations=(), closed=closed), GLASS)
    [statement] = json.loads(text)["Statement"]
    assert statement["Condition"]["StringEquals"] == {"aws:RequestedRegion": ["eu-west-1", "eu-north-1"]}
    everywhere = (*closed, Closed(service=SPEECH, operation=INFER))
    [text] = policies(Cut(account="111122223333", operations=(), closed=everywhere), GLASS)
    assert [list(each["Condition"]) for each in json.loads(text)["Statement"]] == [["ArnNotLike"]]


def test_what_does_not_fit_into_one_policy_goes_into_several_within_the_limit() -> None:
    glass = [f"arn:aws:iam::*:role/provider-break-glass-{number:03}" for number in range(40)]
    texts = policies(cut(*ACTIONS), glass)
    assert len(texts) > 1
    assert max(len(text) for text in texts) <= MOST_CHARACTERS
    [whole] = policies(cut(*ACTIONS), GLASS)
    refused = [refusal(each) for text in texts for each in json.loads(text)["Statement"]]
    assert refused == [refusal(each) for each in json.loads(whole)["Statement"]]


def test_a_refusal_that_is_too_long_by_itself_is_refused_with_its_length() -> None:
    glass = [f"arn:aws:iam::*:role/provider-break-glass-{number:03}" for number in range(120)]
    with pytest.raises(BadPlan, match=r"characters of a service control policy; 5,120 are allowed"):
        policies(cut((STORAGE, CREATE)), glass)


def test_an_account_with_too_many_policies_takes_no_other(cloud: Cloud) -> None:
    for number in range(4):
        cloud.attach(f"theirs-{number}")
    with pytest.raises(BadPlan, match=r"1 service control policies are needed and 5 are attached already"):
        cloud.driver.at(cloud.account, "n").steps(cut((STORAGE, CREATE), account=cloud.account), {})


def test_the_management_account_and_strangers_are_not_planned_for(cloud: Cloud) -> None:
    management = cloud.client.describe_organization()["Organization"]["MasterAccountId"]
    for account, why in ((management, "management account"), ("999999999999", "no such account")):
        with pytest.raises(BadPlan, match=why):
            cloud.driver.at(account, "n").steps(cut((STORAGE, CREATE), account=account), {})
    with pytest.raises(BadPlan, match="twelve digits"):
        cloud.driver.account_of(f"aws:{'a' * 64}")


def test_a_policy_that_mithaq_did_not_make_is_never_written(cloud: Cloud) -> None:
    account = cloud.driver.at(cloud.account, "n")
    for kind in ("scp", "scp-attachment"):
        with pytest.raises(TargetRefuses, match="none that Mithaq made"):
            account.write(Setting(kind=kind, owner=cloud.account, name="FullAWSAccess"), None)


def test_an_organization_that_does_not_answer_is_asked_again() -> None:
    nowhere = Organization("MITHAQ", "x", endpoint="http://127.0.0.1:9")
    with pytest.raises(TargetUnreachable):
        AwsDriver("aws", nowhere, GLASS).at("111122223333", "n").steps(cut((STORAGE, CREATE)), {})


def test_an_organization_without_a_break_glass_is_no_target() -> None:
    table = {"name": "aws", "access_key": "a", "secret_key": "b", "break_glass": ["root"]}
    with pytest.raises(BadTargets, match="goes on whatever is refused"):
        aws_target(table, Vault(b"k" * 32))
    assert aws_target({**table, "break_glass": list(GLASS)}, Vault(b"k" * 32)).name == "aws"


@pytest.fixture
def carrying(office: Office, cloud: Cloud) -> Carrying:
    """Give a case about an account of the organization."""
    return about(office, cloud.driver, f"aws:{cloud.account}")


def test_a_decision_is_configured_never_in_force_mended_when_it_drifts_and_undone(
    carrying: Carrying, cloud: Cloud
) -> None:
    before = cloud.policies()
    wanted = carrying.wanted()
    speech = replace(wanted.measures[0], service=SPEECH, operation=INFER, region="eu-west-1")
    wanted = replace(wanted, measures=(*wanted.measures, speech))
    measure = carrying.applied(wanted)
    assert carrying.status(measure) is Status.CONFIGURED
    assert not measure.probes.exists()
    [policy] = cloud.ours()
    assert "transcribe:Start*" in policy["text"]
    with pytest.raises(NothingToProbe):
        acts.ask_probe(carrying.operator, carrying.case, measure.key)
    theirs = cloud.driver.organization
    theirs.call("detach_policy", PolicyId=theirs.policy(policy["name"]), TargetId=cloud.account)
    assert carrying.reconciled().drifted == 1
    assert carrying.status(measure) is Status.DRIFTED
    carrying.office.later(seconds=1)
    carrying.work_off()
    assert carrying.status(measure) is Status.CONFIGURED
    assert cloud.ours() == [policy]
    carrying.office.later(hours=7)
    assert (carrying.reconciled().drifted, carrying.reconciled().probed) == (0, 0)
    carrying.ended(carrying.decision_of(measure))
    assert carrying.reconciled().lifted == 1
    carrying.work_off()
    assert carrying.status(measure) is Status.UNDONE
    assert cloud.policies() == before
    assert alarms(carrying.office.now) == []


@pytest.mark.soak(minutes=3)
def test_workers_killed_again_and_again_leave_whole_policies_and_none_in_the_end(
    carrying: Carrying, cloud: Cloud
) -> None:
    before = cloud.policies()
    for first in range(1, 11) if SOAK else (3,):
        deaths = Deaths(first)
        life = Carrying(
            carrying.office, driver=Dying(cloud.driver, deaths), subscription=carrying.subscription
        )
        assert outlived(life, deaths, life.wanted(), (Status.CONFIGURED, Status.UNDONE)) >= 3
        assert cloud.policies() == before


@pytest.mark.soak(minutes=5)
@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("cloud")
def test_a_worker_killed_at_any_moment_is_followed_by_one_that_brings_it_to_its_end(
    moto: str, home: Path
) -> None:
    lived("aws", {"moto": moto}, home, count=14 if SOAK else 1)
