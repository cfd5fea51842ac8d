"""One pass over an S3 access-log line, tolerant of every quoting fault seen in real ones.

The fields before the request URI and after the user agent never hold a space of their own, so they are
found from both ends: forward by spaces to the URI, then the six plain fields behind the first quote that
they really follow, and backward from the line's last quote to the host header. Quotes inside URI, referer
or user agent then cannot shift a field. Field order: Amazon S3 user guide, *server access log format*.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from mithaq.telemetry.events import FATE, Fate
from mithaq.telemetry.kernels.jit import Bytes, Ints, compiled
from mithaq.telemetry.kernels.words import find
from mithaq.telemetry.sources.limits import FIRST_SECOND, FUTURE_TOLERANCE

# Columns of the spans array: a start and a length each; length -1 is `-`.
OWNER, BUCKET, REQUESTER, OPERATION, KEY, REGION = 0, 1, 2, 3, 4, 5
SPANS: Final = 6

# Columns of the numbers array.
TIME, SENT, SIZE, FAILED = 0, 1, 2, 3
NUMBERS: Final = 4

_KEPT = FATE[Fate.KEPT]
_BAD_RECORD = FATE[Fate.BAD_RECORD]
_BAD_TIME = FATE[Fate.BAD_TIME]
_BEFORE_2006 = FATE[Fate.BEFORE_2006]
_FUTURE = FATE[Fate.FUTURE_TIME]
_NO_SUBSCRIPTION = FATE[Fate.NO_SUBSCRIPTION]
_PROVIDER = FATE[Fate.PROVIDER_PRINCIPAL]

_SPACE, _QUOTE, _DASH = 32, 34, 45
_MONTHS = np.frombuffer(b"JanFebMarAprMayJunJulAugSepOctNovDec", np.uint8)
_MONTH_DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)
_SVC = np.frombuffer(b"svc:", np.uint8)
_AMAZON_S3 = np.frombuffer(b"AmazonS3", np.uint8)
_SERVICE_ROLE = np.frombuffer(b"AWSServiceRoleFor", np.uint8)
_DELIVERY = np.frombuffer(b":user/awslogsdelivery", np.uint8)
_LIFECYCLE = np.frombuffer(b"S3.", np.uint8)
_S3_DOT = np.frombuffer(b"s3.", np.uint8)
_DUALSTACK = np.frombuffer(b"dualstack.", np.uint8)
_S3_DASH = np.frombuffer(b"s3-", np.uint8)


@compiled
def _next_space(buf: Bytes, at: int, end: int) -> int:
    return find(buf, at, end, _SPACE)


@compiled
def _matches(buf: Bytes, at: int, end: int, word: Bytes) -> bool:
    if end - at < word.shape[0]:
        return False
    for i in range(word.shape[0]):
        if buf[at + i] != word[i]:
            return False
    return True


@compiled
def _number(buf: Bytes, at: int, end: int) -> int:
    """An unsigned decimal; -1 for `-`, -2 for anything else (or more digits than 63 bits hold)."""
    if end - at == 1 and buf[at] == _DASH:
        return -1
    if end <= at or end - at > 18:
        return -2
    value = 0
    for i in range(at, end):
        if not 48 <= buf[i] <= 57:
            return -2
        value = value * 10 + (buf[i] - 48)
    return value


@compiled
def _digits(buf: Bytes, at: int, count: int) -> int:
    """A decimal of exactly so many digits; negative if one of them is none."""
    value = 0
    for i in range(count):
        digit = int(buf[at + i]) - 48
        if digit < 0 or digit > 9:
            return -1
        value = value * 10 + digit
    return value


@compiled
def _days_before(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to a date of the proleptic Gregorian calendar."""
    y = year - (1 if month <= 2 else 0)
    era = y // 400
    yoe = y - era * 400
    doy = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    doe = yoe * 365 + yoe // 4 - yoe // 100 + doy
    return era * 146097 + doe - 719468


@compiled
def _days_in(year: int, month: int) -> int:
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return int(_MONTH_DAYS[month - 1]) + (1 if leap else 0)


