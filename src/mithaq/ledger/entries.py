"""What a leaf says: one act as canonical JSON (RFC 8785), without personal data.

    {"mithaq":"entry/v1","kind":"review:decision:approved","at":"2026-09-21T09:00:00Z",
     "actor":{"pseudonym":"p_…","role":"approver"},"case":"c_…","facts":{…},
     "commitments":{"reasons":"<64 hex>"},"nonce":"<64 hex>"}

Facts are words, ids, digests, numbers and times: nothing that a person typed. What somebody typed, and
whatever could name somebody, is personal: the leaf holds HMAC-SHA256(salt, value) under a salt of 32 random
bytes, and salt and value lie elsewhere until they are erased. The nonce keeps a leaf that says little from
being guessed from its hash.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeAlias

import msgspec
import rfc8785

from mithaq.kernel.canonical import Json
from mithaq.kernel.clock import format_instant
from mithaq.ledger.errors import BadEntry, BadFormat
from mithaq.ledger.kinds import ActKind
from mithaq.ledger.text import DAMAGED
from mithaq.ledger.tiles import MAX_ENTRY_BYTES

Entropy: TypeAlias = Callable[[int], bytes]
"""Gives that many random bytes."""

FORMAT: Final = "entry/v1"
SALT_BYTES: Final = 32
NONCE_BYTES: Final = 32

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_WORD: Final = re.compile(r"[!-?A-~]{0,512}", re.ASCII)
"""Printable ASCII without the space and without @: no sentence and no address of a person gets through."""

_PRINTABLE: Final = re.compile(r"[ -~]*", re.ASCII)
_EXACT: Final = 1 << 53
"""Below it every whole number is one that a double can hold."""

_HEX_32: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ActorRef:
    """Who acted, without naming them: a pseudonym of the account, and the role in which they acted."""

    pseudonym: str
    role: str


@dataclass(frozen=True, slots=True)
class Act:
    """What an entry says: facts that anybody may read, and personal values that it only commits to."""

    kind: ActKind
    at: datetime
    actor: ActorRef
    case: str = ""
    facts: Mapping[str, Json] = field(default_factory=dict)
    personal: Mapping[str, str] = field(default_factory=dict)


class _Actor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pseudonym: str
    role: str


class EntryBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A leaf as it is read back."""

    mithaq: str
    kind: str
    at: str
    actor: _Actor
    case: str
    facts: dict[str, Any]
    commitments: dict[str, str]
    nonce: str


@dataclass(frozen=True, slots=True)
class WrittenEntry:
    """A leaf, and the salts without which its commitments say nothing."""

    leaf: bytes
    salts: Mapping[str, bytes]


def commitment(salt: bytes, value: str) -> str:
    """Commit to a personal value: HMAC-SHA256 under its salt, in hexadecimal."""
    return hmac.digest(salt, value.encode(), "sha256").hex()


def opens(body: EntryBody, name: str, salt: bytes, value: str) -> bool:
    """Say whether salt and value are what the entry committed to under this name."""
    return hmac.compare_digest(body.commitments.get(name, ""), commitment(salt, value))


def write_entry(act: Act, entropy: Entropy) -> WrittenEntry:
    """Write an act as a leaf; raises BadEntry, naming the field that does not belong into a ledger."""
    for name in (*act.facts, *act.personal):
        if not _NAME.fullmatch(name):
            raise BadEntry(
                f"{name!r} is not the name of a field", hint="Use small ASCII letters, digits and _."
            )
    for name, fact in act.facts.items():
        _check_fact(fact, name)
    for name, word in (("case", act.case), ("pseudonym", act.actor.pseudonym), ("role", act.actor.role)):
        _check_fact(word, name)
    salts = {name: entropy(SALT_BYTES) for name in sorted(act.personal)}
    body: dict[str, Json] = {
        "mithaq": FORMAT,
        "kind": act.kind.value,
        "at": format_instant(act.at),
        "actor": {"pseudonym": act.actor.pseudonym, "role": act.actor.role},
        "case": act.case,
        "facts": dict(act.facts),
        "commitments": {name: commitment(salt, act.personal[name]) for name, salt in salts.items()},
        "nonce": entropy(NONCE_BYTES).hex(),
    }
    leaf = _canonical(body)
    if len(leaf) > MAX_ENTRY_BYTES:
        raise BadEntry(
            f"the entry has {len(leaf):,} bytes; at most {MAX_ENTRY_BYTES:,} fit",
            hint="Keep large things outside the ledger and put their digest into the entry.",
        )
    return WrittenEntry(leaf, salts)


def parse_entry(leaf: bytes) -> EntryBody:
    """Read a leaf; raises BadFormat unless it is an entry in its one canonical spelling."""
    try:
        body = msgspec.json.decode(leaf, type=EntryBody)
        canonical = (
            msgspec.json.encode(body, order="sorted") == leaf or _canonical(msgspec.to_builtins(body)) == leaf
        )
    except (msgspec.MsgspecError, RecursionError, UnicodeError, BadEntry) as error:
        raise BadFormat("this is not a ledger entry", hint=DAMAGED) from error
    if body.mithaq != FORMAT:
        raise BadFormat(f"the entry is of the format {body.mithaq!r}, not {FORMAT!r}", hint="Update Mithaq.")
    if not canonical:
        raise BadFormat("the entry is not canonical JSON", hint=DAMAGED)
    if not all(map(_HEX_32.fullmatch, (body.nonce, *body.commitments.values()))):
        raise BadFormat("the entry's nonce or a commitment is not 32 bytes in hexadecimal", hint=DAMAGED)
    return body


def _canonical(body: Any) -> bytes:  # noqa: ANN401 -- whatever JSON can say; the library answers for the rest
    try:
        if _same_everywhere(body):
            return msgspec.json.encode(body, order="sorted")
        return rfc8785.dumps(body)
    except (rfc8785.CanonicalizationError, UnicodeError, RecursionError) as error:
        raise BadEntry(
            f"the entry cannot be written as canonical JSON: {error}",
            hint="Numbers must be finite and whole numbers below 2^53; text must be valid Unicode.",
        ) from error


def _same_everywhere(value: object) -> bool:
    """Say whether any encoder that sorts keys and leaves no spaces writes this as RFC 8785 does.

    What encoders differ in is numbers with a fraction or beyond 2^53, and text beyond printable ASCII.
    """
    if isinstance(value, str):
        return _PRINTABLE.fullmatch(value) is not None
    if isinstance(value, dict):
        return all(_same_everywhere(key) and _same_everywhere(inner) for key, inner in value.items())
    if isinstance(value, list):
        return all(map(_same_everywhere, value))
    return value is None or (isinstance(value, int) and abs(value) < _EXACT)


def _check_fact(value: Json, name: str) -> None:
    if isinstance(value, str):
        if not _WORD.fullmatch(value):
            raise BadEntry(
                "a fact holds free text, which nobody could ever erase",
                field=name,
                hint="Facts are ids, words, digests and times. Hand what a person typed over as personal.",
            )
    elif isinstance(value, dict):
        for key, inner in value.items():
            _check_fact(key, name)
            _check_fact(inner, name)
    elif isinstance(value, list):
        for inner in value:
            _check_fact(inner, name)
