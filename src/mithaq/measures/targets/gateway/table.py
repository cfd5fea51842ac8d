"""What each operation's cut does at a gateway, and the words for every step."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mithaq.measures.model import Capability, Effect, Operation
from mithaq.terms.text import LocalisedText

_AROUND: Final = LocalisedText(
    "Whoever reaches the store otherwise than through the gateway meets no refusal.",
    "من يصل إلى المخزن من غير طريق البوّابة لا يُرفض طلبه.",
)
_UNLISTED: Final = LocalisedText(
    "A bucket that the provider's table does not name yet is closed to the customer's own keys only: others,"
    " temporary keys and uploads by form reach it until the table names it.",
    "الحاوية التي لم ترد بعدُ في جدول المزوّد لا تُغلق إلا أمام مفاتيح العميل نفسها، فيصل إليها غيره"
    " والمفاتيحُ المؤقّتة والرفعُ بالاستمارات إلى أن يُدرجها الجدول.",
)
_SWIFT: Final = LocalisedText(
    "Requests by Swift are refused by the same rule where their path names the account; no probe shows it.",
    "تُرفض طلبات Swift بالقاعدة نفسها إذا ورد الحساب في مسارها، ولا يُظهر ذلك أيّ فحص.",
)
_UNDER_WAY: Final = LocalisedText(
    "A transfer that is under way when the measure begins goes on to its end.",
    "ما كان جاريًا من نقل عند بدء التدبير يستمرّ إلى نهايته.",
)


def _row(operation: Operation, english: str, arabic: str) -> Capability:
    return Capability(
        operation=operation,
        effect=Effect.VERIFIED,
        closes=LocalisedText(english, arabic),
        leaves_open=(_AROUND, _UNLISTED, _SWIFT, _UNDER_WAY),
    )


_ROWS: Final = (
    _row(
        Operation.READ,
        "Reading objects through the gateway, copying them elsewhere too: for everybody in the customer's"
        " buckets.",
        "قراءة الكائنات عبر البوّابة، ومنها نسخها إلى موضع آخر: على الجميع في حاويات العميل.",
    ),
    _row(
        Operation.WRITE,
        "Storing objects through the gateway: for everybody in the customer's buckets.",
        "تخزين الكائنات عبر البوّابة: على الجميع في حاويات العميل.",
    ),
    _row(
        Operation.DELETE,
        "Deleting objects through the gateway: for everybody in the customer's buckets.",
        "حذف الكائنات عبر البوّابة: على الجميع في حاويات العميل.",
    ),
    _row(
        Operation.LIST,
        "Listing objects through the gateway: for everybody in the customer's buckets.",
        "سرد الكائنات عبر البوّابة: على الجميع في حاويات العميل.",
    ),
)
CAPABILITIES: Final[Mapping[Operation, Capability]] = MappingProxyType(
    {Operation(each.operation): each for each in _ROWS}
)

WHAT: Final[Mapping[str, LocalisedText]] = MappingProxyType(
    {
        "policy": LocalisedText(
            "A policy that refuses is added to the tenant's at the gateway; their others stay as they are.",
            "تُضاف إلى سياسات المستأجر في البوّابة سياسة رافضة، وتبقى سياساته الأخرى كما هي.",
        ),
        "probe-bucket": LocalisedText(
            "A bucket for probes is made in Mithaq's own account; it is removed after the lifting.",
            "تُنشأ حاوية للفحوص في حساب ميثاق نفسه، وتُزال بعد رفع التدبير.",
        ),
        "probe-owners": LocalisedText(
            "The gateway counts the buckets for probes as the customer's; it ceases to after the lifting.",
            "تَعدّ البوّابة حاويات الفحوص من حاويات العميل، وتكفّ عن ذلك بعد رفع التدبير.",
        ),
    }
)
"""What a step does, by the kind of its setting."""
