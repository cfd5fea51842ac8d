"""Policies of a tenant in Cedar: what a cut becomes, and what any policy must be to be taken.

A tenant's set begins by permitting everything; a policy of a measure forbids, and in Cedar whatever forbids
wins. The id of each is the case, which the refusal then names.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

import cedarpy

from mithaq.measures.errors import BadPolicy
from mithaq.measures.model import Operation

SCHEMA_TEXT: Final = """\
entity Tenant;
entity Bucket;
action read, write, delete, list, other appliesTo { principal: Tenant, resource: Bucket };
"""
"""Who asks (the tenant of the access key, or `Tenant::""` for nobody's), what for, and for which bucket."""

BASE: Final = "permit (principal, action, resource);\n"
SCHEMA: Final = cedarpy.Schema.from_str(SCHEMA_TEXT)
NO_ENTITIES: Final = cedarpy.Entities.from_json_str("[]")


def refusing(case: str, operations: Iterable[Operation], only: Iterable[str]) -> str:
    """Write the policy of a cut; without names in `only` it speaks of every bucket."""
    actions = ", ".join(f"Action::{_quoted(each.value)}" for each in operations)
    places = [f"resource == Bucket::{_quoted(each)}" for each in sorted(only)] or ["resource"]
    return "".join(
        f"@id({_quoted(case)})\nforbid (principal, action in [{actions}], {place});\n" for place in places
    )


def _quoted(text: str) -> str:
    """Write a string as Cedar reads it, whose escapes are those of JSON but for characters by number."""
    return json.dumps(text, ensure_ascii=False)


def checked(texts: Iterable[str]) -> cedarpy.PolicySet:
    """Compile a tenant's policies; raises BadPolicy for what is no Cedar or does not fit the schema."""
    whole = BASE + "\n".join(texts)
    try:
        found = cedarpy.validate_policies(whole, SCHEMA, release_gil=True)
        if not found.validation_passed:
            raise BadPolicy(
                f"a policy does not fit the schema: {'; '.join(map(str, found.errors))[:300]}",
                hint="It may speak of Tenant, Bucket and the actions read, write, delete, list, other.",
            )
        return cedarpy.PolicySet.from_str(whole, release_gil=True)
    except ValueError as error:
        raise BadPolicy(f"a policy is no Cedar: {error}", hint="See docs/measures.md.") from error
