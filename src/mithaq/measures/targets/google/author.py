"""What is handed over for a project of Google Cloud.

`gcp.restrictServiceUsage` closes the whole interface of a service in a project; an IAM deny policy closes
single permissions. The services that work on content are closed whole, the others permission by permission.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from mithaq.measures.errors import BadPlan, BadTargets
from mithaq.measures.model import Capability, Closed, Cut, Effect
from mithaq.measures.targets.handed.driver import Document, HandedDriver, Orders, handed_target
from mithaq.measures.vault import Vault
from mithaq.review.measures import EVERYWHERE
from mithaq.terms.labels import label
from mithaq.terms.text import COMMAS, LocalisedText
from mithaq.terms.vocabulary import RestrictedOperation, RestrictedService

_S = RestrictedService
_O = RestrictedOperation
_PROJECT: Final = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")
_PRINCIPAL: Final = re.compile(r"(principal|principalSet)://[A-Za-z0-9./_@:-]{3,400}")
_EVERYBODY: Final = "principalSet://goog/public:all"

SERVICES: Final[Mapping[RestrictedService, tuple[str, ...]]] = MappingProxyType(
    {
        _S.SPEECH_TO_TEXT: ("speech.googleapis.com",),
        _S.TRANSLATION: ("translate.googleapis.com",),
        _S.VISION: ("vision.googleapis.com", "videointelligence.googleapis.com"),
        _S.LANGUAGE_MODEL: ("aiplatform.googleapis.com",),
    }
)
"""Services that are closed whole. Face recognition has no interface of its own."""

PERMISSIONS: Final[Mapping[tuple[RestrictedService, RestrictedOperation], tuple[str, ...]]] = (
    MappingProxyType(
        {
            (_S.STORAGE, _O.CREATE): ("storage.googleapis.com/objects.create",),
            (_S.STORAGE, _O.PART): ("storage.googleapis.com/multipartUploads.create",),
            (_S.STORAGE, _O.READ): ("storage.googleapis.com/objects.get",),
            (_S.STORAGE, _O.LIST): ("storage.googleapis.com/objects.list",),
            (_S.COMPUTE, _O.CREATE): (
                "compute.googleapis.com/instances.create",
                "compute.googleapis.com/instances.start",
            ),
            (_S.DATABASE, _O.CREATE): ("cloudsql.googleapis.com/instances.create",),
        }
    )
)

_SLOW: Final = LocalisedText("It takes hold some minutes after it was set.", "يسري أثره بعد دقائق من ضبطه.")
_WHOLE: Final = LocalisedText(
    "Whatever else the service offers in the project is closed with it, its stored results too.",
    "يُغلق معها كلّ ما تتيحه الخدمة في المشروع، ومنه نتائجها المحفوظة.",
)
_GLASS: Final = LocalisedText(
    "The principals that break the glass go on.",
    "يستمرّ عمل المستثنَين لحالات الطوارئ (كسر الزجاج).",
)


@dataclass(frozen=True, slots=True)
class Google:
    """Writes about a project; `break_glass` are the principals that go on whatever is refused."""

    break_glass: tuple[str, ...]
    scheme: str = "gcp:"

    def account_of(self, native: str) -> str:
        """Give the project's id; raises BadPlan."""
        if not _PROJECT.fullmatch(native):
            raise BadPlan("this is no project of Google Cloud", field="subscription", hint="gcp:<project>.")
        return native

    def capability(self, closed: Closed) -> Capability:
        """Give what closing this does; raises BadPlan."""
        if closed.region != EVERYWHERE:
            raise BadPlan("these policies know no regions", field="measures", hint="Write the region as *.")
        said = label(closed.service, "en"), label(closed.service, "ar")
        if closed.operation is _O.INFER and closed.service in SERVICES:
            return Capability(
                operation=closed.operation,
                effect=Effect.CONFIGURED,
                closes=LocalisedText(
                    f"{said[0]}: the whole service, in the whole project.",
                    f"{said[1]}: الخدمة كلّها في المشروع كلّه.",
                ),
                leaves_open=(_SLOW, _WHOLE),
            )
        if (closed.service, closed.operation) not in PERMISSIONS:
            raise BadPlan(
                f"no policy closes {closed.operation} of {closed.service} by itself",
                field="measures",
                hint="Services that work on content are closed whole, by infer.",
            )
        permissions = PERMISSIONS[closed.service, closed.operation]
        named = [comma.join(permissions) for comma in COMMAS.values()]
        return Capability(
            operation=closed.operation,
            effect=Effect.CONFIGURED,
            closes=LocalisedText(
                f"{said[0]}: {named[0]}, for everybody.", f"{said[1]}: {named[1]}، على الجميع."
            ),
            leaves_open=(_SLOW, _GLASS),
        )

    def documents(self, cut: Cut, tag: str) -> tuple[Document, ...]:
        """Write the policies."""
        written = []
        services = sorted({name for each in cut.closed for name in _services(each)})
        if services:
            rules = [{"values": {"deniedValues": services}}]
            usage: dict[str, Any] = {
                "name": f"projects/{cut.account}/policies/gcp.restrictServiceUsage",
                "spec": {"inheritFromParent": True, "rules": rules},
            }
            written.append(Document("restrict-service-usage.json", _WHAT["services"], _text(usage)))
        denied = sorted(
            {name for each in cut.closed for name in PERMISSIONS.get((each.service, each.operation), ())}
        )
        if denied:
            rule = {
                "deniedPrincipals": [_EVERYBODY],
                "exceptionPrincipals": list(self.break_glass),
                "deniedPermissions": denied,
            }
            deny = {"displayName": f"mithaq-{tag}", "rules": [{"denyRule": rule}]}
            written.append(Document("deny-policy.json", _WHAT["deny"], _text(deny)))
        return tuple(written)

    def orders(self, cut: Cut, tag: str) -> Orders:
        """Say what is done with the files, and how it is undone."""
        services = any(_services(each) for each in cut.closed)
        denies = any((each.service, each.operation) in PERMISSIONS for each in cut.closed)
        name = f"mithaq-{tag}"
        make = LocalisedText(
            f"Make the deny policy {name} on the project from deny-policy.json.",
            f"أنشئ سياسة المنع {name} على المشروع من الملف deny-policy.json.",
        )
        remove = LocalisedText(f"Remove the deny policy {name}.", f"أزِل سياسة المنع {name}.")
        return Orders(
            restrict=(*((_SAVE, _SET) if services else ()), *((make,) if denies else ())),
            undo=(*((remove,) if denies else ()), *((_SET_BACK,) if services else ())),
        )