@compiled
def _instant(buf: Bytes, at: int, end: int) -> int:
    """Seconds since the epoch of `[06/Feb/2019:00:00:38 +0000]` at `at`; -1 if it is none."""
    if end - at < 28 or buf[at] != 91 or buf[at + 27] != 93 or buf[at + 21] != _SPACE:
        return -1
    month = 0
    for m in range(12):
        if (
            buf[at + 4] == _MONTHS[3 * m]
            and buf[at + 5] == _MONTHS[3 * m + 1]
            and buf[at + 6] == _MONTHS[3 * m + 2]
        ):
            month = m + 1
    day = _digits(buf, at + 1, 2)
    year = _digits(buf, at + 8, 4)
    hour = _digits(buf, at + 13, 2)
    minute = _digits(buf, at + 16, 2)
    second = _digits(buf, at + 19, 2)
    zone_hour = _digits(buf, at + 23, 2)
    zone_minute = _digits(buf, at + 25, 2)
    if month == 0 or year < 0 or not 1 <= day <= _days_in(year, month):
        return -1
    if not 0 <= hour <= 23 or not 0 <= minute <= 59:
        return -1
    if not 0 <= second <= 60 or not 0 <= zone_hour <= 14 or not 0 <= zone_minute <= 59:
        return -1
    if buf[at + 3] != 47 or buf[at + 7] != 47 or buf[at + 12] != 58:
        return -1
    sign = buf[at + 22]
    if sign not in (43, _DASH):
        return -1
    offset = zone_hour * 3600 + zone_minute * 60
    local = _days_before(year, month, day) * 86400 + hour * 3600 + minute * 60 + second
    return local - offset if sign == 43 else local + offset


@compiled
def _plain_fields(buf: Bytes, at: int, end: int, numbers: Ints) -> int:
    """Read ` status error sent size total turn-around ` at `at`; returns where the referer begins or -1."""
    status_end = _next_space(buf, at, end)
    status = _number(buf, at, status_end)
    if status == -2 or (status >= 0 and status_end - at != 3):
        return -1
    error_at = status_end + 1
    error_end = _next_space(buf, error_at, end)
    if error_end <= error_at or buf[error_at] == _QUOTE:
        return -1
    at = error_end
    for column in range(4):
        begin = at + 1
        at = _next_space(buf, begin, end)
        value = _number(buf, begin, at)
        if value == -2:
            return -1
        if column == 0:
            numbers[SENT] = max(value, 0)
        elif column == 1:
            numbers[SIZE] = value
    if at + 1 >= end or buf[at + 1] not in (_QUOTE, _DASH):
        return -1
    no_error = error_end - error_at == 1 and buf[error_at] == _DASH
    numbers[FAILED] = 1 if status >= 400 or (status < 0 and not no_error) else 0
    return at + 1


@compiled
def _after_uri(buf: Bytes, at: int, end: int, numbers: Ints) -> int:
    """Step over the request URI at `at` and the plain fields; returns where the referer begins or -1."""
    if at >= end:
        return -1
    if buf[at] == _DASH and at + 1 < end and buf[at + 1] == _SPACE:
        return _plain_fields(buf, at + 2, end, numbers)
    if buf[at] != _QUOTE:
        return -1
    i = find(buf, at + 1, end, _QUOTE)
    while i + 1 < end:
        if buf[i + 1] == _SPACE:
            found = _plain_fields(buf, i + 2, end, numbers)
            if found >= 0:
                return found
        i = find(buf, i + 1, end, _QUOTE)
    return -1


@compiled
def _tail(buf: Bytes, at: int, end: int) -> int:
    """From the referer at `at`, find what follows the user agent; -1 when a quote was never closed."""
    quotes, last = 0, -1
    i = find(buf, at, end, _QUOTE)
    while i < end:
        quotes += 1
        last = i
        i = find(buf, i + 1, end, _QUOTE)
    if quotes == 0:
        # Neither referer nor user agent is quoted: both are `-`.
        return _next_space(buf, _next_space(buf, at, end) + 1, end)
    needed = 4 if buf[at] == _QUOTE else 2
    if quotes < needed and not (buf[at] == _QUOTE and last + 2 < end and buf[last + 2] == _DASH):
        return -1
    if last + 1 < end and buf[last + 1] != _SPACE:
        return -1
    return last + 1


