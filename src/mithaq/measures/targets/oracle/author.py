"""What is handed over for a compartment of Oracle Cloud.

A quota of zero refuses new resources only. A deny statement refuses permissions, of everybody but one group
and the tenancy's default administrators, in a tenancy whose owner has switched deny policies on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from mithaq.measures.errors import BadPlan, BadTargets
from mithaq.measures.model import Capability, Closed, Cut, Effect
from mithaq.measures.targets.handed.driver import Document, HandedDriver, Orders, handed_target
from mithaq.measures.targets.oracle.grammar import OCID, PLACE, checked
from mithaq.measures.vault import Vault
from mithaq.review.measures import EVERYWHERE
from mithaq.terms.labels import label
from mithaq.terms.text import COMMAS, LocalisedText
from mithaq.terms.vocabulary import RestrictedOperation, RestrictedService

_S = RestrictedService
_O = RestrictedOperation

PERMISSIONS: Final[Mapping[RestrictedOperation, tuple[str, ...]]] = MappingProxyType(
    {
        _O.CREATE: ("OBJECT_CREATE", "OBJECT_OVERWRITE"),
        # Parts are put under the permissions of whole objects.
        _O.PART: ("OBJECT_CREATE", "OBJECT_OVERWRITE"),
        _O.READ: ("OBJECT_READ",),
        _O.LIST: ("OBJECT_INSPECT",),
    }
)
"""Permissions on objects, by operation; deleting is in none."""

FAMILIES: Final[Mapping[RestrictedService, str]] = MappingProxyType(
    {_S.COMPUTE: "compute-core", _S.DATABASE: "database"}
)
"""Families whose quota is set to zero."""

_NEW: Final = LocalisedText(
    "What was made before goes on: a quota refuses only what would be made anew.",
    "يستمرّ ما أُنشئ قبل ذلك: فالحصّة لا ترفض إلا ما يُنشأ من جديد.",
)
_LINKS: Final = LocalisedText(
    "Links that were signed beforehand may go on; the default administrators and the break-glass group do.",
    "قد تظلّ الروابط المسبقة صالحة؛ ويستمرّ عمل المديرين الافتراضيين ومجموعة الطوارئ.",
)
_OPT_IN: Final = LocalisedText(
    "It binds only in a tenancy in which deny policies are switched on.",
    "لا يسري إلا في مستأجر فُعِّلت فيه سياسات المنع.",
)


@dataclass(frozen=True, slots=True)
class Oracle:
    """Writes about a compartment; quotas name it by its path, which the targets' file gives for each id."""

    compartments: Mapping[str, str]
    break_glass: str
    scheme: str = "oci:"

    def account_of(self, native: str) -> str:
        """Give the compartment's id; raises BadPlan for one whose path is not known."""
        if native not in self.compartments:
            raise BadPlan(
                "the path of this compartment is not known",
                field="subscription",
                hint="Name it under compartments in the targets' file.",
            )
        return native

    def capability(self, closed: Closed) -> Capability:
        """Give what closing this does; raises BadPlan."""
        said = label(closed.service, "en"), label(closed.service, "ar")
        if closed.service is _S.STORAGE and closed.operation in PERMISSIONS:
            named = [comma.join(PERMISSIONS[closed.operation]) for comma in COMMAS.values()]
            return Capability(
                operation=closed.operation,
                effect=Effect.CONFIGURED,
                closes=LocalisedText(
                    f"{said[0]}: {named[0]}, for everybody.", f"{said[1]}: {named[1]}، على الجميع."
                ),
                leaves_open=(_OPT_IN, _LINKS),
            )
        if closed.service in FAMILIES and closed.operation is _O.CREATE:
            return Capability(
                operation=closed.operation,
                effect=Effect.NEW_ONLY,
                closes=LocalisedText(
                    f"{said[0]}: new resources are refused.", f"{said[1]}: تُرفض الموارد الجديدة."
                ),
                leaves_open=(_NEW,),
            )
        raise BadPlan(
            f"no statement closes {closed.operation} of {closed.service}",
            field="measures",
            hint="Storage is closed by operation; of compute and databases, that new ones are made.",
        )

    def documents(self, cut: Cut, tag: str) -> tuple[Document, ...]:
        """Write the statements; raises BadPlan."""
        del tag  # names stand in the orders
        quotas, denials = sorted(self._quotas(cut)), sorted(self._denials(cut))
        written = []
        if quotas:
            written.append(Document("quota.txt", _WHAT["quota"], "".join(f"{each}\n" for each in quotas)))
        if denials:
            written.append(Document("deny.txt", _WHAT["deny"], "".join(f"{each}\n" for each in denials)))
        return tuple(written)

    def orders(self, cut: Cut, tag: str) -> Orders:
        """Say what is done with the files, and how it is undone."""
        name = f"mithaq-{tag}"
        kinds = [
            (any(each.service in FAMILIES for each in cut.closed), "quota.txt", "quota", "الحصص"),
            (any(each.service is _S.STORAGE for each in cut.closed), "deny.txt", "policy", "المنع"),
        ]
        used = [each for each in kinds if each[0]]
        return Orders(
            restrict=tuple(
                LocalisedText(
                    f"Make the {kind} {name} in the root compartment from {file}.",
                    f"أنشئ سياسة {arabic} {name} في الحجرة الجذرية من الملف {file}.",
                )
                for _used, file, kind, arabic in used
            ),
            undo=tuple(
                LocalisedText(f"Remove the {kind} {name}.", f"أزِل سياسة {arabic} {name}.")
                for _used, _file, kind, arabic in reversed(used)
            ),
        )

    def _quotas(self, cut: Cut) -> Iterator[str]:
        for each in cut.closed:
            if each.service in FAMILIES:
                where = "" if each.region == EVERYWHERE else f" where request.region = '{each.region}'"
                place = self.compartments[cut.account]
                yield checked(f"zero {FAMILIES[each.service]} quotas in compartment {place}{where}")

    def _denials(self, cut: Cut) -> Iterator[str]:
        for permission, region in dict.fromkeys(
            (permission, each.region)
            for each in cut.closed
            if each.service is _S.STORAGE
            for permission in PERMISSIONS[each.operation]
        ):
            asked = [f"request.permission = '{permission}'", f"request.groups.id != '{self.break_glass}'"]
            if region != EVERYWHERE:
                asked.append(f"request.region = '{region}'")
            yield checked(
                f"deny any-user to manage objects in compartment id {cut.account}"
                f" where all {{{', '.join(asked)}}}"
            )


