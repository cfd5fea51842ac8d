"""Signed notes: text with signature lines, as C2SP signed-note v1.0.0 defines them.

A key is known by its name and its 4-byte id. A signature by an unknown key is left aside; one that a known
key is said to have made and has not spoils the whole note. Source: https://c2sp.org/signed-note@v1.0.0
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from mithaq.ledger.errors import BadFormat, BadSignature
from mithaq.ledger.text import DAMAGED, read_base64, read_text, to_base64

ED25519: Final = 0x01
"""Signature type of an Ed25519 signature over the note's text."""

KEY_ID_BYTES: Final = 4
ED25519_KEY_BYTES: Final = 32
MAX_NOTE_BYTES: Final = 1_000_000
MAX_SIGNATURES: Final = 100
"""Limits that Go's sumdb/note sets too; the format asks for at least 16 signatures."""

_DASH: Final = "— "
PRIVATE_PREFIX: Final = "PRIVATE+KEY+"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who is said to have signed, and what stands after the key id."""

    name: str
    key_id: bytes
    body: bytes

    def line(self) -> str:
        """Write the line with its newline."""
        return f"{_DASH}{self.name} {to_base64(self.key_id + self.body)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """Text that ends in a newline, and its signatures in their order."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """Write the note as it is published."""
        return f"{self.text}\n{''.join(signature.line() for signature in self.signatures)}".encode()

    def signed_also(self, *more: Signature) -> Note:
        """Give the note with further signatures behind the present ones."""
        return Note(self.text, (*self.signatures, *more))


class Verifier(Protocol):
    """A public key that can say whether a signature over a note's text is its own."""

    @property
    def name(self) -> str:
        """Name of the key."""
        ...

    @property
    def key_id(self) -> bytes:
        """The four bytes that stand before each of its signatures."""
        ...

    def verify(self, text: str, body: bytes) -> bool:
        """Say whether the part of a signature after the key id is this key's, over this text."""
        ...


@dataclass(frozen=True, slots=True)
class Ed25519Verifier:
    """An Ed25519 key that signs the text itself."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes that stand before each of its signatures."""
        return make_key_id(self.name, ED25519, self.public)

    def verify(self, text: str, body: bytes) -> bool:
        """Say whether the signature is this key's."""
        return ed25519_verifies(self.public, body, text.encode())

    def vkey(self) -> str:
        """Write the key as people hand it to each other."""
        return write_vkey(self.name, ED25519, self.public)


@dataclass(frozen=True, slots=True)
class Ed25519Signer:
    """A private key that signs notes under a name."""

    name: str
    seed: bytes

    def __repr__(self) -> str:
        return f"Ed25519Signer(name={self.name!r})"

    @property
    def verifier(self) -> Ed25519Verifier:
        """The public half."""
        return Ed25519Verifier(self.name, public_of(self.seed))

    def sign(self, text: str) -> Note:
        """Give the note that this key alone has signed; raises BadFormat if the text is no note text."""
        _check_text(text)
        body = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return Note(text, (Signature(self.name, self.verifier.key_id, body),))

    def skey(self) -> str:
        """Write the private key as Go's sumdb/note does."""
        head = f"{PRIVATE_PREFIX}{self.name}+{self.verifier.key_id.hex()}+"
        return head + to_base64(bytes([ED25519]) + self.seed)


def parse_note(raw: bytes) -> Note:
    """Read a note without judging its signatures; raises BadFormat."""
    whole = read_text(raw, what="the note", limit=MAX_NOTE_BYTES)
    head, blank, tail = whole.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise BadFormat("the note has no signature lines after an empty line", hint=DAMAGED)
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise BadFormat(f"the note has more than {MAX_SIGNATURES} signatures", hint=DAMAGED)
    return Note(head + "\n", tuple(parse_signature(line) for line in lines))


def parse_signature(line: str) -> Signature:
    """Read one signature line without its newline; raises BadFormat."""
    dash, _, rest = line.partition(" ")
    name, space, encoded = rest.partition(" ")
    if dash + " " != _DASH or not space:
        raise BadFormat("a signature line is not “— name base64”", hint=DAMAGED)
    check_name(name)
    raw = read_base64(encoded, what="a signature")
    if len(raw) <= KEY_ID_BYTES:
        raise BadFormat("a signature is too short", hint=DAMAGED)
    return Signature(name, raw[:KEY_ID_BYTES], raw[KEY_ID_BYTES:])


