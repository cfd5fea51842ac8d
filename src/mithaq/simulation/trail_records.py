"""Records of AWS CloudTrail, with the field names, nesting and event names that real ones have.

Field names: AWS CloudTrail user guide, *record contents*. Ids, keys and addresses are invented.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from mithaq.evidence.hypotheses import NOBODY, OPERATIONS, SERVICES, EventBatch
from mithaq.simulation import ids
from mithaq.simulation.customers import Caller, Customer
from mithaq.simulation.requests import Keys
from mithaq.telemetry.vocabulary import Operation, Service

_MANAGEMENT_PER_HOUR: Final = 3.0


@dataclass(frozen=True, slots=True)
class Action:
    """What a record says was done."""

    source: str
    name: str
    read_only: bool
    parameters: str
    """JSON of `requestParameters`; TOKEN and BUCKET stand for what it works on."""
    extra: str = ""
    """Further JSON members, each with a comma behind it."""
    data: bool = False
    """Whether it is an event on data, not one of management."""


CALLS: Final = {
    Service.SPEECH_TO_TEXT: Action(
        "transcribe.amazonaws.com",
        "StartTranscriptionJob",
        read_only=False,
        parameters='{"transcriptionJobName":"job-TOKEN","identifyLanguage":true,'
        '"media":{"mediaFileUri":"s3://BUCKET/objects/TOKEN"},"outputBucketName":"BUCKET"}',
    ),
    Service.TRANSLATION: Action(
        "translate.amazonaws.com",
        "TranslateText",
        read_only=True,
        parameters='{"text":"HIDDEN_DUE_TO_SECURITY_REASONS","sourceLanguageCode":"auto"}',
    ),
    Service.VISION: Action(
        "rekognition.amazonaws.com",
        "DetectLabels",
        read_only=True,
        parameters='{"image":{"s3Object":{"bucket":"BUCKET","name":"objects/TOKEN"}},"maxLabels":20}',
    ),
    Service.FACE_RECOGNITION: Action(
        "rekognition.amazonaws.com",
        "SearchFacesByImage",
        read_only=True,
        parameters='{"collectionId":"c-TOKEN","image":{"s3Object":{"bucket":"BUCKET","name":"objects/TOKEN"}}}',
    ),
    Service.LANGUAGE_MODEL: Action(
        "bedrock.amazonaws.com", "InvokeModel", read_only=True, parameters='{"modelId":"general-text-v2"}'
    ),
    Service.TEXT_ANALYSIS: Action(
        "comprehend.amazonaws.com", "DetectEntities", read_only=True, parameters='{"text":"***"}'
    ),
}

_STORAGE: Final = {
    Operation.CREATE: ("PutObject", False),
    Operation.READ: ("GetObject", True),
    Operation.DELETE: ("DeleteObject", False),
}

_MANAGEMENT: Final = (
    Action("ec2.amazonaws.com", "DescribeInstances", read_only=True, parameters='{"instancesSet":{}}'),
    Action("s3.amazonaws.com", "GetBucketAcl", read_only=True, parameters='{"bucketName":"BUCKET","acl":""}'),
    Action("kms.amazonaws.com", "Decrypt", read_only=True, parameters='{"encryptionAlgorithm":"SYMMETRIC"}'),
    Action("iam.amazonaws.com", "GetUser", read_only=True, parameters="null"),
    Action("cloudtrail.amazonaws.com", "LookupEvents", read_only=True, parameters='{"maxResults":50}'),
)
_BY_SERVICES: Final = (
    (Action("sts.amazonaws.com", "AssumeRole", read_only=True, parameters="null"), "ec2.amazonaws.com"),
    (Action("kms.amazonaws.com", "GenerateDataKey", read_only=True, parameters="null"), "s3.amazonaws.com"),
)


class RecordWriter:
    """Writes the records of one customer, as JSON texts."""

    def __init__(self, customer: Customer, rng: np.random.Generator) -> None:
        self._customer = customer
        self._rng = rng
        self._region = customer.tenant.region
        self._identities: dict[Caller, str] = {}

    def calls(self, batch: EventBatch) -> list[tuple[int, str]]:
        """Give the hour's calls of services: moments and records."""
        rows = np.flatnonzero(batch.stream == NOBODY)
        pairs = self._ids(rows.shape[0])
        marks = self._rng.bytes(16 * rows.shape[0]).hex()
        callers, bucket = self._customer.callers[0], self._customer.buckets[0]
        made = []
        columns = zip(
            batch.time[rows].tolist(),
            batch.service[rows].tolist(),
            batch.principal[rows].tolist(),
            strict=True,
        )
        for number, (second, service, principal) in enumerate(columns):
            call = CALLS[SERVICES[service]]
            mark = marks[32 * number : 32 * number + 32]
            parameters = call.parameters.replace("BUCKET", bucket).replace("TOKEN", mark)
            action = replace(call, parameters=parameters)
            made.append((second, self._record(second, action, callers[principal], pairs[number])))
        return made

    def storage(self, batch: EventBatch) -> list[tuple[int, str]]:
        """Give the hour's storage requests; what a lifecycle rule removes is not logged here."""
        logged = (batch.stream != NOBODY) & (batch.operation != OPERATIONS.index(Operation.EXPIRE))
        rows = np.flatnonzero(logged).astype(np.int64)
        keys = Keys(self._customer).of(batch, rows)
        pairs = self._ids(rows.shape[0])
        columns = zip(
            batch.time[rows].tolist(), batch.stream[rows].tolist(), batch.operation[rows].tolist(),
            batch.size[rows].tolist(), batch.bytes_out[rows].tolist(), batch.principal[rows].tolist(),
            batch.failed[rows].tolist(), keys, pairs,
            strict=True,
        )  # fmt: skip
        made = []
        for second, place, code, size, sent, principal, failed, key, pair in columns:
            action = self._storage_action(place, OPERATIONS[code], key, (size, sent, failed))
            caller = self._customer.callers[place][principal]
            made.append((second, self._record(second, action, caller, pair)))
        return made

    def _storage_action(
        self, place: int, operation: Operation, key: str, outcome: tuple[int, int, bool]
    ) -> Action:
        """Give a storage request; `outcome` is the object's size, bytes sent, and whether it failed."""
        size, sent, failed = outcome
        name, read_only = _STORAGE[operation]
        bucket = self._customer.buckets[place]
        host = f"{bucket}.s3.{self._region}.amazonaws.com"
        came = size if name == "PutObject" and not failed else 0
        extra = (
            '"additionalEventData":{"SignatureVersion":"SigV4","CipherSuite":"ECDHE-RSA-AES128-GCM-SHA256",'
            f'"bytesTransferredIn":{came},"AuthenticationMethod":"AuthHeader","bytesTransferredOut":{sent}}},'
            f'"resources":[{{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::{bucket}/{key}"}},'
            f'{{"accountId":"{self._customer.account}","type":"AWS::S3::Bucket",'
            f'"ARN":"arn:aws:s3:::{bucket}"}}],'
        )
        if failed:
            extra += '"errorCode":"AccessDenied","errorMessage":"Access Denied",'
        parameters = f'{{"bucketName":"{bucket}","Host":"{host}","key":"{key}"}}'
        return Action("s3.amazonaws.com", name, read_only, parameters, extra, data=True)

    def background(self, hour: int) -> list[tuple[int, str]]:
        """Give an hour's management events, some of them made by the provider's own services."""
        made = []
        caller, bucket = self._customer.callers[0][0], self._customer.buckets[0]
        for pair in self._ids(int(self._rng.poisson(_MANAGEMENT_PER_HOUR))):
            second = hour * 3600 + int(self._rng.integers(3600))
            which = int(self._rng.integers(len(_MANAGEMENT) + len(_BY_SERVICES)))
            by: Caller | str = caller
            if which < len(_MANAGEMENT):
                action = _MANAGEMENT[which]
                action = replace(action, parameters=action.parameters.replace("BUCKET", bucket))
            else:
                action, by = _BY_SERVICES[which - len(_MANAGEMENT)]
            made.append((second, self._record(second, action, by, pair)))
        return made

    def _ids(self, count: int) -> list[tuple[str, str]]:
        """Draw request and event ids."""
        drawn = ids.uuids(self._rng, 2 * count)
        return list(zip(drawn[:count], drawn[count:], strict=True))

    def _record(self, second: int, action: Action, caller: Caller | str, pair: tuple[str, str]) -> str:
        """Write one record. A caller that is a text is a service of the provider."""
        if isinstance(caller, str):
            identity = f'{{"type":"AWSService","invokedBy":"{caller}"}}'
            address, agent = caller, caller
        else:
            identity, address, agent = self._identity(caller), caller.address, caller.user_agent
        category = "Data" if action.data else "Management"
        return (
            f'{{"eventVersion":"1.09","userIdentity":{identity},"eventTime":"{np.datetime64(second, "s")}Z",'
            f'"eventSource":"{action.source}","eventName":"{action.name}","awsRegion":"{self._region}",'
            f'"sourceIPAddress":"{address}","userAgent":"[{agent}]","requestParameters":{action.parameters},'
            f'"responseElements":null,{action.extra}"requestID":"{pair[0]}","eventID":"{pair[1]}",'
            f'"readOnly":{"true" if action.read_only else "false"},"eventType":"AwsApiCall",'
            f'"managementEvent":{"false" if action.data else "true"},'
            f'"recipientAccountId":"{self._customer.account}","eventCategory":"{category}",'
            f'"tlsDetails":{{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256",'
            f'"clientProvidedHostHeader":"{action.source.removesuffix(".amazonaws.com")}.{self._region}.amazonaws.com"}}}}'
        )

    def _identity(self, caller: Caller) -> str:
        """Write the `userIdentity` of a caller."""
        known = self._identities.get(caller)
        if known is None:
            in_role = ":assumed-role/" in caller.arn
            identity: dict[str, Any] = {
                "type": "AssumedRole" if in_role else "IAMUser",
                "principalId": caller.principal_id + (":" + caller.arn.rpartition("/")[2] if in_role else ""),
                "arn": caller.arn,
                "accountId": self._customer.account,
                "accessKeyId": f"EXAMPLE{caller.principal_id[7:]}",
            }
            if not in_role:
                identity["userName"] = caller.arn.rpartition("/")[2]
            known = self._identities.setdefault(caller, json.dumps(identity, separators=(",", ":")))
        return known
