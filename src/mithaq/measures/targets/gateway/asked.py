"""What a request to an S3 or Swift store would do, and to whose storage: read from its line and its headers.

Nothing here is believed in anybody's favour: the access key's id is read without checking a signature, so it
may only ever close a door. Where a store might understand a request in more ways than one, all of them are
given, and one that is closed closes the request.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, unquote

from mithaq.measures.model import Operation


class Action(StrEnum):
    """What policies may speak of."""

    READ = Operation.READ.value
    WRITE = Operation.WRITE.value
    DELETE = Operation.DELETE.value
    LIST = Operation.LIST.value
    OTHER = "other"
    """Whatever moves no data: listing one's buckets, making an empty one, reading or setting permissions."""


EVERYTHING: Final = (Action.READ, Action.WRITE, Action.DELETE, Action.LIST)


class Deed(NamedTuple):
    """One thing that a request does; `places` are the buckets, or the account, that it may mean.

    `by_key` says whether the key that asks tells whose a place is that no table names.
    """

    action: Action
    places: tuple[str, ...]
    by_key: bool = True


class Asked(NamedTuple):
    """A request as it is understood; `word` is its operation as S3 access logs write it."""

    deeds: tuple[Deed, ...]
    keys: tuple[str, ...]
    """The ids of access keys that it names, none for nobody's."""
    word: str
    bucket: str = ""
    name: str = ""
    """The object, or nothing."""


_CONFIGURATION: Final = frozenset(
    {
        *("accelerate", "acl", "analytics", "cors", "encryption", "intelligent-tiering", "inventory"),
        *("legal-hold", "lifecycle", "location", "logging", "metrics", "notification", "object-lock"),
        *("ownershipControls", "policy", "policyStatus", "publicAccessBlock", "replication"),
        *("requestPayment", "retention", "tagging", "versioning", "website"),
    }
)
"""Sub-resources of a bucket that are settings and hold none of its data."""

_OBJECT_CONFIGURATION: Final = frozenset({"acl", "legal-hold", "retention"})
"""Those of an object; tags are data, and belong to it."""

_VERSION: Final = "versionId"
_SELECT: Final = frozenset({"select", "select-type"})
_SIGNED: Final = re.compile(r"Credential=([^/,\s]+)/")
_SIGNED_V2: Final = re.compile(r"\s*AWS\s+([^:\s]+):")
_SWIFT: Final = re.compile(r"/(?:swift/)?v1(?:\.0)?/([^/]+)/?([^/]*)/?(.*)", re.DOTALL)
_READS: Final = frozenset({"GET", "HEAD"})
_FORM: Final = "multipart/form-data"


def read_request(method: str, target: str, headers: Mapping[str, str], hosts: Sequence[str]) -> Asked:
    """Understand a request; `target` is as it was sent, names of headers are in lower case.

    `hosts` are the names under which the store is reached; below them, names of buckets stand in front.
    """
    raw, _, query = _below_host(target).partition("?")
    path = unquote(raw, errors="surrogateescape") if "%" in raw else raw
    named = parse_qsl(query, keep_blank_values=True) if query else []
    as_s3 = _read_s3(method, path, named, headers, hosts)
    account = _SWIFT.fullmatch(path)
    if account is None:
        return as_s3
    # A bucket may be called as the path of Swift begins. Requests of Swift name no access key.
    as_swift = _swift(method, account, named, headers)
    if not as_s3.keys:
        return as_swift
    return as_swift._replace(deeds=(*as_swift.deeds, *as_s3.deeds), keys=as_s3.keys)


def _below_host(target: str) -> str:
    """Give a target without the scheme and host that it may be sent with; the header says the host."""
    if target.startswith("/") or "://" not in target:
        return target
    return "/" + target.partition("://")[2].partition("/")[2]


