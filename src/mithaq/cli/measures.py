"""What `plan`, `apply`, `probe` and `lift` share: the API as whoever asks, and waiting for the worker."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any, Final

import typer

from mithaq.cli.client import Client, client_from
from mithaq.cli.output import print_document, stderr_console
from mithaq.kernel.errors import StateError

CASE_HELP: Final = "The case (c_…)."
MEASURE_HELP: Final = "The measure (m_…)."
WAIT_HELP: Final = "Seconds to wait for the worker; 0 only asks."
WAIT: Final = 120

_PAUSE: Final = 0.5


class NotDone(StateError):
    """What was asked for has not come to its end, or not to the one that was asked for."""

    code = "not-done"


def console() -> Client:
    """Give the API that the environment names; raises NoConsole."""
    return client_from(os.environ)


def carried_out(client: Client, case: str, errand: Mapping[str, Any], wait: int) -> dict[str, Any]:
    """Wait until the worker has carried out an errand; gives it as it then stands. Raises NotDone."""
    said = dict(errand)
    end = time.monotonic() + wait
    with stderr_console().status("the worker is at it") as shown:
        while wait and said["state"] == "waiting":
            if time.monotonic() > end:
                raise NotDone(
                    f"the errand {said['errand']} still waits after {wait} s",
                    hint="Is `mithaq worker` running with MITHAQ_TARGETS? Ask again later.",
                )
            if said["attempts"]:
                shown.update("the target does not answer; it is asked again")
            time.sleep(_PAUSE)
            said = client.get(f"/measures/cases/{case}/errands/{said['errand']}")
    if said["state"] in {"failed", "partial"}:
        raise NotDone(
            f"the errand {said['errand']} ended {said['state']}: {said['why']}",
            hint="See the measure's steps; a partial state is finished or rolled back.",
        )
    return said


def print_measure(client: Client, case: str, measure: str, *, as_json: bool) -> None:
    """Print where a measure stands, and its newest matrix."""
    stands = client.get(f"/measures/cases/{case}/measures/{measure}")
    rounds = client.get(f"/measures/cases/{case}/measures/{measure}/probes?limit=1")["items"]
    if as_json:
        print_document({"mithaq": "measure/v1", **stands, "probes": rounds[0] if rounds else None})
    else:
        typer.echo(f"{measure}: {stands['status']}")
        for cell in rounds[0]["cells"] if rounds else ():
            typer.echo(
                f"  {cell['verdict']:<11} {cell['spot']['vantage']:<21} {cell['spot']['protocol']:<6}"
                f" {cell['spot']['operation']:<8} expected {cell['expected']}, seen {cell['seen']}"
                f" ({cell['note']})"
            )
