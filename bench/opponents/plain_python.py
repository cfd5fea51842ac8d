"""A plain Python loop over an S3 access log: `plain_python.py LOG`; prints the number of lines.

What one would write in an afternoon: a regular expression per line, a shape per key, hourly counts and bytes
by owner, bucket, operation and shape. No pseudonyms, sizes, sketches or files.
"""

import re
import sys
from collections import defaultdict
from datetime import datetime
from pathlib import Path

LINE = re.compile(
    r'(\S+) (\S+) \[([^\]]+)\] \S+ (\S+) \S+ (\S+) (\S+) (?:"[^"]*"|-) (\S+) (\S+) (\S+) (\S+) \S+ \S+ '
)
RUNS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]+|[A-Za-z]+")

UUID_LENGTH = 36


def shape(key: str) -> str:
    """Give the kinds of a key's runs."""
    return RUNS.sub(lambda m: "u" if len(m[0]) == UUID_LENGTH else "n" if m[0].isdigit() else "a", key)


def main() -> None:
    """Count the log's lines by group."""
    counts: defaultdict[tuple[str, str, str, str, int], list[int]] = defaultdict(lambda: [0, 0])
    lines = 0
    with Path(sys.argv[1]).open(encoding="utf-8", errors="replace") as stream:
        for line in stream:
            lines += 1
            match = LINE.match(line)
            if match is None:
                continue
            owner, bucket, clock, _, operation, key, _, _, _, size = match.groups()
            hour = int(datetime.strptime(clock, "%d/%b/%Y:%H:%M:%S %z").timestamp()) // 3600
            group = counts[owner, bucket, operation, shape(key), hour]
            group[0] += 1
            group[1] += int(size) if size != "-" else 0
    sys.stdout.write(f"{lines}\n")


main()
