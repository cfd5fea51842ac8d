"""CloudTrail files of any number of records, made from a seed, in the provider's own form and size.

Nine in ten are storage data events, the others calls of services; one in forty is made by a service of the
provider. Files are gzip, 5,000 records each, one `{"Records":[…]}` document per file.
"""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path
from typing import Any, Final

from bench.s3_lines import DAYS, START

PER_FILE: Final = 5_000
_ACCOUNTS: Final = 200
_DATA_EVENTS: Final = (("PutObject", 50), ("GetObject", 35), ("HeadObject", 10), ("DeleteObject", 5))
_CALLS: Final = (
    ("transcribe.amazonaws.com", "StartTranscriptionJob"),
    ("rekognition.amazonaws.com", "DetectLabels"),
    ("translate.amazonaws.com", "TranslateText"),
    ("ec2.amazonaws.com", "DescribeInstances"),
    ("sts.amazonaws.com", "AssumeRole"),
    ("kms.amazonaws.com", "Decrypt"),
)


def write_cloudtrail(folder: Path, records: int, *, seed: int) -> None:
    """Write so many records in order of time; the same records for the same seed."""
    source = random.Random(seed)  # noqa: S311  # a repeatable log, not a secret
    folder.mkdir(parents=True, exist_ok=True)
    for number, begin in enumerate(range(0, records, PER_FILE)):
        count = min(PER_FILE, records - begin)
        moments = (START + (begin + row) * DAYS * 86_400 // records for row in range(count))
        document = {"Records": [_record(source, moment) for moment in moments]}
        text = json.dumps(document, separators=(",", ":")).encode()
        (folder / f"trail-{number:04d}.json.gz").write_bytes(gzip.compress(text, 6, mtime=0))


def _hex(source: random.Random, digits: int) -> str:
    return f"{source.getrandbits(4 * digits):0{digits}x}"


def _uuid(source: random.Random) -> str:
    return "-".join(_hex(source, digits) for digits in (8, 4, 4, 4, 12))


def _record(source: random.Random, moment: int) -> dict[str, Any]:
    """Give one record; `moment` in seconds since the epoch."""
    owner = min(source.randrange(_ACCOUNTS), source.randrange(_ACCOUNTS))
    account = f"{owner:012d}"
    day, rest = divmod(moment - START, 86_400)
    clock = f"2026-09-{7 + day:02d}T{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}Z"
    role = f"arn:aws:iam::{account}:role/writer"
    record: dict[str, Any] = {
        "eventVersion": "1.10",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": f"AROA{account}XYZ:worker-{source.randrange(50)}",
            "arn": f"arn:aws:sts::{account}:assumed-role/writer/worker-{source.randrange(50)}",
            "accountId": account,
            "accessKeyId": f"ASIA{_hex(source, 16).upper()}",
            "sessionContext": {
                "sessionIssuer": {"type": "Role", "arn": role, "accountId": account, "userName": "writer"},
                "attributes": {"creationDate": clock, "mfaAuthenticated": "false"},
            },
        },
        "eventTime": clock,
        "awsRegion": "eu-west-1",
        "sourceIPAddress": f"192.0.2.{source.randrange(250)}",
        "userAgent": "[aws-sdk-java/2.26.31 Linux/6.1 OpenJDK_64-Bit_Server_VM/17.0.12]",
        "requestID": _hex(source, 16).upper(),
        "eventID": _uuid(source),
        "readOnly": False,
        "eventType": "AwsApiCall",
        "recipientAccountId": account,
        "tlsDetails": {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256"},
    }
    if source.randrange(40) == 0:
        record["userIdentity"] = {"type": "AWSService", "invokedBy": "delivery.logs.amazonaws.com"}
    record.update(_call(source) if source.randrange(10) == 0 else _data_event(source, owner, account))
    return record


def _call(source: random.Random) -> dict[str, Any]:
    service, name = source.choice(_CALLS)
    return {
        "eventSource": service,
        "eventName": name,
        "requestParameters": {"name": _uuid(source), "languageCode": "en-US"},
        "responseElements": {"status": "IN_PROGRESS", "id": _uuid(source)},
        "eventCategory": "Management",
        "managementEvent": True,
    }


def _data_event(source: random.Random, owner: int, account: str) -> dict[str, Any]:
    name = source.choices([name for name, _ in _DATA_EVENTS], [weight for _, weight in _DATA_EVENTS])[0]
    size = int(source.lognormvariate(11.5, 1.1))
    bucket = f"bucket-{owner:03d}-{source.randrange(3)}"
    number = 972_000_000_000 + source.randrange(10**6)
    key = f"calls/2026-09-{source.randrange(7, 21):02d}/{number}/{_uuid(source)}.wav"
    return {
        "eventSource": "s3.amazonaws.com",
        "eventName": name,
        "requestParameters": {
            "bucketName": bucket,
            "Host": f"{bucket}.s3.eu-west-1.amazonaws.com",
            "key": key,
        },
        "responseElements": {"x-amz-server-side-encryption": "AES256"} if name == "PutObject" else None,
        "additionalEventData": {
            "SignatureVersion": "SigV4",
            "CipherSuite": "TLS_AES_128_GCM_SHA256",
            "bytesTransferredIn": size if name == "PutObject" else 0,
            "AuthenticationMethod": "AuthHeader",
            "x-amz-id-2": _hex(source, 64),
            "bytesTransferredOut": size if name == "GetObject" else 0,
        },
        "resources": [
            {"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::{bucket}/{key}"},
            {"accountId": account, "type": "AWS::S3::Bucket", "ARN": f"arn:aws:s3:::{bucket}"},
        ],
        "eventCategory": "Data",
        "managementEvent": False,
    }