_WHAT: Final = {
    "quota": LocalisedText(
        "Quotas of zero are handed over for the compartment; nothing that is there is touched.",
        "تُسلَّم حصص صفرية للحجرة، ولا يُمسّ ما هو قائم.",
    ),
    "deny": LocalisedText(
        "Statements are handed over that deny permissions in the compartment.",
        "تُسلَّم عبارات تمنع صلاحيات في الحجرة.",
    ),
}


def oracle_target(table: Mapping[str, Any], vault: Vault) -> HandedDriver:
    """Make a driver of its table in the targets' file; raises BadTargets."""
    del vault  # nothing is made that would need a secret
    named = table.get("compartments")
    usable = isinstance(named, dict) and all(
        re.fullmatch(OCID, ocid) and re.fullmatch(PLACE, str(path)) for ocid, path in named.items()
    )
    if not named or not usable:
        raise BadTargets(
            "the compartments are not named", field="compartments", hint='"ocid1…" = "Customers:Harbour".'
        )
    glass = str(table.get("break_glass", ""))
    if not re.fullmatch(OCID, glass):
        raise BadTargets(
            "no group is named that goes on whatever is refused",
            field="break_glass",
            hint="The ocid of a group.",
        )
    return handed_target(table, Oracle({ocid: str(path) for ocid, path in named.items()}, glass))
