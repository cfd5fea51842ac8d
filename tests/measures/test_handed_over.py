"""What is handed over for Azure, Google and Oracle: files that their makers can read, and never more.

Nothing here asks a cloud anything. A measure by hand is configured once a person has said so, not before.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from google.cloud import iam_v2, orgpolicy_v2
from google.protobuf.json_format import ParseDict, ParseError
from jsonschema import ValidationError, validate
from tests.casework import Office
from tests.measures.carrying import GUID, Carrying, by_hand
from tests.measures.conformance import Promise, closes_and_comes_back
from tests.measures.dying import Deaths, Dying, outlived
from tests.measures.lives import lived
from tests.measures.policy_definition import ASSIGNMENT, DEFINITION, SWITCHES
from tests.soaking import SOAK

from mithaq.measures import acts
from mithaq.measures.errors import BadPlan, BadTargets, NothingToConfirm, TargetRefuses, TargetUnreachable
from mithaq.measures.model import Closed, Cut, Effect, Operation, Setting
from mithaq.measures.models import AppliedMeasure
from mithaq.measures.queries import alarms, standing
from mithaq.measures.status import Status
from mithaq.measures.targets.azure.author import Azure, azure_target
from mithaq.measures.targets.google.author import Google, google_target
from mithaq.measures.targets.handed.driver import Author, HandedDriver
from mithaq.measures.targets.oracle.author import Oracle, oracle_target
from mithaq.measures.targets.oracle.grammar import checked
from mithaq.measures.vault import Vault
from mithaq.people.errors import Forbidden
from mithaq.terms.vocabulary import RestrictedOperation, RestrictedService

OCID = "ocid1.compartment.oc1..aaaaharbourlines"
GLASS = "ocid1.group.oc1..aaaabreakglass"
PRINCIPAL = "principalSet://goog/group/break-glass@provider.example"
VAULT = Vault(b"k" * 32)
BY_HAND = {
    Promise.PROBED: "only a person reaches the cloud",
    Promise.TRACELESS: "the order that says how to undo it stays for whoever carries it out",
}
S, O = RestrictedService, RestrictedOperation  # noqa: E741  # the two words of every row below


@dataclass(frozen=True, slots=True)
class Cloud:
    """A cloud, an account there, and what is closed in it."""

    author: Author
    account: str
    closed: tuple[Closed, ...]


def closed(*named: tuple[RestrictedService, RestrictedOperation], region: str = "*") -> tuple[Closed, ...]:
    return tuple(sorted(Closed(service=service, operation=each, region=region) for service, each in named))


WHOLE_STORAGE = closed(*((S.STORAGE, each) for each in (O.CREATE, O.PART, O.READ, O.LIST)))
CLOUDS: Mapping[str, Cloud] = {
    "azure": Cloud(
        Azure(),
        GUID,
        (
            *WHOLE_STORAGE,
            *closed((S.LANGUAGE_MODEL, O.INFER)),
            *closed((S.COMPUTE, O.CREATE), region="westeurope"),
        ),
    ),
    "google": Cloud(
        Google((PRINCIPAL,)),
        "harbour-lines-prod",
        closed((S.SPEECH_TO_TEXT, O.INFER), (S.STORAGE, O.CREATE), (S.STORAGE, O.PART)),
    ),
    "oracle": Cloud(
        Oracle({OCID: "Customers:HarbourLines"}, GLASS),
        OCID,
        (
            *closed((S.STORAGE, O.CREATE), (S.DATABASE, O.CREATE)),
            *closed((S.COMPUTE, O.CREATE), region="eu-1"),
        ),
    ),
}


def cut_of(cloud: Cloud) -> Cut:
    operations = tuple(Operation) if cloud.closed[:1] == WHOLE_STORAGE[:1] else ()
    return Cut(account=cloud.account, operations=operations, closed=cloud.closed)


def texts(cloud: Cloud) -> dict[str, str]:
    return {each.name: each.text for each in cloud.author.documents(cut_of(cloud), "0123456789ab")}


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.rglob("*.*")) if path.is_file()}


@pytest.mark.parametrize("cloud", CLOUDS.values(), ids=CLOUDS)
def test_files_come_and_go_whole_and_the_order_that_undoes_them_stays(cloud: Cloud, tmp_path: Path) -> None:
    account = HandedDriver("hand", tmp_path, cloud.author).at(cloud.account, "n")
    closes_and_comes_back(account, cut_of(cloud), (), lambda: files(tmp_path), BY_HAND)
    assert list(files(tmp_path)) == ["order.txt"]
    order = files(tmp_path)["order.txt"]
    assert "To be undone, in this order." in order
    assert "يُلغى ما يلي بهذا الترتيب" in order


@pytest.mark.parametrize("cloud", CLOUDS.values(), ids=CLOUDS)
def test_every_order_speaks_of_every_file_and_says_how_each_is_undone(cloud: Cloud) -> None:
    orders = cloud.author.orders(cut_of(cloud), "0123456789ab")
    for language in ("en", "ar"):
        said = "\n".join(getattr(line, language) for line in orders.restrict)
        assert [name for name in texts(cloud) if name not in said] == []
    assert len(orders.undo) >= len(texts(cloud)) - 1


def test_what_is_written_for_azure_is_a_policy_definition_an_assignment_and_switches() -> None:
    written = texts(CLOUDS["azure"])
    schemas = {
        "policy-definition.json": DEFINITION,
        "policy-assignment.json": ASSIGNMENT,
        "storage-switches.json": SWITCHES,
    }
    assert set(written) == set(schemas)
    for name, schema in schemas.items():
        validate(json.loads(written[name]), schema)
    wrong = json.loads(written["policy-definition.json"].replace('"deny"', '"forbid"'))
    with pytest.raises(ValidationError):
        validate(wrong, DEFINITION)


def test_azure_says_of_each_row_whether_only_new_resources_are_refused() -> None:
    effects = {each: Azure().capability(each).effect for each in CLOUDS["azure"].closed}
    assert {each.operation for each, effect in effects.items() if effect is Effect.CONFIGURED} == {
        O.PART,
        O.READ,
        O.LIST,
    }
    assert all(effect is Effect.NEW_ONLY for each, effect in effects.items() if each.service is not S.STORAGE)


def test_switches_that_would_close_more_than_was_decided_are_not_written() -> None:
    for named in ((O.READ,), (O.CREATE, O.PART), (O.READ, O.LIST)):
        cloud = Cloud(Azure(), GUID, closed(*((S.STORAGE, each) for each in named)))
        with pytest.raises(BadPlan, match="everything in it at once"):
            texts(cloud)
    only_new = texts(Cloud(Azure(), GUID, closed((S.STORAGE, O.CREATE))))
    assert "storage-switches.json" not in only_new


def test_what_is_written_for_google_are_messages_of_its_own_types() -> None:
    written = {name: json.loads(text) for name, text in texts(CLOUDS["google"]).items()}
    usage = ParseDict(written["restrict-service-usage.json"], orgpolicy_v2.Policy.pb(orgpolicy_v2.Policy()))
    assert list(usage.spec.rules[0].values.denied_values) == ["speech.googleapis.com"]
    deny = ParseDict(written["deny-policy.json"], iam_v2.Policy.pb(iam_v2.Policy()))
    rule = deny.rules[0].deny_rule
    assert list(rule.exception_principals) == [PRINCIPAL]
    assert list(rule.denied_permissions) == [
        "storage.googleapis.com/multipartUploads.create",
        "storage.googleapis.com/objects.create",
    ]
    with pytest.raises(ParseError):
        ParseDict({"rules": [{"denyRules": {}}]}, iam_v2.Policy.pb(iam_v2.Policy()))


def test_what_is_written_for_oracle_is_what_its_golden_files_say() -> None:
    assert texts(CLOUDS["oracle"]) == {
        "quota.txt": "zero compute-core quotas in compartment Customers:HarbourLines"
        " where request.region = 'eu-1'\n"
        "zero database quotas in compartment Customers:HarbourLines\n",
        "deny.txt": f"deny any-user to manage objects in compartment id {OCID} where all"
        f" {{request.permission = 'OBJECT_CREATE', request.groups.id != '{GLASS}'}}\n"
        f"deny any-user to manage objects in compartment id {OCID} where all"
        f" {{request.permission = 'OBJECT_OVERWRITE', request.groups.id != '{GLASS}'}}\n",
    }


@pytest.mark.parametrize(
    "statement",
    [
        "zero compute-core quotas in compartment a b",
        "zero compute-core quotas in tenancy",
        f"deny any-user to manage objects in compartment id {OCID}",
        f"deny any-user to manage objects in compartment id {OCID} where all {{}}",
        "deny any-user to manage objects in tenancy where all {request.permission = 'OBJECT_READ'}",
        f"allow any-user to manage objects in compartment id {OCID} where all {{request.permission = 'A'}}",
    ],
)
def test_a_statement_that_reaches_farther_or_cannot_be_read_is_never_handed_over(statement: str) -> None:
    with pytest.raises(BadPlan, match="would not be readable"):
        checked(statement)


def test_nothing_keeps_anybody_from_erasing() -> None:
    for author in (Google((PRINCIPAL,)), Oracle({OCID: "C"}, GLASS)):
        account = OCID if isinstance(author, Oracle) else "harbour-lines"
        written = texts(Cloud(author, account, WHOLE_STORAGE))
        assert [text for text in written.values() if "delete" in text.lower()] == []


def test_what_a_cloud_cannot_close_is_refused_with_what_it_can() -> None:
    for author, named in (
        (Azure(), (S.DATABASE, O.READ)),
        (Google((PRINCIPAL,)), (S.FACE_RECOGNITION, O.INFER)),
        (Oracle({OCID: "C"}, GLASS), (S.VISION, O.INFER)),
    ):
        with pytest.raises(BadPlan) as refused:
            author.capability(closed(named)[0])
        assert refused.value.hint
    with pytest.raises(BadPlan, match="no regions"):
        Google((PRINCIPAL,)).capability(closed((S.STORAGE, O.READ), region="europe-west1")[0])


def test_an_account_that_is_none_is_refused() -> None:
    for author, native in ((Azure(), "x"), (Google((PRINCIPAL,)), "X/../y"), (Oracle({}, GLASS), OCID)):
        with pytest.raises(BadPlan):
            author.account_of(native)


def test_a_file_that_mithaq_does_not_write_is_never_touched(tmp_path: Path) -> None:
    account = HandedDriver("hand", tmp_path, Azure()).at(GUID, "n")
    for name in ("../order.txt", "0123456789ab/../../x", "order.txt"):
        with pytest.raises(TargetRefuses):
            account.write(Setting(kind="handed-file", owner=GUID, name=name), "x")


def test_a_folder_that_cannot_be_used_is_tried_again(tmp_path: Path) -> None:
    missing = HandedDriver("hand", tmp_path / "gone", Azure()).at(GUID, "n")
    with pytest.raises(TargetUnreachable):
        missing.write(Setting(kind="handed-file", owner=GUID, name="0123456789ab/x.json"), "x")


def test_targets_by_hand_are_named_in_the_file_of_targets(tmp_path: Path) -> None:
    there: dict[str, Any] = {"name": "hand", "folder": str(tmp_path)}
    assert azure_target(there, VAULT).by_hand
    assert google_target({**there, "break_glass": [PRINCIPAL]}, VAULT).name == "hand"
    oracle = {**there, "break_glass": GLASS, "compartments": {OCID: "Customers:HarbourLines"}}
    assert oracle_target(oracle, VAULT).serves(f"oci:{OCID}")
    for make, table in (
        (azure_target, {"name": "hand", "folder": str(tmp_path / "none")}),
        (google_target, there),
        (oracle_target, {**there, "break_glass": GLASS}),
        (oracle_target, {**oracle, "break_glass": "everybody"}),
    ):
        with pytest.raises(BadTargets):
            make(table, VAULT)


@pytest.fixture
def carrying(office: Office, tmp_path: Path) -> Carrying:
    """Give a case about a subscription of Azure."""
    return by_hand(office, tmp_path)


def test_a_measure_by_hand_is_configured_once_a_person_says_so_and_undone_the_same_way(
    carrying: Carrying, tmp_path: Path
) -> None:
    speech = replace(carrying.wanted().measures[0], service=S.SPEECH_TO_TEXT, operation=O.INFER)
    wanted = replace(carrying.wanted(), measures=(speech,))
    measure = carrying.applied(wanted)
    assert carrying.status(measure) is Status.HANDED_OVER
    assert set(files(tmp_path)) == {"order.txt", "policy-assignment.json", "policy-definition.json"}
    with pytest.raises(Forbidden):
        acts.confirm(carrying.work.reviewer, carrying.case, measure.key)
    carrying.office.later(days=1, seconds=1)
    assert [alarm.why for alarm in alarms(carrying.office.now)] == ["unconfirmed"]
    path = f"/api/v1/measures/cases/{carrying.case}/measures/{measure.key}/confirm"
    assert carrying.office.api(carrying.operator).post(path).document["status"] == "configured"
    with pytest.raises(NothingToConfirm):
        acts.confirm(carrying.operator, carrying.case, measure.key)
    (folder,) = (each for each in tmp_path.iterdir())
    (folder / "policy-definition.json").unlink()
    assert carrying.reconciled().drifted == 1
    carrying.office.later(seconds=1)
    carrying.work_off()
    assert carrying.status(measure) is Status.CONFIGURED, "a file written again asks for no new word"
    carrying.ended(carrying.decision_of(measure))
    assert carrying.reconciled().lifted == 1
    carrying.work_off()
    assert carrying.status(measure) is Status.HANDED_BACK
    assert list(files(tmp_path)) == ["order.txt"]
    assert carrying.reconciled().lifted == 0
    acts.confirm(carrying.operator, carrying.case, measure.key)
    assert carrying.status(measure) is Status.UNDONE
    assert alarms(carrying.office.now) == []


@pytest.mark.soak(minutes=3)
def test_workers_killed_again_and_again_leave_whole_files_and_an_order_in_the_end(
    carrying: Carrying, tmp_path: Path
) -> None:
    for first in range(1, 11) if SOAK else (2,):
        deaths = Deaths(first)
        driver = Dying(HandedDriver("hand", tmp_path, Azure()), deaths)
        life = Carrying(carrying.office, driver=driver, subscription=carrying.subscription)
        ends = (Status.HANDED_OVER, Status.HANDED_BACK)
        assert outlived(life, deaths, life.wanted(), ends) >= 3
        assert set(files(tmp_path)) == {"order.txt"}
        (measure,) = (each for each, _stands in standing(AppliedMeasure.objects.filter(case=life.case)))
        acts.confirm(life.operator, life.case, measure.key)


@pytest.mark.soak(minutes=5)
@pytest.mark.timeout(3600)
def test_a_worker_killed_at_any_moment_is_followed_by_one_that_brings_it_to_its_end(home: Path) -> None:
    folder = home / "handed"
    folder.mkdir()
    lived("handed", {"folder": str(folder)}, home, count=14 if SOAK else 1)
