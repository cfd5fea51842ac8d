"""The last case's measure, carried out on a stand-in for a store behind Mithaq's own gateway, and lifted.

Everything but the store is what a provider runs: the plan, the worker's errands, the decision service, the
probes. The pretend provider's security service is another service of the same stand-in.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import typer
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from mithaq.cli.story.store import Store, stored
from mithaq.console.service.jobs import setting_from
from mithaq.kernel.clock import clock_from
from mithaq.kernel.errors import StateError
from mithaq.measures.places import TARGETS, Targets, targets_from
from mithaq.measures.server import Keys, Server
from mithaq.measures.targets.gateway.folder import Folder
from mithaq.measures.work import work_one
from mithaq.people.acting import Acting
from mithaq.people.permissions import Permission

Does: TypeAlias = Callable[..., Any]
"""Writes through the API as somebody, or reads: a path, and a body to write."""

_SCHEME: Final = "aws:"
_GOOD: Final = 200


class NotCarriedOut(StateError):
    """A measure of the story did not come to where it should."""

    code = "not-carried-out"


@dataclass(frozen=True, slots=True)
class Measuring:
    """A worker and its target, for one case."""

    store: Store
    worker: Acting
    targets: Targets
    at: str
    """Where the API has the case's measures."""

    def plan(self, reviewer: Does, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
        """Have a plan made, and show it; raises NotCarriedOut."""
        errand = self._done(reviewer, reviewer(f"{self.at}/plans", dict(wanted)))
        made: Mapping[str, Any] = reviewer(f"{self.at}/plans/{errand['plan']}")
        content = made["content"]
        for sign, name in (("-", "cut"), ("=", "stays"), ("!", "gaps")):
            for line in content[name]:
                typer.echo(f"     {sign} {line['en']} · {line['ar']}", err=True)
        return made

    def apply(self, operator: Does, plan: str, decision: str) -> str:
        """Have a plan applied, and show what probes find; gives the measure. Raises NotCarriedOut."""
        errand = self._done(operator, operator(f"{self.at}/measures", {"plan": plan, "decision": decision}))
        measure = str(errand["measure"])
        self._show(operator, measure, "in-force")
        return measure

    def lift(self, operator: Does, measure: str) -> None:
        """Have a measure lifted, and show what probes find then; raises NotCarriedOut."""
        self._done(operator, operator(f"{self.at}/measures/{measure}/lift", {}))
        self._show(operator, measure, "lifted")

    def _done(self, somebody: Does, errand: Mapping[str, Any]) -> Mapping[str, Any]:
        while work_one(self.worker, self.targets) is not None:
            pass
        said: Mapping[str, Any] = somebody(f"{self.at}/errands/{errand['errand']}")
        if said["state"] != "done":
            raise NotCarriedOut(f"the errand ended {said['state']}: {said['why']}", hint="See the case.")
        return said

    def _show(self, somebody: Does, measure: str, expected: str) -> None:
        status = somebody(f"{self.at}/measures/{measure}")["status"]
        matrix = somebody(f"{self.at}/measures/{measure}/probes?limit=1")["items"][0]
        for cell in matrix["cells"]:
            spot = cell["spot"]
            good = "✓" if cell["verdict"] == "as-decided" else "✗"
            line = f"{spot['vantage']:<21} {spot['operation']:<10} {cell['seen']:<7} {cell['note']}"
            typer.echo(f"     {good} {line.rstrip()}", err=True)
        security = _security(self.store)
        good = "✓" if security == _GOOD else "✗"
        typer.echo(f"     {good} {'security service':<21} {'threats':<10} open    {security}", err=True)
        counts = ", ".join(f"{count} {name}" for name, count in matrix["counts"].items())
        typer.echo(f"     {status}: {counts}", err=True)
        if status != expected or security != _GOOD:
            raise NotCarriedOut(f"the measure is {status} and not {expected}", hint="See the matrix above.")


@contextmanager
def measuring(home: Path, case: str, subscriptions: Sequence[str]) -> Iterator[Measuring]:
    """Run a store behind a gateway for subscriptions of a case; raises NoStandIn if there is none."""
    folder = Folder(home.parent / "gateway")
    folder.make()
    with stored(folder.root) as store:
        tenants = [each.removeprefix(_SCHEME) for each in subscriptions]
        store.owners(*(("bucket", f"recordings-{number}", each) for number, each in enumerate(tenants)))
        environment = {**os.environ, TARGETS: str(store.targets(home.parent / "targets.toml"))}
        clock = clock_from(os.environ)
        setting = setting_from(environment, home, clock=clock, entropy=secrets.token_bytes)
        yield Measuring(
            store,
            setting.acting(Permission.MEASURE_APPLY),
            targets_from(environment, home, secrets.token_bytes),
            f"/measures/cases/{case}",
        )


def _security(store: Store) -> int:
    """Ask the stand-in's service that looks for threats, which no measure on storage may touch."""
    request = AWSRequest(method="GET", url=f"{store.store}/detector")
    keys = Keys(store.tokens["access_key"], store.tokens["secret_key"])
    SigV4Auth(Credentials(keys.access, keys.secret), "guardduty", "us-east-1").add_auth(request)
    headers = {str(name): str(value) for name, value in request.headers.items()}
    return Server(store.store, "us-east-1").send("GET", str(request.url), headers=headers).status