@compiled
def _region(buf: Bytes, at: int, end: int, spans: Ints) -> None:
    """From behind the user agent, find the region in the host header, the sixth field from there."""
    spans[2 * REGION + 1] = -1
    for _ in range(5):
        at = _next_space(buf, at + 1, end)
    host = at + 1
    if host >= end:
        return
    host_end = _next_space(buf, host, end)
    i = host
    while i < host_end:
        begins = i == host or buf[i - 1] == 46
        if begins and (_matches(buf, i, host_end, _S3_DOT) or _matches(buf, i, host_end, _S3_DASH)):
            label = i + 3
            if _matches(buf, label, host_end, _DUALSTACK):
                label += 10
            label_end = label
            while label_end < host_end and buf[label_end] != 46:
                label_end += 1
            spans[2 * REGION] = label
            spans[2 * REGION + 1] = label_end - label
        i += 1


@compiled
def _is_provider(buf: Bytes, at: int, end: int, operation: int) -> bool:
    """Whether the requester is the provider itself; its lifecycle work follows the customer's own rules."""
    if _matches(buf, at, end, _SVC):
        return True
    if _matches(buf, at, end, _AMAZON_S3):
        return not _matches(buf, operation, operation + 3, _LIFECYCLE)
    if end - at > 21 and _matches(buf, end - 21, end, _DELIVERY):
        return True
    i = find(buf, at, end, 65)  # A
    while i < end:
        if _matches(buf, i, end, _SERVICE_ROLE):
            return True
        i = find(buf, i + 1, end, 65)
    return False


@compiled
def _owner_is_id(buf: Bytes, at: int, length: int) -> bool:
    if length < 1 or length > 128:
        return False
    for i in range(at, at + length):
        byte = buf[i]
        if not (48 <= byte <= 57 or 65 <= byte <= 90 or 97 <= byte <= 122):
            return False
    return True


@compiled
def _parse_line(buf: Bytes, at: int, end: int, now: int, spans: Ints, numbers: Ints) -> int:
    """Fill the spans and numbers of one line; returns its fate."""
    for field in range(8):
        if field == 2:
            numbers[TIME] = _instant(buf, at, end)
            stop = at
            while buf[at] == 91 and stop < end and buf[stop] != 93:
                stop += 1
            stop = _next_space(buf, stop, end)
        else:
            stop = _next_space(buf, at, end)
        if stop >= end or stop == at:
            return _BAD_RECORD
        column = OWNER if field == 0 else BUCKET if field == 1 else REQUESTER if field == 4 else -1
        column = OPERATION if field == 6 else KEY if field == 7 else column
        if column >= 0:
            nothing = stop - at == 1 and buf[at] == _DASH
            spans[2 * column] = at
            spans[2 * column + 1] = -1 if nothing else stop - at
        at = stop + 1
    referer = _after_uri(buf, at, end, numbers)
    if referer < 0:
        return _BAD_RECORD
    tail = _tail(buf, referer, end)
    if tail < 0:
        return _BAD_RECORD
    if numbers[TIME] < 0:
        return _BAD_TIME
    if numbers[TIME] < FIRST_SECOND:
        return _BEFORE_2006
    if numbers[TIME] > now + FUTURE_TOLERANCE:
        return _FUTURE
    if not _owner_is_id(buf, spans[2 * OWNER], spans[2 * OWNER + 1]):
        return _NO_SUBSCRIPTION
    requester = spans[2 * REQUESTER]
    if _is_provider(buf, requester, requester + spans[2 * REQUESTER + 1], spans[2 * OPERATION]):
        return _PROVIDER
    _region(buf, tail, end, spans)
    return _KEPT


@compiled
def parse_lines(
    buf: Bytes,
    starts: Ints,
    ends: Ints,
    now: int,
    fates: npt.NDArray[np.uint8],
    spans: npt.NDArray[np.int64],
    numbers: npt.NDArray[np.int64],
) -> None:
    """Parse lines `buf[starts[i]:ends[i]]` into fates (n), spans (n, 2 x SPANS) and numbers (n, NUMBERS)."""
    for row in range(starts.shape[0]):
        fates[row] = _parse_line(buf, starts[row], ends[row], now, spans[row], numbers[row])
