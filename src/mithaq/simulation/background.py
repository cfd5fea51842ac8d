"""What every account's logs hold besides its use: listings, probes, and the provider's own requests."""

from __future__ import annotations

from typing import Final

import numpy as np

from mithaq.simulation import ids
from mithaq.simulation.customers import Customer
from mithaq.simulation.s3_lines import Line

_LISTINGS_PER_HOUR: Final = 2.0
_PROBES_PER_HOUR: Final = 1.0
_PROVIDERS_PER_HOUR: Final = 1.5

_PROBED: Final = (
    "reports/monthly%2520summary.pdf",
    "%25D8%25AA%25D9%2582%25D8%25B1%25D9%258A%25D8%25B1.pdf",
)
"""Keys are percent-encoded twice: a blank, and a word in Arabic letters."""

_PROVIDERS: Final = (
    ("svc:s3.amazonaws.com", "REST.PUT.OBJECT", "PUT", "inventory"),
    ("svc:cloudtrail.amazonaws.com", "REST.PUT.OBJECT", "PUT", "AWSLogs"),
    ("arn:aws:sts::{account}:assumed-role/AWSServiceRoleForBackup/session", "REST.GET.OBJECT", "GET", "copy"),
)


def storage_background(customer: Customer, hour: int, rng: np.random.Generator) -> list[Line]:
    """Give an hour's requests that are no use; `hour` counts from the epoch. Not in order of time."""
    makers = ((_LISTINGS_PER_HOUR, _listing), (_PROBES_PER_HOUR, _probe), (_PROVIDERS_PER_HOUR, _by_provider))
    return [make(customer, hour, rng) for rate, make in makers for _ in range(int(rng.poisson(rate)))]


def _listing(customer: Customer, hour: int, rng: np.random.Generator) -> Line:
    caller = customer.callers[0][0]
    return Line(
        second=_moment(hour, rng),
        bucket=customer.buckets[0],
        requester=caller.arn,
        address=caller.address,
        agent=caller.user_agent,
        native="REST.GET.BUCKET",
        key="-",
        uri="GET /?list-type=2&prefix=&delimiter=%2F HTTP/1.1",
        status="200",
        error="-",
        sent=str(int(rng.integers(400, 90_000))),
        size="-",
        milliseconds=int(rng.integers(10, 300)),
    )


def _probe(customer: Customer, hour: int, rng: np.random.Generator) -> Line:
    """Somebody without an account asks for an object that is not there."""
    key = _PROBED[int(rng.integers(len(_PROBED)))]
    return Line(
        second=_moment(hour, rng),
        bucket=customer.buckets[0],
        requester="-",
        address=ids.address(rng),
        agent="curl/8.5.0",
        native="REST.HEAD.OBJECT",
        key=key,
        uri=f"HEAD /{key.replace('%25', '%')} HTTP/1.1",
        status="404",
        error="NoSuchKey",
        sent="-",
        size="-",
        milliseconds=int(rng.integers(4, 40)),
    )


def _by_provider(customer: Customer, hour: int, rng: np.random.Generator) -> Line:
    requester, native, verb, word = _PROVIDERS[int(rng.integers(len(_PROVIDERS)))]
    key = f"{word}/{rng.bytes(16).hex()}.gz"
    size = str(int(rng.integers(2_000, 9_000_000)))
    return Line(
        second=_moment(hour, rng),
        bucket=customer.buckets[0],
        requester=requester.format(account=customer.account),
        address="-",
        agent="aws-internal/3",
        native=native,
        key=key,
        uri=f"{verb} /{key} HTTP/1.1",
        status="200",
        error="-",
        sent=size if verb == "GET" else "-",
        size=size,
        milliseconds=int(rng.integers(10, 300)),
    )


def _moment(hour: int, rng: np.random.Generator) -> int:
    return hour * 3600 + int(rng.integers(3600))
