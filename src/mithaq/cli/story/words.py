"""What the story's decisions say, in both languages: their facts and their grounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from mithaq.terms import LocalisedText

Saying: TypeAlias = Mapping[str, LocalisedText]
"""`facts` and `grounds` of a decision."""


def _saying(facts: tuple[str, str], grounds: tuple[str, str]) -> Saying:
    return {"facts": LocalisedText(*facts), "grounds": LocalisedText(*grounds)}


MASS_RECORDINGS: Final = _saying(
    (
        "Recordings of calls arrive in a population's rhythm, thousands a day, and are turned into text.",
        "تصل تسجيلات المكالمات ليلًا ونهارًا بإيقاع عامّة السكان وبالآلاف كلّ يوم، وتُحوَّل إلى نصوص.",
    ),
    (
        "No declared purpose explains this, and every innocent explanation was excluded or contradicted.",
        "لا يفسّر ذلك أيُّ غرض مصرَّح به، واستُبعد كلّ تفسير بريء أو نُقض.",
    ),
)
LEAVING: Final = _saying(
    (
        "Since the question became known, far more is leaving the storage each day than in the weeks before.",
        "منذ عُرف السؤال يخرج من التخزين كلّ يوم أكثر بكثير ممّا كان يخرج في الأسابيع السابقة.",
    ),
    (
        "Without a measure for a few days the review would come too late. It ends by itself.",
        "من دون تدبير لأيام قليلة تأتي المراجعة بعد فوات الأوان. وينتهي التدبير من تلقاء نفسه.",
    ),
)
ORDINARY_BANK: Final = _saying(
    (
        "The recordings keep a bank's working hours and days; their number fits its declared call centre.",
        "تتبع التسجيلات ساعات عمل مصرف وأيامه، وعددها ملائم لمركز الاتصال المصرَّح به.",
    ),
    (
        "The use is what was declared. No clause is violated.",
        "الاستخدام هو المصرَّح به. لم يُنتهك أيّ بند.",
    ),
)
STREET_FACES: Final = _saying(
    (
        "Pictures come from cameras at even intervals; a face service is asked about a small part of them.",
        "تأتي الصور من كاميرات على فترات متساوية، ويُسأل عن جزء صغير منها في خدمة للوجوه.",
    ),
    (
        "The declared purpose does not cover recognising people in the street. It must end in thirty days.",
        "لا يشمل الغرض المصرَّح به التعرّف على الناس في الشارع. ويجب أن ينتهي ذلك خلال ثلاثين يومًا.",
    ),
)
FACE_SERVICE: Final = _saying(
    (
        "Faces in pictures of the street were compared with a collection through the provider's own service.",
        "قورنت وجوه في صور من الشارع بمجموعة محفوظة عبر خدمة المزوّد نفسه.",
    ),
    (
        "The terms forbid this use of the face service. Only that service is restricted.",
        "تمنع الشروط هذا الاستخدام لخدمة الوجوه. ولا تُقيَّد إلا هذه الخدمة.",
    ),
)
SHORTER: Final = _saying(
    (
        "The customer showed that the comparison ran as a trial in one city and has ended.",
        "أثبت العميل أن المقارنة جرت تجربةً في مدينة واحدة وأنها انتهت.",
    ),
    (
        "A restriction of thirty days is enough to see that it does not begin again.",
        "يكفي تقييد لثلاثين يومًا للتأكّد من أنها لا تبدأ من جديد.",
    ),
)