def _read_s3(
    method: str,
    path: str,
    named: Sequence[tuple[str, str]],
    headers: Mapping[str, str],
    hosts: Sequence[str],
) -> Asked:
    keys = tuple(dict.fromkeys(_keys(named, headers)))
    names = frozenset(name for name, _value in named if not _is_signature(name))
    host = _host(headers.get("host", ""))
    in_front = _host_bucket(host, hosts)
    bucket, name = _split(path, in_front)
    places = tuple(dict.fromkeys(_places(path, bucket, bool(in_front))))
    action, word = _s3(method, bool(bucket), bool(name), names, headers)
    deeds = [Deed(each, places) for each in action]
    if not in_front and host and host not in hosts:
        # A name of the customer's own may stand for a bucket, if somebody has one of this name.
        action, _word = _s3(method, True, len(path) > 1, names, headers)  # noqa: FBT003  # a level
        deeds += [Deed(each, (host,), by_key=False) for each in action]
    source = headers.get("x-amz-copy-source", "")
    if source:
        deeds.append(Deed(Action.READ, _source(source)))
        word = word.replace("REST.PUT.", "REST.COPY.")
    return Asked(deeds=tuple(deeds), keys=keys, word=word, bucket=bucket, name=name)


def _is_signature(name: str) -> bool:
    lower = name.lower()
    return lower.startswith("x-amz-") or lower in {"x-id", "awsaccesskeyid", "signature", "expires"}


def _keys(named: Sequence[tuple[str, str]], headers: Mapping[str, str]) -> Iterator[str]:
    signed = headers.get("authorization", "")
    if signed:
        found = _SIGNED.search(signed) or _SIGNED_V2.match(signed)
        if found is not None:
            yield found[1]
    for name, value in named:
        if name.lower() == "x-amz-credential":
            yield value.partition("/")[0]
        elif name.lower() == "awsaccesskeyid":
            yield value


def _host(host: str) -> str:
    name = host.lower()
    if not name.startswith("["):
        name = name.partition(":")[0]
    return name.rstrip(".")


def _host_bucket(host: str, hosts: Sequence[str]) -> str:
    """Give the bucket that stands in front of one of the store's own names, or nothing."""
    for each in hosts:
        if host.endswith(f".{each}"):
            return host.removesuffix(f".{each}")
    return ""


def _split(path: str, host_bucket: str) -> tuple[str, str]:
    """Give the bucket and the object as most stores find them."""
    rest = path.removeprefix("/")
    if host_bucket:
        return host_bucket, rest
    bucket, _, name = rest.partition("/")
    return bucket, name


def _places(path: str, bucket: str, in_front: bool) -> Iterator[str]:  # noqa: FBT001  # where it stands
    """Give every bucket that some store might take the request to mean."""
    if bucket:
        yield bucket
    # A bucket in front decides, whatever the path says.
    if not in_front and ("//" in path or "/." in path):
        for tidy in (path.lstrip("/"), posixpath.normpath(path).lstrip("/")):
            yield tidy.partition("/")[0]


def _source(source: str) -> tuple[str, ...]:
    path = unquote(source, errors="surrogateescape").partition("?")[0]
    tidy = posixpath.normpath(f"/{path}").lstrip("/")
    return tuple(dict.fromkeys((path.removeprefix("/").partition("/")[0], tidy.partition("/")[0])))


def _s3(
    method: str,
    bucket: bool,  # noqa: FBT001  # which of the three levels it is
    name: bool,  # noqa: FBT001  # as above
    names: frozenset[str],
    headers: Mapping[str, str],
) -> tuple[tuple[Action, ...], str]:
    if method == "OPTIONS":
        return (Action.OTHER,), "REST.OPTIONS.PREFLIGHT"
    if not bucket:
        known = method in _READS or method == "POST"
        return ((Action.OTHER,) if known else EVERYTHING), f"REST.{method}.SERVICE"
    return _on_object(method, names) if name else _on_bucket(method, names, headers)


