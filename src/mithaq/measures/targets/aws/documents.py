"""The texts of service control policies: as few and as short as they go, and held to the service's limits.

AWS Organizations takes at most 5,120 characters a policy, and five policies an account (user guide, quotas).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from mithaq.measures.errors import BadPlan
from mithaq.measures.model import Closed, Cut
from mithaq.measures.targets.aws.table import ACTIONS, KEPT_IN_STORAGE, WHOLE_STORAGE
from mithaq.review.measures import EVERYWHERE
from mithaq.terms.vocabulary import KeptService, RestrictedService

MOST_CHARACTERS: Final = 5_120
MOST_POLICIES: Final = 5
"""Policies attached to one account, those of others among them."""

_FRAME: Final = len('{"Version":"2012-10-17","Statement":[]}')


def policies(cut: Cut, break_glass: Sequence[str]) -> list[str]:
    """Give the texts of the policies that bring about a cut; raises BadPlan for one that is too long."""
    texts: list[list[str]] = [[]]
    for number, statement in enumerate(_statements(cut, break_glass), 1):
        text = json.dumps({"Sid": f"Mithaq{number}", **statement}, separators=(",", ":"))
        if _FRAME + len(text) > MOST_CHARACTERS:
            raise BadPlan(
                f"one refusal alone takes {_FRAME + len(text):,} characters of a service control policy;"
                f" {MOST_CHARACTERS:,} are allowed",
                field="measures",
                hint="Name fewer break-glass principals, or regions.",
            )
        if _FRAME + sum(len(each) + 1 for each in [*texts[-1], text]) - 1 > MOST_CHARACTERS:
            texts.append([])
        texts[-1].append(text)
    return [f'{{"Version":"2012-10-17","Statement":[{",".join(each)}]}}' for each in texts]


def _statements(cut: Cut, break_glass: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Refuse by service; a service whose refusals are the same in several regions takes one statement."""
    for service in sorted({each.service for each in cut.closed}):
        grouped: dict[str, tuple[dict[str, Any], list[str]]] = {}
        for region, closed in _by_region(cut, service).items():
            refused = _refused(closed, cut.keep)
            grouped.setdefault(json.dumps(refused), (refused, []))[1].append(region)
        for refused, regions in grouped.values():
            condition: dict[str, Any] = {"ArnNotLike": {"aws:PrincipalArn": list(break_glass)}}
            if EVERYWHERE not in regions:
                condition["StringEquals"] = {"aws:RequestedRegion": regions}
            yield {"Effect": "Deny", **refused, "Condition": condition}


def _by_region(cut: Cut, service: RestrictedService) -> Mapping[str, list[Closed]]:
    found: dict[str, list[Closed]] = {}
    for each in cut.closed:
        if each.service is service:
            found.setdefault(each.region, []).append(each)
    return found


def _refused(closed: Sequence[Closed], keep: Sequence[KeptService]) -> dict[str, Any]:
    """Refuse the actions of operations, or, where all of storage is closed, all but what must go on."""
    operations = {each.operation for each in closed}
    if closed[0].service is RestrictedService.STORAGE and operations == WHOLE_STORAGE:
        kept = sorted({action for each in (None, *keep) for action in KEPT_IN_STORAGE[each]})
        return {"NotAction": kept, "Resource": ["arn:aws:s3:::*"]}
    actions = sorted({action for each in closed for action in ACTIONS[each.service, each.operation]})
    return {"Action": actions, "Resource": "*"}
