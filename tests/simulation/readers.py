"""Readers of the written logs that share nothing with the code under test."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

LINE = re.compile(
    r"(?P<owner>[0-9a-f]{64}) (?P<bucket>[a-z0-9.-]+) \[(?P<time>[^\]]+)\] (?P<address>\S+) "
    r"(?P<requester>\S+) (?P<request>[0-9A-Z]{16}) (?P<operation>\S+) (?P<key>\S+) "
    r'"(?P<uri>[^"]*)" (?P<status>\d{3}|-) '
    r"(?P<error>[A-Za-z]+|-) (?P<sent>\d+|-) (?P<size>\d+|-) (?P<total>\d+|-) (?P<turn>\d+|-) "
    r'"(?P<referer>[^"]*)" "(?P<agent>.*)"(?P<tail>( \S+)*)'
)


@dataclass(frozen=True, slots=True)
class Request:
    """One line, read."""

    fields: dict[str, str]
    tail: list[str]
    second: int

    @property
    def count(self) -> int:
        """Fields of the line: 17 up to the user agent, and what follows."""
        return 17 + len(self.tail)


def read_line(line: str) -> Request:
    found = LINE.fullmatch(line)
    assert found is not None, line
    fields = found.groupdict()
    moment = datetime.strptime(fields["time"], "%d/%b/%Y:%H:%M:%S %z")
    return Request(fields, fields["tail"].split(), int(moment.timestamp()))


def text_of(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.name.endswith(".gz") else data).decode()


def log_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def requests_of(folder: Path) -> list[Request]:
    return [read_line(line) for path in log_files(folder) for line in text_of(path).splitlines()]


def records_of(folder: Path) -> list[dict[str, Any]]:
    documents = (json.loads(text_of(path)) for path in log_files(folder))
    return [record for document in documents for record in document["Records"]]
