"""What each operation's cut does on a Swift, and the words for every step."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mithaq.measures.model import Capability, Effect, Operation
from mithaq.terms.text import LocalisedText

_CONTAINERS: Final = LocalisedText(
    "Making, changing and removing empty containers goes on.",
    "يستمرّ إنشاء الحاويات الفارغة وتعديلها وإزالتها.",
)
_ADMINS: Final = LocalisedText(
    "The provider's own administrators of the storage go on.", "يستمرّ عمل مديري التخزين لدى المزوّد."
)
_VERSIONS: Final = LocalisedText(
    "Where a container keeps versions, storing over an object may fail while reading is closed.",
    "قد يتعذّر التخزين فوق كائن قائم في حاوية تحفظ النسخ ما دامت القراءة مغلقة.",
)
_HEAD: Final = LocalisedText(
    "The head of an object, with its size and type, stays readable.",
    "تبقى ترويسة الكائن، بحجمه ونوعه، متاحة للقراءة.",
)
_OWN_LIST: Final = LocalisedText(
    "The list of the project's own containers stays readable to it.", "تبقى قائمة حاويات المشروع متاحة له."
)
_EVERYWHERE: Final = LocalisedText(
    "for everybody in the project's storage, by Swift, S3, signed links and the web",
    "على الجميع في تخزين المشروع، عبر Swift وS3 والروابط الموقّعة والويب",
)
_SAID: Final[Mapping[Operation, tuple[LocalisedText, tuple[LocalisedText, ...]]]] = MappingProxyType(
    {
        Operation.READ: (LocalisedText("Reading objects", "قراءة الكائنات"), (_HEAD, _VERSIONS, _ADMINS)),
        Operation.WRITE: (LocalisedText("Storing objects", "تخزين الكائنات"), (_CONTAINERS, _ADMINS)),
        Operation.DELETE: (LocalisedText("Deleting objects", "حذف الكائنات"), (_CONTAINERS, _ADMINS)),
        Operation.LIST: (LocalisedText("Listing objects", "سرد الكائنات"), (_OWN_LIST, _ADMINS)),
    }
)
CAPABILITIES: Final[Mapping[Operation, Capability]] = MappingProxyType(
    {
        operation: Capability(
            operation=operation,
            effect=Effect.VERIFIED,
            closes=LocalisedText(f"{said.en}: {_EVERYWHERE.en}.", f"{said.ar}: {_EVERYWHERE.ar}."),
            leaves_open=gaps,
        )
        for operation, (said, gaps) in _SAID.items()
    }
)

WHAT: Final[Mapping[str, LocalisedText]] = MappingProxyType(
    {
        "account-refusals": LocalisedText(
            "What the proxies refuse is written on the project's account; nothing else is changed.",
            "يُدوَّن على حساب المشروع ما ترفضه الخوادم الوسيطة، ولا يُغيَّر شيء غيره.",
        ),
        "service-role": LocalisedText(
            "A role by which somebody in the project uses a service is taken away; it comes back as it was.",
            "يُسحب دور يستخدم به أحدهم في المشروع خدمة من الخدمات، ثم يُعاد كما كان.",
        ),
        "probe-people": LocalisedText(
            "A control project and two users of Mithaq's own are made, one of them in the project; they are"
            " removed after the lifting.",
            "يُنشأ مشروع للمقارنة ومستخدمان تابعان لميثاق، أحدهما في المشروع، وتُزال جميعًا بعد رفع التدبير.",
        ),
        "probe-place": LocalisedText(
            "A container for probes is made; it is removed after the lifting.",
            "تُنشأ حاوية للفحوص، وتُزال بعد رفع التدبير.",
        ),
    }
)
"""What a step does, by the kind of its setting."""
