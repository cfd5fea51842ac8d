"""The names that people read for the words of the vocabularies, in English and Arabic.

Keyed by the name of the enum and the word's value, so that vocabularies of rooms above (verdicts, strengths)
are named here too without being imported.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from mithaq.terms.text import Locale, LocalisedText

_Names = dict[str, LocalisedText]


def _names(*rows: tuple[str, str, str]) -> _Names:
    return {value: LocalisedText(english, arabic) for value, english, arabic in rows}


_LABELS: Final[dict[str, _Names]] = {
    "ClaimKind": _names(
        ("stores", "What is stored", "ما يُخزَّن"),
        ("pattern", "Whose rhythm", "الإيقاع"),
        ("scale", "Scale", "الحجم"),
        ("region", "Region", "المنطقة"),
        ("processes", "Processing", "المعالجة"),
        ("moves-out", "Moving out", "النقل إلى الخارج"),
        ("purpose-mismatch", "Purpose does not fit", "عدم مطابقة الغرض"),
    ),
    "DataKind": _names(
        ("call-recordings", "Call recordings", "تسجيلات المكالمات"),
        ("messages", "Messages", "الرسائل"),
        ("call-records", "Call records", "سجلات المكالمات"),
        ("face-images", "Face images", "صور الوجوه"),
        ("location-tracks", "Location tracks", "مسارات التنقّل"),
    ),
    "Rhythm": _names(
        ("population", "People at large, round the clock", "عامّة الناس على مدار الساعة"),
        ("organisation", "An organisation's working hours", "ساعات عمل مؤسّسة"),
        ("machine", "Machines", "الآلات"),
    ),
    "ScaleUnit": _names(
        ("objects-per-day", "Objects per day", "كائن في اليوم"),
        ("bytes-stored", "Bytes stored", "بايت مخزَّن"),
        ("hours-of-audio", "Hours of audio", "ساعة صوتية"),
    ),
    "Processing": _names(
        ("speech-to-text", "Speech to text", "تحويل الكلام إلى نصّ"),
        ("translation", "Translation", "الترجمة"),
        ("face-recognition", "Face recognition", "التعرّف على الوجوه"),
        ("language-model", "Language model", "نموذج لغوي"),
    ),
    "Purpose": _names(
        ("call-centre", "Call centre or hotline", "مركز اتصالات أو خطّ ساخن"),
        ("call-recording-service", "Call-recording service", "خدمة تسجيل مكالمات"),
        ("consumer-call-recorder", "Consumer call recorder", "تطبيق تسجيل مكالمات للأفراد"),
        ("voicemail", "Voicemail", "بريد صوتي"),
        ("messaging-platform", "Messaging platform", "منصّة مراسلة"),
        ("telecom-operator", "Telecom operator", "مشغّل اتصالات"),
        ("targeted-lawful-interception", "Targeted lawful interception", "اعتراض قانوني محدَّد الهدف"),
        ("speech-corpus", "Speech corpus", "مدوّنة كلام"),
        ("podcast", "Podcast", "بودكاست"),
        ("cctv", "Camera surveillance of premises", "كاميرات مراقبة المباني"),
        ("backup", "Backup", "نسخ احتياطي"),
        ("photo-app", "Photo app", "تطبيق صور"),
        ("iot", "Connected devices", "أجهزة متّصلة"),
        ("data-lake", "Data lake", "بحيرة بيانات"),
        ("telemedicine", "Telemedicine", "تطبيب عن بُعد"),
        ("office-files", "Office files", "ملفات مكتبية"),
        ("web-hosting", "Web hosting", "استضافة مواقع"),
    ),
    "SourceKind": _names(
        ("press", "Press", "الصحافة"),
        ("ngo", "Non-governmental organisation", "منظّمة غير حكومية"),
        ("employee", "Employee", "موظّف"),
        ("regulator", "Regulator", "جهة تنظيمية"),
        ("customer", "Customer", "عميل"),
        ("researcher", "Researcher", "باحث"),
        ("own-check", "The provider's own check", "فحص ذاتي من مقدّم الخدمة"),
    ),
    "Verdict": _names(
        ("supported", "Supported", "مؤيَّد"),
        ("partly-supported", "Partly supported", "مؤيَّد جزئيًّا"),
        ("refuted", "Refuted", "مدحوض"),
        ("undetermined", "Undetermined", "غير محسوم"),
    ),
    "Assessment": _names(
        ("indicated", "Indicated", "تدلّ القرائن على مخالفته"),
        ("not-indicated", "Not indicated", "لا تدلّ القرائن على مخالفته"),
        ("undetermined", "Undetermined", "غير محسوم"),
    ),
    "Outcome": _names(
        ("violated", "Violated", "خولِف البند"),
        ("not-violated", "Not violated", "لم يُخالَف البند"),
        ("inconclusive", "Inconclusive", "يتعذّر البتّ"),
    ),
    "RecordsKind": _names(
        ("billing", "Billing records", "سجلات الفوترة"),
        ("contract", "Contract records", "سجلات العقود"),
        ("support", "Support records", "سجلات الدعم الفني"),
        ("engineering-hours", "Engineering hours", "ساعات عمل المهندسين"),
    ),
    # The verbal scale of the ENFSI Guideline for Evaluative Reporting (2015); the Arabic words are ours.
    "Strength": _names(
        ("none", "None", "معدومة"),
        ("weak", "Weak", "ضعيفة"),
        ("moderate", "Moderate", "متوسّطة"),
        ("moderately-strong", "Moderately strong", "قويّة نسبيًّا"),
        ("strong", "Strong", "قويّة"),
        ("very-strong", "Very strong", "قويّة جدًّا"),
    ),
    "AssessedBy": _names(
        ("computation", "Computed from metadata", "يُحسب من البيانات الوصفية"),
        ("person", "Assessed by a person", "يقدّره شخص"),
    ),
    "KeptService": _names(
        ("security", "Security", "الأمن"),
        ("identity", "Identity and sign-in", "الهوية وتسجيل الدخول"),
        ("monitoring", "Monitoring", "الرصد"),
        ("data-export", "Export of one's own data", "تصدير العميل بياناته"),
    ),
    "RestrictedService": _names(
        ("storage", "Storage", "التخزين"),
        ("speech-to-text", "Speech to text", "تحويل الكلام إلى نصّ"),
        ("translation", "Translation", "الترجمة"),
        ("vision", "Image analysis", "تحليل الصور"),
        ("face-recognition", "Face recognition", "التعرّف على الوجوه"),
        ("language-model", "Language models", "النماذج اللغوية"),
        ("compute", "Computing", "الحوسبة"),
        ("database", "Databases", "قواعد البيانات"),
    ),
    "RestrictedOperation": _names(
        ("create", "Storing new objects", "تخزين كائنات جديدة"),
        ("part", "Storing parts of new objects", "تخزين أجزاء كائنات جديدة"),
        ("read", "Reading", "القراءة"),
        ("list", "Listing", "السرد"),
        ("infer", "Having a model work", "تشغيل نموذج"),
    ),
    "InForce": _names(
        ("whole", "In force during the whole period", "سارٍ طوال الفترة"),
        ("part", "In force during part of the period", "سارٍ في جزء من الفترة"),
        ("not", "Not in force during the period", "غير سارٍ في الفترة"),
    ),
    "Reason": _names(
        ("all-met", "Every needed claim is supported and the evidence excludes every innocent explanation",
         "كلّ زعم لازم مؤيَّد، والأدلّة تستبعد كلّ تفسير بريء"),
        ("declaration-contradicts",
         "Needed claims are supported; a declared purpose that does not fit contradicts innocent uses",
         "كلّ زعم لازم مؤيَّد، والغرض المعلن لا يوافق ما رُصد ويناقض التفسيرات البريئة"),
        ("claim-refuted", "A needed claim is refuted", "زعم لازم مدحوض"),
        ("declared-fits-better", "The declared purpose fits better than any violation",
         "الغرض المعلن أوفق بما لوحظ من أيّ مخالفة"),
        ("not-in-force", "The clause was not in force in the period", "لم يكن البند ساريًا في الفترة"),
        ("in-force-in-part", "The clause was in force in part of the period only",
         "لم يكن البند ساريًا إلا في جزء من الفترة"),
        ("by-person", "Metadata cannot test this clause: a person assesses it",
         "لا يمكن للبيانات الوصفية اختبار هذا البند، فيقدّره شخص"),
        ("claim-missing", "The allegation makes no claim that the clause needs",
         "لا يتضمّن الادّعاء زعمًا يلزم لهذا البند"),
        ("claim-open", "A needed claim is undetermined or supported only in part",
         "زعم لازم غير محسوم أو مؤيَّد جزئيًّا فحسب"),
        ("explanation-open", "An innocent explanation stays open", "بقي تفسير بريء قائمًا"),
    ),
}  # fmt: skip


def label(value: StrEnum, locale: Locale) -> str:
    """Name a word of a vocabulary in a language; a word that has no name raises KeyError."""
    return _LABELS[type(value).__name__][value.value].in_(locale)
