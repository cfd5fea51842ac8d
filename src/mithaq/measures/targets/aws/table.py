"""Which actions of AWS are which operation of a decision, and what closing them does and leaves open."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mithaq.measures.errors import BadPlan
from mithaq.measures.model import Capability, Closed, Effect
from mithaq.terms.labels import label
from mithaq.terms.text import LocalisedText
from mithaq.terms.vocabulary import KeptService, RestrictedOperation, RestrictedService

_S = RestrictedService
_O = RestrictedOperation

ACTIONS: Final[Mapping[tuple[RestrictedService, RestrictedOperation], tuple[str, ...]]] = MappingProxyType(
    {
        # Parts of objects are stored under the same permission as whole ones.
        (_S.STORAGE, _O.CREATE): ("s3:PutObject", "s3:ReplicateObject", "s3:RestoreObject"),
        (_S.STORAGE, _O.PART): ("s3:PutObject",),
        (_S.STORAGE, _O.READ): (
            "s3:GetDataAccess",
            "s3:GetObject",
            "s3:GetObjectTorrent",
            "s3:GetObjectVersion",
            "s3:GetObjectVersionTorrent",
        ),
        (_S.STORAGE, _O.LIST): (
            "s3:ListBucket",
            "s3:ListBucketMultipartUploads",
            "s3:ListBucketVersions",
            "s3:ListMultipartUploadParts",
        ),
        (_S.SPEECH_TO_TEXT, _O.INFER): ("transcribe:Start*",),
        (_S.SPEECH_TO_TEXT, _O.CREATE): ("transcribe:Create*", "transcribe:Start*"),
        (_S.SPEECH_TO_TEXT, _O.READ): ("transcribe:Get*",),
        (_S.SPEECH_TO_TEXT, _O.LIST): ("transcribe:List*",),
        (_S.TRANSLATION, _O.INFER): (
            "translate:StartTextTranslationJob",
            "translate:TranslateDocument",
            "translate:TranslateText",
        ),
        (_S.TRANSLATION, _O.CREATE): ("translate:CreateParallelData", "translate:ImportTerminology"),
        (_S.TRANSLATION, _O.READ): ("translate:Describe*", "translate:Get*"),
        (_S.TRANSLATION, _O.LIST): ("translate:List*",),
        (_S.VISION, _O.INFER): (
            "rekognition:DetectCustomLabels",
            "rekognition:DetectLabels",
            "rekognition:DetectModerationLabels",
            "rekognition:DetectProtectiveEquipment",
            "rekognition:DetectText",
            "rekognition:StartContentModeration",
            "rekognition:StartLabelDetection",
            "rekognition:StartMediaAnalysisJob",
            "rekognition:StartSegmentDetection",
            "rekognition:StartTextDetection",
            "textract:Analyze*",
            "textract:Detect*",
            "textract:Start*",
        ),
        (_S.FACE_RECOGNITION, _O.INFER): (
            "rekognition:CompareFaces",
            "rekognition:DetectFaces",
            "rekognition:IndexFaces",
            "rekognition:RecognizeCelebrities",
            "rekognition:SearchFaces*",
            "rekognition:SearchUsers*",
            "rekognition:StartCelebrityRecognition",
            "rekognition:StartFace*",
            "rekognition:StartPersonTracking",
            "rekognition:StartStreamProcessor",
        ),
        (_S.FACE_RECOGNITION, _O.CREATE): (
            "rekognition:AssociateFaces",
            "rekognition:CreateCollection",
            "rekognition:CreateStreamProcessor",
            "rekognition:CreateUser",
            "rekognition:IndexFaces",
        ),
        (_S.LANGUAGE_MODEL, _O.INFER): (
            "bedrock:CreateModelInvocationJob",
            "bedrock:GenerateQuery",
            "bedrock:Invoke*",
            "bedrock:OptimizePrompt",
            "bedrock:RetrieveAndGenerate",
            "sagemaker:InvokeEndpoint*",
        ),
        (_S.COMPUTE, _O.CREATE): (
            "ec2:CreateFleet",
            "ec2:RequestSpot*",
            "ec2:Run*Instances",
            "ec2:StartInstances",
        ),
        (_S.DATABASE, _O.CREATE): (
            "dynamodb:CreateTable",
            "dynamodb:RestoreTable*",
            "rds:CreateDBCluster",
            "rds:CreateDBInstance*",
            "rds:RestoreDB*",
        ),
    }
)
"""Deleting is in no row: nobody is kept from erasing."""

WHOLE_STORAGE: Final = frozenset({_O.CREATE, _O.PART, _O.READ, _O.LIST})
"""All that a decision can close on storage: then everything is refused but `KEPT_IN_STORAGE`."""

KEPT_IN_STORAGE: Final[Mapping[KeptService | None, tuple[str, ...]]] = MappingProxyType(
    {
        None: ("s3:AbortMultipartUpload", "s3:Delete*", "s3:PutLifecycleConfiguration"),
        KeptService.SECURITY: (
            "s3:GetAccountPublicAccessBlock",
            "s3:GetBucket*",
            "s3:GetEncryptionConfiguration",
            "s3:PutBucketPolicy",
            "s3:PutBucketPublicAccessBlock",
            "s3:PutBucketVersioning",
            "s3:PutEncryptionConfiguration",
        ),
        KeptService.MONITORING: (
            "s3:GetBucketLogging",
            "s3:GetInventoryConfiguration",
            "s3:GetMetricsConfiguration",
            "s3:PutBucketLogging",
            "s3:PutMetricsConfiguration",
        ),
        KeptService.IDENTITY: (),
        # Who keeps the export of data keeps reading and listing, and never closes all of storage.
        KeptService.DATA_EXPORT: ("s3:GetObject*", "s3:ListBucket*"),
    }
)
"""What goes on in a storage that is closed whole: erasing, and what the keep-list needs there."""

_OPEN: Final = (
    LocalisedText(
        "Service-linked roles, and principals outside the account whom a resource's policy lets in, are not"
        " bound.",
        "لا تسري على الأدوار المرتبطة بالخدمات، ولا على من هم خارج الحساب ممّن تأذن لهم سياسة المورد.",
    ),
    LocalisedText(
        "The principals that break the glass go on.", "يستمرّ عمل المستثنَين لحالات الطوارئ (كسر الزجاج)."
    ),
)
_RUNNING: Final = LocalisedText(
    "What runs already runs on; only starting is refused.", "يستمرّ ما هو قائم؛ ولا يُرفض إلا البدء الجديد."
)
_OPERATIONS: Final[Mapping[RestrictedOperation, LocalisedText]] = MappingProxyType(
    {
        _O.CREATE: LocalisedText("making anything new", "إنشاء الجديد"),
        _O.PART: LocalisedText("storing parts of objects", "تخزين أجزاء الكائنات"),
        _O.READ: LocalisedText("reading", "القراءة"),
        _O.LIST: LocalisedText("listing", "السرد"),
        _O.INFER: LocalisedText("having content processed", "معالجة المحتوى"),
    }
)

WHAT: Final[Mapping[str, LocalisedText]] = MappingProxyType(
    {
        "scp": LocalisedText(
            "A service control policy is made; nothing that is there is changed.",
            "تُنشأ سياسة ضبط خدمات، ولا يُغيَّر شيء ممّا هو قائم.",
        ),
        "scp-attachment": LocalisedText(
            "The policy is attached to the account; it is detached at the lifting.",
            "تُربط السياسة بالحساب، ويُفكّ ربطها عند رفع التدبير.",
        ),
    }
)
"""What a step does, by the kind of its setting."""


def capability(closed: Closed) -> Capability:
    """Give what closing an operation of a service does; raises BadPlan where no policy could."""
    if (closed.service, closed.operation) not in ACTIONS:
        known = ", ".join(each for service, each in ACTIONS if service is closed.service)
        raise BadPlan(
            f"no service control policy closes {closed.operation} of {closed.service}",
            field="measures",
            hint=f"It closes {known}.",
        )
    said = _OPERATIONS[closed.operation]
    runs = closed.service in {_S.COMPUTE, _S.DATABASE}
    return Capability(
        operation=closed.operation,
        effect=Effect.CONFIGURED,
        closes=LocalisedText(
            f"{label(closed.service, 'en')}: {said.en}, for every principal of the account.",
            f"{label(closed.service, 'ar')}: {said.ar}، على جميع أصحاب الصلاحيات في الحساب.",
        ),
        leaves_open=(*_OPEN, _RUNNING) if runs else _OPEN,
    )
