"""The story's last case: from the allegation to an approved decision, through the API of a running server."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import typer

from mithaq.cli.client import Client, RefusedByConsole
from mithaq.cli.story import words
from mithaq.cli.story.cast import Cast
from mithaq.cli.story.desk import STOP_WRITES, StoryDesk
from mithaq.kernel.clock import format_instant
from mithaq.kernel.errors import StateError
from mithaq.ledger.publication import publication_from
from mithaq.review.content import document
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
def served(home: Path) -> Iterator[str]:
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


def carry(home: Path, desk: StoryDesk) -> dict[str, Any]:
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
        _tell("reviewer", "finds, and proposes a decision", "يصل إلى نتيجة ويقترح قرارًا")
        finding = {"clause": "T5", "outcome": "violated", "reasons": "The review's report indicates T5."}
        team["reviewer"].does(f"{at}/findings", finding)
        content = document(desk.content(case, "T5", words.MASS_RECORDINGS, [STOP_WRITES]))
        named = ("case", "appeal")  # the address and an appeal's ruling name these
        body = {name: value for name, value in content.items() if name not in named}
        proposed = team["reviewer"].does(f"{at}/decisions", body)
        decision = f"{at}/decisions/{proposed['decision']}"
        _tell("approver", f"approves {proposed['digest'][:23]}…", "يوافق على هذا المحتوى بعينه")
        team["approver"].does(f"{decision}/approve", {"digest": proposed["digest"]})
        _tell("operator", "issues the reasons in both languages", "يصدر الأسباب باللغتين")
        reasons = team["operator"].does(f"{decision}/reasons", {})
        team["operator"].does(f"{decision}/may-apply")
        acts = len(team["reviewer"].does(f"{at}/timeline?limit=200")["items"])
    return {
        "case": case,
        "decision": proposed["decision"],
        "acts": acts,
        "reasons": reasons,
        **published(home, cast),
    }


def published(home: Path, cast: Cast) -> dict[str, str]:
    """Sign what is new, and give where the ledger and its public key lie."""
    publication = publication_from(os.environ, home, clock=cast.clock, entropy=secrets.token_bytes)
    publication.publish()
    return {"ledger": str(publication.folder), "key": str(publication.publisher.places.public_key)}


def _tell(role: str, english: str, arabic: str) -> None:
    typer.echo(f"   {role}: {english} · {arabic}", err=True)
