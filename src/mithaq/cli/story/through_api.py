"""The story's last case: from the allegation to an approved decision, through the API of a running server."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path as FilePath
from typing import Any, Final

import typer

from mithaq.cli.client import Client, RefusedByConsole
from mithaq.cli.story import words
from mithaq.cli.story.cast import Cast
from mithaq.cli.story.desk import STOP_WRITES, StoryDesk
from mithaq.cli.story.measured import Measuring, measuring
from mithaq.cli.story.store import installed
from mithaq.kernel.clock import format_instant
from mithaq.kernel.errors import StateError
from mithaq.ledger.publication import publication_from
from mithaq.review.content import document
from mithaq.review.measures import Content, DecisionKind, Path
from mithaq.terms import load_allegation

_MITHAQ: Final = "from mithaq.cli import main; main()"
_SUBJECT: Final = "harbour-vault"


class StepRefused(StateError):
    """The API refused a step of the demo."""

    code = "step-refused"


class _Person:
    """Somebody with a token."""

    def __init__(self, address: str, token: str, name: str) -> None:
        self._client, self.name = Client(address, token), name

    def does(self, path: str, body: dict[str, Any] | None = None) -> Any:  # noqa: ANN401  # any JSON
        """Write, or with no body read; raises StepRefused."""
        try:
            return self._client.get(path) if body is None else self._client.post(path, body)
        except RefusedByConsole as error:
            raise StepRefused(f"{path} answered {error.status}: {error.message}", hint=error.hint) from error


@contextmanager
def served(home: FilePath) -> Iterator[str]:
    """Run the server on a free port for the time being; gives its address."""
    command = [sys.executable, "-c", _MITHAQ, "serve", "--port", "0", "--home", str(home), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:  # noqa: S603  # our own command
        try:
            lines: list[str] = []
            for line in server.stdout or ():
                lines.append(line.decode())
                if line.startswith(b"}"):
                    break
            if not lines:
                raise StepRefused("the server did not start", hint="Run mithaq serve to see why.")
            yield str(json.loads("".join(lines))["address"]).rstrip("/")
        finally:
            server.terminate()


_TEAM: Final = {
    "authoriser": "salma",
    "reviewer": "rima",
    "approver": "karim",
    "operator": "lina",
}


def carry(home: FilePath, desk: StoryDesk) -> dict[str, Any]:
    """Carry the case to an approved decision with its reasons; gives its id and the ledger's state."""
    cast = desk.cast
    said = load_allegation(desk.provider / f"allegation-{_SUBJECT}.yaml")
    now = cast.clock.now
    tokens = {role: cast.token(key) for role, key in _TEAM.items()}
    with served(home) as address:
        team = {role: _Person(address, token, role) for role, token in tokens.items()}
        _tell("reviewer", "opens the case", "يفتح القضية")
        opened = team["reviewer"].does("/cases", said.document())
        case, subscriptions = opened["case"], [each["subscription"] for each in opened["subjects"]]
        at = f"/review/cases/{case}"
        _tell("authoriser", "authorises the review", "يأذن بالمراجعة")
        bounds = {
            "reviewer": cast.accounts[_TEAM["reviewer"]].pseudonym,
            "subscriptions": subscriptions,
            "clauses": ["T5"],
            "period_from": format_instant(said.start),
            "period_to": format_instant(said.end),
            "deadline": format_instant(now + timedelta(days=14)),
        }
        team["authoriser"].does(f"{at}/authorise", bounds)
        _tell("reviewer", "makes a finding", "يصل إلى نتيجة")
        finding = {"clause": "T5", "outcome": "violated", "reasons": "The review's report indicates T5."}
        team["reviewer"].does(f"{at}/findings", finding)
        content = desk.content(case, "T5", words.MASS_RECORDINGS, [STOP_WRITES])
        with measuring(home, case, subscriptions) if installed() else nullcontext() as carried:
            decision, reasons = _decided(team, at, content, carried)
        acts = len(team["reviewer"].does(f"{at}/timeline?limit=200")["items"])
    return {
        "case": case,
        "decision": decision,
        "acts": acts,
        "reasons": reasons,
        **published(home, cast),
    }


def _decided(
    team: Mapping[str, _Person], at: str, content: Content, carried: Measuring | None
) -> tuple[str, Any]:
    """Have a restriction decided, and where there is a target carried out and lifted again."""
    if carried is None:
        _tell(
            "worker",
            "has no store to restrict: pip install 'moto[s3]' flask-cors",
            "لا مخزن لدى العامل ليقيّده",
        )
        decision, reasons = _approved(team, at, content)
        return decision, reasons
    _tell("worker", "plans on a stand-in for a store (moto)", "يضع العامل خطّة على مخزن بديل للعرض (moto)")
    wanted = {name: document(content)[name] for name in ("measures", "keep")}
    made = carried.plan(team["reviewer"].does, wanted)
    decision, reasons = _approved(team, at, replace(content, plan_digest=made["digest"]))
    _tell("operator", "has the plan applied; probes find:", "يطلب تطبيق الخطّة، وتجد الفحوص:")
    measure = carried.apply(team["operator"].does, made["plan"], decision)
    _tell("reviewer", "asks that the restriction end, for the demo", "يطلب إنهاء التقييد، لأغراض العرض")
    ending = replace(
        content, path=Path.LIFT, previous=decision, kind=DecisionKind.NO_ACTION, measures=(), keep=(),
        proportionality=None,
    )  # fmt: skip
    _approved(team, at, ending)
    _tell("operator", "has it lifted; probes find:", "يطلب رفع التدبير، وتجد الفحوص:")
    carried.lift(team["operator"].does, measure)
    return decision, reasons


def _approved(team: Mapping[str, _Person], at: str, content: Content) -> tuple[str, Any]:
    """Have a decision proposed, approved and its reasons issued; gives it, and the reasons."""
    named = ("case", "appeal")  # the address and an appeal's ruling name these
    body = {name: value for name, value in document(content).items() if name not in named}
    _tell("reviewer", "proposes a decision", "يقترح قرارًا")
    proposed = team["reviewer"].does(f"{at}/decisions", body)
    decision = f"{at}/decisions/{proposed['decision']}"
    _tell("approver", f"approves {proposed['digest'][:23]}…", "يوافق على هذا المحتوى بعينه")
    team["approver"].does(f"{decision}/approve", {"digest": proposed["digest"]})
    _tell("operator", "issues the reasons in both languages", "يصدر الأسباب باللغتين")
    reasons = team["operator"].does(f"{decision}/reasons", {})
    if content.measures:
        team["operator"].does(f"{decision}/may-apply")
    return str(proposed["decision"]), reasons


def published(home: FilePath, cast: Cast) -> dict[str, str]:
    """Sign what is new, and give where the ledger and its public key lie."""
    publication = publication_from(os.environ, home, clock=cast.clock, entropy=secrets.token_bytes)
    publication.publish()
    return {"ledger": str(publication.folder), "key": str(publication.publisher.places.public_key)}


def _tell(role: str, english: str, arabic: str) -> None:
    typer.echo(f"   {role}: {english} · {arabic}", err=True)
