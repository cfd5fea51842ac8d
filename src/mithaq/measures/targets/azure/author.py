"""What is handed over for an Azure subscription.

A policy with the effect `deny` refuses to make resources; what is there goes on (only *non-compliant*). What
lies in storage accounts is closed by their own switches, which know no operations: so either only the making
of accounts is refused, or, where all of storage is closed, the switches are set too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from mithaq.measures.errors import BadPlan
from mithaq.measures.model import Capability, Closed, Cut, Effect
from mithaq.measures.targets.handed.driver import Document, HandedDriver, Orders, handed_target
from mithaq.measures.vault import Vault
from mithaq.review.measures import EVERYWHERE
from mithaq.terms.labels import label
from mithaq.terms.text import LocalisedText
from mithaq.terms.vocabulary import RestrictedOperation, RestrictedService

_S = RestrictedService
_O = RestrictedOperation
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_AI: Final = "Microsoft.CognitiveServices/accounts"

TYPES: Final[Mapping[RestrictedService, tuple[str, ...]]] = MappingProxyType(
    {
        _S.STORAGE: ("Microsoft.Storage/storageAccounts",),
        _S.COMPUTE: ("Microsoft.Compute/virtualMachines", "Microsoft.Compute/virtualMachineScaleSets"),
        _S.DATABASE: (
            "Microsoft.DBforMySQL/flexibleServers",
            "Microsoft.DBforPostgreSQL/flexibleServers",
            "Microsoft.DocumentDB/databaseAccounts",
            "Microsoft.Sql/servers/databases",
        ),
    }
)
KINDS: Final[Mapping[RestrictedService, tuple[str, ...]]] = MappingProxyType(
    {
        _S.SPEECH_TO_TEXT: ("SpeechServices",),
        _S.TRANSLATION: ("TextTranslation",),
        _S.VISION: ("ComputerVision", "CustomVision.Prediction", "CustomVision.Training"),
        _S.FACE_RECOGNITION: ("Face",),
        _S.LANGUAGE_MODEL: ("OpenAI",),
    }
)
"""Kinds of account of the services that work on content; one that serves several of them is not closed."""

_WHOLE: Final = frozenset({_O.CREATE, _O.PART, _O.READ, _O.LIST})
SWITCHES: Final[Mapping[str, object]] = MappingProxyType(
    {"allowBlobPublicAccess": False, "allowSharedKeyAccess": False, "publicNetworkAccess": "Disabled"}
)

_EXISTING: Final = LocalisedText(
    "What was made before goes on: a policy refuses only what would be made or changed anew.",
    "يستمرّ ما أُنشئ قبل ذلك: فالسياسة لا ترفض إلا ما يُنشأ أو يُعدَّل من جديد.",
)
_SEVERAL: Final = LocalisedText(
    "Accounts that serve several such services at once are not refused.",
    "لا تُرفض الحسابات التي تخدم عدّة خدمات من هذا النوع معًا.",
)
_PRIVATE: Final = LocalisedText(
    "Through private endpoints, members of the customer's directory with a role on the data still reach the"
    " storage; deleting goes that way.",
    "يبقى التخزين متاحًا عبر نقاط النهاية الخاصّة لأعضاء دليل العميل ممّن لهم دور على البيانات،"
    " ومن هناك يتمّ الحذف.",
)


@dataclass(frozen=True, slots=True)
class Azure:
    """Writes about a subscription, a GUID."""

    scheme: str = "azure:"

    def account_of(self, native: str) -> str:
        """Give the subscription's GUID; raises BadPlan."""
        if not _ID.fullmatch(native):
            raise BadPlan("this is no subscription of Azure", field="subscription", hint="azure:<guid>.")
        return native

    def capability(self, closed: Closed) -> Capability:
        """Give what closing this does; raises BadPlan."""
        storage = closed.service is _S.STORAGE
        makes = closed.operation is _O.CREATE or (closed.operation is _O.INFER and closed.service in KINDS)
        if not storage and not makes:
            raise BadPlan(
                f"no policy closes {closed.operation} of {closed.service}",
                field="measures",
                hint="A policy refuses only that something is made.",
            )
        if storage and closed.operation is not _O.CREATE:
            return Capability(
                operation=closed.operation,
                effect=Effect.CONFIGURED,
                closes=LocalisedText(
                    "Storage accounts are closed to public networks, keys and signatures.",
                    "تُغلق حسابات التخزين أمام الشبكات العامّة والمفاتيح والتوقيعات.",
                ),
                leaves_open=(_PRIVATE,),
            )
        gaps = (_EXISTING, _SEVERAL) if closed.service in KINDS else (_EXISTING,)
        return Capability(
            operation=closed.operation,
            effect=Effect.NEW_ONLY,
            closes=LocalisedText(
                f"{label(closed.service, 'en')}: new resources are refused.",
                f"{label(closed.service, 'ar')}: تُرفض الموارد الجديدة.",
            ),
            leaves_open=gaps,
        )

    def documents(self, cut: Cut, tag: str) -> tuple[Document, ...]:
        """Write the policy, its assignment and, for all of storage, the switches; raises BadPlan."""
        scope = f"/subscriptions/{cut.account}"
        name = f"mithaq-{tag}"
        definition = {
            "properties": {
                "displayName": name,
                "policyType": "Custom",
                "mode": "All",
                "policyRule": {"if": {"anyOf": _conditions(cut)}, "then": {"effect": "deny"}},
            }
        }
        assignment = {
            "properties": {
                "displayName": name,
                "policyDefinitionId": f"{scope}/providers/Microsoft.Authorization/policyDefinitions/{name}",
                "scope": scope,
                "enforcementMode": "Default",
            }
        }
        written = [
            Document("policy-definition.json", _WHAT["definition"], _text(definition)),
            Document("policy-assignment.json", _WHAT["assignment"], _text(assignment)),
        ]
        if _closes_all_storage(cut):
            switches = {"properties": dict(SWITCHES)}
            written.append(Document("storage-switches.json", _WHAT["switches"], _text(switches)))
        return tuple(written)

    def orders(self, cut: Cut, tag: str) -> Orders:
        """Say what is done with the files, and how it is undone."""
        name = f"mithaq-{tag}"
        switches = _closes_all_storage(cut)
        return Orders(
            restrict=(*((_SAVE, _SWITCH) if switches else ()), *_assign(name)),
            undo=(*_unassign(name), *((_SWITCH_BACK,) if switches else ())),
        )