def _services(closed: Closed) -> tuple[str, ...]:
    return SERVICES.get(closed.service, ()) if closed.operation is _O.INFER else ()


def _text(document: Mapping[str, object]) -> str:
    return json.dumps(document, indent=2) + "\n"


_WHAT: Final = {
    "services": LocalisedText(
        "An organization policy is handed over that closes services in the project.",
        "تُسلَّم سياسة مؤسّسية تُغلق خدمات في المشروع.",
    ),
    "deny": LocalisedText(
        "A policy is handed over that denies permissions in the project.",
        "تُسلَّم سياسة تمنع صلاحيات في المشروع.",
    ),
}
_SAVE: Final = LocalisedText(
    "Keep the project's own gcp.restrictServiceUsage policy as it is, if it has one, in a file. If it denies"
    " services, add them to restrict-service-usage.json; if it allows a list, stop and plan anew.",
    "احفظ في ملف سياسة المشروع gcp.restrictServiceUsage كما هي إن وُجدت. فإن كانت تمنع خدمات فأضِفها إلى الملف"
    " restrict-service-usage.json، وإن كانت تسمح بقائمة فتوقّف واطلب خطّة جديدة.",
)
_SET: Final = LocalisedText(
    "Set the policy from restrict-service-usage.json.", "اضبط السياسة من الملف restrict-service-usage.json."
)
_SET_BACK: Final = LocalisedText(
    "Set gcp.restrictServiceUsage as it was kept, or reset it if the project had none.",
    "أعِد السياسة gcp.restrictServiceUsage كما حُفظت، أو أزِلها إن لم تكن للمشروع سياسة.",
)


def google_target(table: Mapping[str, Any], vault: Vault) -> HandedDriver:
    """Make a driver of its table in the targets' file; raises BadTargets."""
    del vault  # nothing is made that would need a secret
    principals = table.get("break_glass")
    usable = isinstance(principals, list) and all(_PRINCIPAL.fullmatch(str(each)) for each in principals)
    if not principals or not usable:
        raise BadTargets(
            "no principal is named that goes on whatever is refused",
            field="break_glass",
            hint='Such as ["principalSet://goog/group/break-glass@provider.example"].',
        )
    return handed_target(table, Google(tuple(str(each) for each in principals)))
