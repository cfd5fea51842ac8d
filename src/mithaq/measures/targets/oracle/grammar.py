"""The part of Oracle's statements that Mithaq writes: quotas that take away, and refusals.

Oracle offers nothing that reads them offline, so each statement that leaves is read back by this grammar:

    zero compute-core quotas in compartment Customers:Harbour where request.region = 'eu-frankfurt-1'
    deny any-user to manage objects in compartment id ocid1.compartment.oc1..aa where all {…}

where the braces hold comparisons, separated by commas: `request.permission = 'OBJECT_CREATE'`. Sources: the
quota policy syntax, the policy syntax and deny policies in Oracle's documentation.
"""

from __future__ import annotations

import re
from typing import Final

from mithaq.measures.errors import BadPlan

OCID: Final = r"ocid1\.[a-z]+\.oc[0-9]+\.[a-z0-9-]*\.[a-z0-9]{2,100}"
PLACE: Final = r"[A-Za-z0-9_.-]{1,100}(?::[A-Za-z0-9_.-]{1,100}){0,5}"
_COMPARISON: Final = (
    rf"(?:request\.permission = '[A-Z_]+'|request\.region = '[a-z0-9-]+'|request\.groups\.id != '{OCID}')"
)
_QUOTA: Final = re.compile(
    rf"zero [a-z][a-z-]+ quotas in compartment {PLACE}(?: where request\.region = '[a-z0-9-]+')?"
)
_DENY: Final = re.compile(
    rf"deny any-user to manage [a-z][a-z-]+ in compartment id {OCID}"
    rf" where all \{{{_COMPARISON}(?:, {_COMPARISON})*\}}"
)


def checked(statement: str) -> str:
    """Give a statement back if the grammar reads it; raises BadPlan."""
    if not (_QUOTA.fullmatch(statement) or _DENY.fullmatch(statement)):
        raise BadPlan(
            "a statement for Oracle Cloud would not be readable",
            field="measures",
            hint="Do the names of the compartment and the break-glass group hold anything unusual?",
        )
    return statement