def _closes_all_storage(cut: Cut) -> bool:
    """Say whether the switches are set; raises BadPlan for operations that they cannot tell apart."""
    named = {each.operation for each in cut.closed if each.service is _S.STORAGE}
    if named <= {_O.CREATE}:
        return False
    if named != _WHOLE or any(each.region != EVERYWHERE for each in cut.closed if each.service is _S.STORAGE):
        raise BadPlan(
            "the switches of a storage account close everything in it at once",
            field="measures",
            hint="Name create alone, which refuses new accounts, or create, part, read and list everywhere.",
        )
    return True


def _conditions(cut: Cut) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for each in cut.closed:
        parts: list[dict[str, Any]] = []
        if each.service in TYPES:
            parts.append({"field": "type", "in": list(TYPES[each.service])})
        else:
            parts += [
                {"field": "type", "equals": _AI},
                {"field": "kind", "in": list(KINDS[each.service])},
            ]
        if each.region != EVERYWHERE:
            parts.append({"field": "location", "equals": each.region})
        condition = {"allOf": parts}
        found[json.dumps(condition)] = condition
    return list(found.values())


def _text(document: Mapping[str, object]) -> str:
    return json.dumps(document, indent=2) + "\n"


_WHAT: Final = {
    "definition": LocalisedText(
        "A policy is handed over that refuses new resources of the services named.",
        "تُسلَّم سياسة ترفض الموارد الجديدة للخدمات المسمّاة.",
    ),
    "assignment": LocalisedText(
        "The assignment of the policy to the subscription is handed over.",
        "يُسلَّم إسناد السياسة إلى الاشتراك.",
    ),
    "switches": LocalisedText(
        "The switches of every storage account are handed over; nothing that is stored is touched.",
        "تُسلَّم مفاتيح ضبط كلّ حساب تخزين، ولا يُمسّ ما هو مخزَّن.",
    ),
}
_SAVE: Final = LocalisedText(
    "Of each storage account, write down publicNetworkAccess, allowSharedKeyAccess and allowBlobPublicAccess"
    " as they are, and keep that file: it is what undoes the next step.",
    "دوِّن لكلّ حساب تخزين قيم publicNetworkAccess وallowSharedKeyAccess وallowBlobPublicAccess كما هي، واحتفظ"
    " بالملف: فبه تُلغى الخطوة التالية.",
)
_SWITCH: Final = LocalisedText(
    "Update each storage account with storage-switches.json.",
    "حدِّث كلّ حساب تخزين بالملف storage-switches.json.",
)
_SWITCH_BACK: Final = LocalisedText(
    "Update each storage account with the values that were written down before.",
    "أعِد كلّ حساب تخزين إلى القيم التي دُوِّنت من قبل.",
)


def _assign(name: str) -> tuple[LocalisedText, ...]:
    return (
        LocalisedText(
            f"Make the policy {name} from policy-definition.json.",
            f"أنشئ السياسة {name} من الملف policy-definition.json.",
        ),
        LocalisedText(
            f"Assign it as {name} by policy-assignment.json.",
            f"أسنِدها باسم {name} بالملف policy-assignment.json.",
        ),
    )


def _unassign(name: str) -> tuple[LocalisedText, ...]:
    return (
        LocalisedText(f"Remove the assignment {name}.", f"أزِل الإسناد {name}."),
        LocalisedText(f"Remove the policy {name}.", f"أزِل السياسة {name}."),
    )


def azure_target(table: Mapping[str, Any], vault: Vault) -> HandedDriver:
    """Make a driver of its table in the targets' file; raises BadTargets."""
    del vault  # nothing is made that would need a secret
    return handed_target(table, Azure())
