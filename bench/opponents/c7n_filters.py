"""`json.loads` and three of c7n's value filters over CloudTrail files: `c7n_filters.py FOLDER`.

Runs in an environment of its own that has c7n. Each file is decompressed, decoded and put through the three
filters one after another, as a policy with three filters does: a later filter sees what the earlier ones let
through. Prints how many records there were and how many passed.
"""

import gzip
import json
import sys
from pathlib import Path

from c7n.filters.core import ValueFilter

POLICY = (
    {"type": "value", "key": "eventSource", "value": "s3.amazonaws.com"},
    {"type": "value", "key": "userIdentity.type", "op": "ne", "value": "AWSService"},
    {"type": "value", "key": "additionalEventData.bytesTransferredIn", "op": "gte", "value": 0},
)


def main() -> None:
    """Filter every file of the folder."""
    filters = [ValueFilter(dict(data)) for data in POLICY]
    for entry in filters:
        entry.annotate = False
    seen = passed = 0
    for path in sorted(Path(sys.argv[1]).glob("*.json.gz")):
        with gzip.open(path, "rb") as stream:
            records = json.loads(stream.read())["Records"]
        seen += len(records)
        for entry in filters:
            records = entry.process(records)
        passed += len(records)
    sys.stdout.write(f"{seen} {passed}\n")


main()
