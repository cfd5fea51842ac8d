"""The register and the example allegations of a scenario, in the forms that the contract gives."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

from mithaq.kernel.clock import format_instant
from mithaq.simulation.customers import Customer
from mithaq.simulation.scenario import Scenario, Telling
from mithaq.terms import Claim
from mithaq.terms.claims import claim_document

_COLUMNS = ("customer", "account", "declared_purpose", "home_region", "tier", "contract")


def write_register(made: tuple[Customer, ...], path: Path) -> Path:
    """Write `register.csv`: one row per subscription."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for customer in made:
        spec = customer.spec
        declared = "" if spec.declared is None else spec.declared.value
        for subscription in customer.subscriptions:
            home = customer.tenant.home_region
            writer.writerow((spec.customer, subscription, declared, home, spec.tier, spec.contract))
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def write_allegations(scenario: Scenario, made: tuple[Customer, ...], out: Path) -> tuple[Path, ...]:
    """Write an `allegation-<slug>.yaml` for every customer of whom something is told."""
    paths = []
    for customer in made:
        if customer.spec.telling is not None:
            path = out / f"allegation-{customer.spec.slug}.yaml"
            path.write_text(_allegation(scenario, customer, customer.spec.telling), encoding="utf-8")
            paths.append(path)
    return tuple(paths)


def _allegation(scenario: Scenario, customer: Customer, telling: Telling) -> str:
    """Write one allegation."""
    end = scenario.start + timedelta(days=scenario.days)
    lines = [
        "mithaq: allegation/v1",
        f"received: {format_instant(end + timedelta(hours=9))}",
        f'source: {{kind: {telling.source.value}, reference: "an invented example"}}',
        "subject:",
        *_subject(customer, telling),
        f"period: {{from: {scenario.start:%Y-%m-%d}, to: {end:%Y-%m-%d}}}",
    ]
    if telling.clauses:
        lines.append(f"clauses: [{', '.join(telling.clauses)}]")
    lines.append("claims:")
    for claim in telling.claims:
        lines.extend(_claim(claim))
    return "\n".join(lines) + "\n"


def _subject(customer: Customer, telling: Telling) -> list[str]:
    if telling.by_customer:
        return [f"  customer: {_quoted(customer.spec.customer)}"]
    return ["  subscriptions:", *(f"    - {_quoted(name)}" for name in customer.subscriptions)]


def _claim(claim: Claim) -> list[str]:
    """Write one claim; JSON values are YAML values."""
    fields = [f"{name}: {_quoted(value)}" for name, value in claim_document(claim).items()]
    lines = [f"  - {fields[0]}", *(f"    {entry}" for entry in fields[1:])]
    if claim.text is not None:
        lines += ["    text:", f"      en: {_quoted(claim.text.en)}", f"      ar: {_quoted(claim.text.ar)}"]
    return lines


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
