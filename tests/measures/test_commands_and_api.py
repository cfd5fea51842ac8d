"""The commands and the API: the same acts and rights as everywhere, and the worker does the rest."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.casework import Answer, ApiClient, Office
from tests.conftest import Mithaq
from tests.measures.carrying import Carrying

from mithaq.cli import measures as shared
from mithaq.cli.client import RefusedByConsole
from mithaq.kernel.clock import format_instant
from mithaq.measures.matrix import Vantage
from mithaq.measures.model import Operation
from mithaq.measures.queries import alarms
from mithaq.people.acting import Acting
from mithaq.people.permissions import Role

SignIn: TypeAlias = Callable[[Acting], None]
"""Lets the commands act as somebody."""


@dataclass(frozen=True, slots=True)
class Console:
    """The API as the commands' client asks it, without a network; a worker works between two questions."""

    api: ApiClient
    carrying: Carrying

    def get(self, path: str) -> Any:  # noqa: ANN401  # any JSON
        self.carrying.work_off()
        return self._told(self.api.get(f"/api/v1{path}"))

    def post(self, path: str, body: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401  # any JSON
        return self._told(self.api.post(f"/api/v1{path}", dict(body or {}), key=f"{path}{body}"[:200]))

    def _told(self, answer: Answer) -> Any:  # noqa: ANN401  # any JSON
        if answer.status >= 400:
            raise RefusedByConsole(answer.document, answer.status)
        return answer.document


@pytest.fixture
def signed_in(carrying: Carrying, monkeypatch: pytest.MonkeyPatch) -> SignIn:
    """Give how somebody signs the commands in."""

    def sign_in(who: Acting) -> None:
        console = Console(carrying.office.api(who), carrying)
        monkeypatch.setattr(shared, "client_from", lambda _environment: console)

    return sign_in


def wanted_file(carrying: Carrying, folder: Path) -> Path:
    measure = carrying.measure()
    assert measure.until is not None
    said = {
        "measures": [
            {
                "subscription": measure.subscription,
                "service": "storage",
                "operation": "create",
                "until": format_instant(measure.until),
            }
        ],
        "keep": ["security", "data-export"],
    }
    file = folder / "wanted.json"
    file.write_text(json.dumps(said))
    return file


def test_a_measure_is_planned_applied_probed_and_lifted_by_commands(
    carrying: Carrying, signed_in: SignIn, mithaq: Mithaq, tmp_path: Path
) -> None:
    file = wanted_file(carrying, tmp_path)
    signed_in(carrying.work.reviewer)
    planned = mithaq("plan", carrying.case, file, "--json").document
    assert [step["after"] for step in planned["content"]["steps"]] == [{"present": True}, "shut", "shut"]
    assert "Stays:" in mithaq("plan", carrying.case, file).out
    plan = carrying.plan_of(planned["plan"])
    decision = carrying.decided(plan)
    signed_in(carrying.operator)
    applied = mithaq("apply", carrying.case, plan.key, decision.key, "--json").document
    assert applied["status"] == "in-force"
    assert applied["probes"]["holds"]
    carrying.shelf.leaks.add((Vantage.ANONYMOUS, Operation.WRITE))
    probed = mithaq("probe", carrying.case, applied["measure"])
    assert f"{applied['measure']}: pending" in probed.out
    assert "leak        anonymous" in probed.out
    refused = mithaq("lift", carrying.case, applied["measure"], "--json")
    assert (refused.code, refused.document["code"]) == (1, "may-not-lift")
    carrying.shelf.leaks.clear()
    carrying.ended(decision)
    lifted = mithaq("lift", carrying.case, applied["measure"], "--json").document
    assert lifted["status"] == "lifted"


def test_what_could_not_be_begun_is_said_with_its_reason(
    carrying: Carrying, signed_in: SignIn, mithaq: Mithaq
) -> None:
    plan = carrying.plan()
    decision = carrying.decided(plan)
    carrying.shelf.rooms.append("annexe")
    signed_in(carrying.operator)
    failed = mithaq("apply", carrying.case, plan.key, decision.key, "--json")
    assert failed.code == 1
    assert "ended failed: world-moved" in failed.document["message"]


def test_who_may_not_apply_is_refused_and_who_is_barred_sees_nothing(
    carrying: Carrying, office: Office, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    measure = carrying.applied()
    base = f"/api/v1/measures/cases/{carrying.case}/measures"
    reviewer, auditor = office.api(carrying.work.reviewer), office.api(office.person(Role.AUDITOR))
    assert reviewer.post(f"{base}/{measure.key}/probe").status == 403
    assert auditor.get(f"{base}/{measure.key}").document["status"] == "in-force"
    assert auditor.get(f"{base}/{measure.key}/probes").document["items"][0]["counts"]["leak"] == 0
    assert auditor.get(f"{base}/m_nothing").code == "unknown-measure"
    assert office.api(office.person(Role.REGISTER_KEEPER)).get(base).status == 403
    assert auditor.get("/api/v1/measures/alarms").document == []
    with django_assert_num_queries(1):  # what is quiet is not read, however much of it there is
        assert alarms(office.now) == []


def test_an_alarm_is_told_to_whoever_may_see_the_case(carrying: Carrying, office: Office) -> None:
    carrying.shelf.leaks.add((Vantage.ANONYMOUS, Operation.WRITE))
    measure = carrying.applied()
    told = office.api(carrying.operator).get("/api/v1/measures/alarms").document
    assert [(alarm["measure"], alarm["why"]) for alarm in told] == [(measure.key, "not-shown-by-probes")]
