"""What each operation's cut does on a RADOS Gateway, and the words for every step."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mithaq.measures.model import Capability, Effect, Operation
from mithaq.terms.text import LocalisedText

_NEW_BUCKETS: Final = LocalisedText(
    "A bucket that is made later is open to others until the worker comes by next, within minutes.",
    "الحاوية التي تُنشأ لاحقًا تبقى مفتوحة لغير صاحبها إلى أن يمرّ بها العامل في غضون دقائق.",
)
_ELSEWHERE: Final = LocalisedText(
    "In buckets of another tenant that let the user in, the user goes on: they are another subscription's.",
    "يستمرّ عمل المستخدم في حاويات مستأجر آخر أُذن له فيها، فهي تابعة لاشتراك آخر.",
)
_EMPTY_BUCKETS: Final = LocalisedText(
    "Making and removing empty buckets goes on.", "يستمرّ إنشاء الحاويات الفارغة وإزالتها."
)
_OWN_LIST: Final = LocalisedText(
    "The list of the user's own buckets stays readable to them.", "تبقى قائمة حاويات المستخدم متاحة له."
)


def _row(operation: Operation, closes: LocalisedText, *leaves_open: LocalisedText) -> Capability:
    return Capability(
        operation=operation,
        effect=Effect.VERIFIED,
        closes=closes,
        leaves_open=(_ELSEWHERE, *leaves_open),
    )


_ROWS: Final = (
    _row(
        Operation.READ,
        LocalisedText(
            "Reading objects by S3 and Swift: for everybody in the user's buckets, and for the user in the"
            " whole tenant.",
            "قراءة الكائنات عبر S3 وSwift: على الجميع في حاويات المستخدم، وعلى المستخدم في نطاق المستأجر"
            " كلّه.",
        ),
        _NEW_BUCKETS,
    ),
    _row(
        Operation.WRITE,
        LocalisedText(
            "Storing objects by S3 and Swift: for everybody in the user's buckets, those made later too, and"
            " for the user in the whole tenant.",
            "تخزين الكائنات عبر S3 وSwift: على الجميع في حاويات المستخدم، ومنها ما يُنشأ لاحقًا، وعلى المستخدم"
            " في نطاق المستأجر كلّه.",
        ),
        _EMPTY_BUCKETS,
    ),
    _row(
        Operation.DELETE,
        LocalisedText(
            "Deleting objects by S3 and Swift: for everybody in the user's buckets, and for the user in the"
            " whole tenant.",
            "حذف الكائنات عبر S3 وSwift: على الجميع في حاويات المستخدم، وعلى المستخدم في نطاق المستأجر كلّه.",
        ),
        _NEW_BUCKETS,
    ),
    _row(
        Operation.LIST,
        LocalisedText(
            "Listing objects by S3 and Swift: for everybody in the user's buckets, and for the user in the"
            " whole tenant.",
            "سرد الكائنات عبر S3 وSwift: على الجميع في حاويات المستخدم، وعلى المستخدم في نطاق المستأجر كلّه.",
        ),
        _NEW_BUCKETS,
        _OWN_LIST,
    ),
)
CAPABILITIES: Final[Mapping[Operation, Capability]] = MappingProxyType(
    {Operation(each.operation): each for each in _ROWS}
)

WHAT: Final[Mapping[str, LocalisedText]] = MappingProxyType(
    {
        "bucket-policy": LocalisedText(
            "A statement that refuses to everybody is merged into the policy of a bucket.",
            "تُضاف إلى سياسة حاوية فقرة ترفض طلبات الجميع.",
        ),
        "probe-bucket": LocalisedText(
            "A bucket for probes is made; it is removed after the lifting.",
            "تُنشأ حاوية للفحوص، وتُزال بعد رفع التدبير.",
        ),
        "probe-key": LocalisedText(
            "A key of the user is added for probes; it is removed after the lifting.",
            "يُضاف للمستخدم مفتاح للفحوص، ويُزال بعد رفع التدبير.",
        ),
        "probe-subuser": LocalisedText(
            "A Swift subuser is added for probes; it is removed after the lifting.",
            "يُضاف مستخدم فرعي في Swift للفحوص، ويُزال بعد رفع التدبير.",
        ),
        "probe-user": LocalisedText(
            "A user of Mithaq's own is made, from which others' access is tried; it is removed after the"
            " lifting.",
            "يُنشأ مستخدم تابع لميثاق لتجربة وصول الآخرين، ويُزال بعد رفع التدبير.",
        ),
        "user-policy": LocalisedText(
            "A policy that refuses is given to the user; their own policies stay as they are.",
            "تُسند إلى المستخدم سياسة رافضة، وتبقى سياساته الأخرى كما هي.",
        ),
        "user-quota": LocalisedText(
            "The user's quota is set to no further object; nothing that is stored is touched.",
            "تُضبط حصّة المستخدم بحيث لا يُضاف أيّ كائن، ولا يُمسّ ما هو مخزَّن.",
        ),
    }
)
"""What a step does, by the kind of its setting."""
