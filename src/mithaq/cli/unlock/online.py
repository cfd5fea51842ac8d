"""What the commands that ask the API themselves share: the private half is used here and never sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import quote

import msgspec
import typer

from mithaq.cli.client import Client, Unreachable
from mithaq.cli.output import print_document, stderr_console
from mithaq.cli.unlock.documents import Asked, Halves, Result
from mithaq.kernel.errors import UsageError

REQUEST_HELP: Final = "The request: u_ and 26 characters."
YES_HELP: Final = "Do not ask: you have read what is to be opened, in which case, and why."

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Unlocking:
    """The two-person unlock of a console, as the person whose token the client has."""

    client: Client

    def ask(self, case: str, pseudonym: str, reason: str) -> Asked:
        """Ask for a pseudonym; raises RefusedByConsole, Unreachable, as all of these."""
        body = {"case": case, "pseudonym": pseudonym, "reason": reason}
        return _read(self.client.post("/unlock/requests", body), Asked)

    def asked(self, request: str) -> Asked:
        """Give a request as it stands."""
        return _read(self.client.get(_of(request)), Asked)

    def halves(self, epoch: int) -> Halves:
        """Give one's own halves, sealed to one's personal key."""
        return _read(self.client.get(f"/unlock/splits/{epoch}/halves"), Halves)

    def approve(self, request: str, halves: dict[str, str]) -> Asked:
        """Hand in one's halves, sealed to the request."""
        return _read(self.client.post(_of(request, "approve"), {"halves": halves}), Asked)

    def open(self, request: str, half: str) -> Asked:
        """Open with one's half for the pair with the first approver."""
        return _read(self.client.post(_of(request, "open"), {"half": half}), Asked)

    def result(self, request: str) -> Result:
        """Fetch what was found, sealed to one's personal key."""
        return _read(self.client.post(_of(request, "result")), Result)


def be_sure(asked: Asked, what: str, *, yes: bool, as_json: bool) -> None:
    """Show a request to whoever is about to have a part in it, and ask; raises UsageError, Abort."""
    told = stderr_console()
    told.print(f"{asked.pseudonym}, in case {asked.case}, asked for by {asked.proposed_by}", markup=False)
    told.print(asked.reason, markup=False)
    if yes:
        return
    if as_json:
        raise UsageError("with --json nobody can be asked", hint="Read the request, and add --yes.")
    typer.confirm(what, abort=True, err=True)


def tell(asked: Asked, *, as_json: bool) -> None:
    """Say where a request stands."""
    if as_json:
        print_document(
            {
                "mithaq": "unlock-request/v1",
                "request": asked.request,
                "case": asked.case,
                "pseudonym": asked.pseudonym,
                "state": asked.state,
                "approved_by": asked.approved_by,
            }
        )
    else:
        typer.echo(f"{asked.request}: {asked.state}")


def _of(request: str, act: str = "") -> str:
    return f"/unlock/requests/{quote(request, safe='')}" + (f"/{act}" if act else "")


def _read(answer: Any, kind: type[_T]) -> _T:  # noqa: ANN401  # any JSON
    try:
        return msgspec.convert(answer, kind)
    except msgspec.ValidationError as error:
        raise Unreachable(
            f"the console does not answer as it should: {error}",
            hint="Are it and this command of one version?",
        ) from error