def verified_by(note: Note, verifiers: Iterable[Verifier]) -> list[Verifier]:
    """Give the keys that signed the note, each once; raises BadSignature if one is named falsely."""
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    found: dict[tuple[str, bytes], Verifier] = {}
    for signature in note.signatures:
        key = signature.name, signature.key_id
        verifier = known.get(key)
        if verifier is None or key in found:
            continue
        if not verifier.verify(note.text, signature.body):
            raise BadSignature(
                f"the signature in the name of {signature.name} is false",
                hint="Do not rely on this document; ask for it again, and tell whoever gave it to you.",
            )
        found[key] = verifier
    return list(found.values())


def open_note(raw: bytes, verifiers: Sequence[Verifier]) -> Note:
    """Read a note and check that at least one of the keys signed it; raises BadFormat, BadSignature."""
    note = parse_note(raw)
    if not verified_by(note, verifiers):
        named = ", ".join(sorted({verifier.name for verifier in verifiers})) or "nobody"
        raise BadSignature(
            f"none of the trusted keys ({named}) signed this",
            hint="Check that the key you trust is this log's, with the name and id it has on paper.",
        )
    return note


def make_key_id(name: str, kind: int, public: bytes) -> bytes:
    """Compute a key id: the first four bytes of SHA-256 over name, newline, type and public key."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:KEY_ID_BYTES]


def write_vkey(name: str, kind: int, public: bytes) -> str:
    """Write a public key as `name+id+base64`."""
    return f"{name}+{make_key_id(name, kind, public).hex()}+{to_base64(bytes([kind]) + public)}"


def parse_vkey(text: str) -> tuple[str, int, bytes]:
    """Read a public key into name, signature type and key bytes; raises BadFormat."""
    name, kind, public, key_id = key_parts(text.strip(), what="the public key")
    if key_id != make_key_id(name, kind, public).hex():
        raise BadFormat("the public key does not match its own id", hint=DAMAGED)
    return name, kind, public


def parse_verifier(text: str) -> Ed25519Verifier:
    """Read a log's public key; raises BadFormat."""
    name, kind, public = parse_vkey(text)
    if kind != ED25519 or len(public) != ED25519_KEY_BYTES:
        raise BadFormat(
            "this is not the Ed25519 key of a log", hint="A log's key begins with AQ… or AR… after its id."
        )
    return Ed25519Verifier(name, public)


def parse_signer(text: str) -> Ed25519Signer:
    """Read a log's private key; raises BadFormat. The message never quotes the key."""
    stripped = text.strip()
    if not stripped.startswith(PRIVATE_PREFIX):
        raise BadFormat("this is not a private key", hint="It begins with PRIVATE+KEY+.")
    name, kind, seed, key_id = key_parts(stripped.removeprefix(PRIVATE_PREFIX), what="the private key")
    if kind != ED25519 or len(seed) != ED25519_KEY_BYTES:
        raise BadFormat("this is not an Ed25519 private key", hint=DAMAGED)
    signer = Ed25519Signer(name, seed)
    if signer.verifier.key_id.hex() != key_id:
        raise BadFormat("the private key does not match its own id", hint=DAMAGED)
    return signer


def make_signer(name: str, seed: bytes) -> Ed25519Signer:
    """Make the signer of this name from 32 random bytes; raises BadFormat."""
    check_name(name)
    if len(seed) != ED25519_KEY_BYTES:
        raise BadFormat(f"a seed has {ED25519_KEY_BYTES} bytes", hint="Give as many random bytes.")
    return Ed25519Signer(name, seed)


def public_of(seed: bytes) -> bytes:
    """Give the Ed25519 public key of a seed."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def ed25519_verifies(public: bytes, signature: bytes, message: bytes) -> bool:
    """Say whether an Ed25519 signature is right; a key that is no point of the curve signs nothing."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def key_parts(text: str, *, what: str) -> tuple[str, int, bytes, str]:
    """Take a key apart into name, signature type, key bytes and the id it claims; raises BadFormat."""
    name, plus, rest = text.partition("+")
    key_id, second, encoded = rest.partition("+")
    if not (plus and second):
        raise BadFormat(f"{what} is not “name+id+base64”", hint=DAMAGED)
    check_name(name)
    raw = read_base64(encoded, what=what)
    if len(raw) < 2 or len(key_id) != 2 * KEY_ID_BYTES:  # noqa: PLR2004 -- a type and at least one byte of key
        raise BadFormat(f"{what} is too short", hint=DAMAGED)
    return name, raw[0], raw[1:], key_id


def check_name(name: str) -> None:
    """Raise BadFormat unless this may be a key's name: not empty, without spaces and plus."""
    if not name or "+" in name or name.split() != [name] or any(character < " " for character in name):
        raise BadFormat(
            f"{name!r} is not the name of a key",
            hint="It has neither spaces nor a plus, like example.org/log.",
        )


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(character < " " and character != "\n" for character in text):
        raise BadFormat("the text of a note ends in a newline and has no other control character")