def _on_object(method: str, names: frozenset[str]) -> tuple[tuple[Action, ...], str]:
    settings = names - {_VERSION}
    if settings and settings <= _OBJECT_CONFIGURATION and method in {"GET", "HEAD", "PUT"}:
        return (Action.OTHER,), f"REST.{method}.{_resource(settings)}"
    if method in {*_READS, "DELETE"}:
        action = Action.DELETE if method == "DELETE" else Action.READ
        return (action,), f"REST.{method}.{_resource(settings) if settings else 'OBJECT'}"
    if method == "PUT":
        part = "partNumber" in names or "uploadId" in names
        return (Action.WRITE,), f"REST.PUT.{'PART' if part else 'OBJECT'}"
    if method == "POST":
        if "select" in names and settings <= _SELECT:
            return (Action.READ,), "REST.SELECT.OBJECT"
        return (Action.WRITE,), f"REST.POST.{_resource(settings) if settings else 'OBJECT'}"
    return EVERYTHING, f"REST.{method}.OBJECT"


def _on_bucket(
    method: str, names: frozenset[str], headers: Mapping[str, str]
) -> tuple[tuple[Action, ...], str]:
    if names and names <= _CONFIGURATION and method in {*_READS, "PUT", "DELETE"}:
        return (Action.OTHER,), f"REST.{method}.{_resource(names)}"
    if method in _READS:
        return (Action.LIST,), f"REST.{method}.{_listed(names)}"
    if method in {"PUT", "DELETE"}:
        # Making or removing an empty bucket moves no data; whatever else is meant is taken for the worst.
        worst = Action.WRITE if method == "PUT" else Action.DELETE
        return ((worst if names else Action.OTHER),), f"REST.{method}.BUCKET"
    if method == "POST" and names == {"delete"}:
        return (Action.DELETE,), "REST.POST.MULTI_OBJECT_DELETE"
    if method == "POST":
        form = headers.get("content-type", "").lower().startswith(_FORM)
        return (Action.WRITE,), f"REST.POST.{'OBJECT' if form or not names else _resource(names)}"
    return EVERYTHING, f"REST.{method}.BUCKET"


def _listed(names: frozenset[str]) -> str:
    if "uploads" in names:
        return "UPLOADS"
    return "BUCKETVERSIONS" if "versions" in names else "BUCKET"


_WORDS: Final = {"uploadId": "UPLOAD", "uploads": "UPLOADS"}


def _resource(names: frozenset[str]) -> str:
    first = min(names)
    plain = re.sub(r"[^A-Z]", "", first.upper())
    return _WORDS.get(first, plain or "OTHER")


def _swift(
    method: str, found: re.Match[str], named: Sequence[tuple[str, str]], headers: Mapping[str, str]
) -> Asked:
    """Understand a request of Swift: the account in its path is whose storage it is, whoever asks."""
    account, container, name = found.groups()
    names = {name for name, _value in named}
    here = (account,)
    deeds: list[Deed] = []
    if "extract-archive" in names:
        deeds.append(Deed(Action.WRITE, here))
    if "bulk-delete" in names:
        deeds.append(Deed(Action.DELETE, here))
    level = "OBJECT" if name else "BUCKET" if container else "SERVICE"
    deeds += [Deed(each, here) for each in _swift_actions(method, level, headers)]
    copied = headers.get("x-copy-from", "")
    if copied:
        deeds.append(Deed(Action.READ, (headers.get("x-copy-from-account", account),)))
    if method == "COPY":
        deeds.append(Deed(Action.WRITE, (headers.get("destination-account", account),)))
    word = f"REST.{'COPY' if copied else method}.{level}"
    return Asked(deeds=tuple(deeds), keys=(), word=word, bucket=container, name=name)


def _swift_actions(method: str, level: str, headers: Mapping[str, str]) -> tuple[Action, ...]:
    if method == "OPTIONS" or level == "SERVICE":
        return (Action.OTHER,)
    if level == "OBJECT":
        known = {"GET": Action.READ, "HEAD": Action.READ, "COPY": Action.READ, "DELETE": Action.DELETE}
        known |= {"PUT": Action.WRITE, "POST": Action.WRITE}
        return (known[method],) if method in known else EVERYTHING
    form = headers.get("content-type", "").lower().startswith(_FORM)
    if method in _READS:
        return (Action.LIST,)
    if method in {"PUT", "POST", "DELETE"}:
        return (Action.WRITE,) if form else (Action.OTHER,)
    return EVERYTHING
