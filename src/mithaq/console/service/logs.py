"""Logs of a running Mithaq: one JSON document a line, and nothing in it that names a person.

    {"at":"2026-09-21T12:00:00Z","event":"request","level":"info","logger":"mithaq.requests",
     "method":"GET","milliseconds":4,"route":"ledger/entries/<int:seq>/","status":200}

What our own code logs is an event's name with fields that it chose: words, numbers, pseudonyms. Of anybody
else's record only the place, the unfilled template and the path of calls are written: what is filled in may
be an address, a link's secret or a row of the database, and so may the message of an exception.
"""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final, TextIO

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from mithaq.kernel.canonical import Json
from mithaq.kernel.clock import format_instant

_OURS: Final = "mithaq"
_FIELDS: Final = "mithaq_fields"
_QUIET: Final = ("/healthz", "/readyz", "/metrics")
"""What machines ask every few seconds says nothing unless it fails."""


def say(
    logger: logging.Logger,
    event: str,
    fields: Mapping[str, Json] | None = None,
    *,
    level: int = logging.INFO,
) -> None:
    """Log an event; its fields are for words, numbers and pseudonyms, never for what a person typed."""
    logger.log(level, event, extra={_FIELDS: fields or {}})


class OneDocumentALine(logging.Formatter):
    """Writes a record as JSON, leaving out whatever might name a person."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line."""
        said: dict[str, Json] = {
            "at": format_instant(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if record.name.partition(".")[0] == _OURS:
            said |= {"event": str(record.msg), **getattr(record, _FIELDS, {})}
        else:
            said["where"] = f"{record.module}:{record.lineno}"
            if record.args and isinstance(record.msg, str):
                said["template"] = record.msg
        if record.exc_info and record.exc_info[0] is not None:
            said |= _trace(record.exc_info[0], record.exc_info[1])
        return json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _trace(kind: type[BaseException], error: BaseException | None) -> dict[str, Json]:
    """Give the kind of an exception and its path, without its message and without any variable."""
    frames = traceback.extract_tb(error.__traceback__ if error else None)
    path: list[Json] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": f"{kind.__module__}.{kind.__qualname__}", "trace": path}


def write_logs(stream: TextIO) -> None:
    """Make this process (and those it forks) log to a stream in this form only."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneDocumentALine())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in list(logging.root.manager.loggerDict):
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = True
    # What it would say of a request stands in our own line.
    logging.getLogger("django.request").setLevel(logging.ERROR)


class Requests:
    """Logs each request by method, route and status; never its path, which may hold a link's secret."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        self._log = logging.getLogger("mithaq.requests")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and say that it was answered."""
        began = time.monotonic()
        response = self._get_response(request)
        if request.path not in _QUIET or response.status_code >= 400:  # noqa: PLR2004  # as RFC 9110 divides them
            match = request.resolver_match
            say(
                self._log,
                "request",
                {
                    "method": request.method if request.method in METHODS else "other",
                    "route": match.route if match else "",
                    "status": response.status_code,
                    "milliseconds": round((time.monotonic() - began) * 1000),
                },
            )
        return response


METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
