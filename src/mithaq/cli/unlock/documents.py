"""What the API answered, as these commands read it, and how they print the body of the next call."""

from __future__ import annotations

import base64
import binascii
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from mithaq.identity.personalkey import read_public
from mithaq.identity.sealing import open_sealed
from mithaq.identity.sharing import Errand, SealedHalf, hand_in, open_half
from mithaq.kernel.canonical import pretty
from mithaq.kernel.errors import InputError

KEY_HELP: Final = "Your personal key file."

_T = TypeVar("_T")


class BadDocument(InputError):
    """A file is not the answer of the API that the command reads."""

    code = "bad-document"


class HolderKey(msgspec.Struct):
    """A personal key in the answer of `GET /unlock/status`."""

    person: str
    public: str


class Status(msgspec.Struct):
    """The answer of `GET /unlock/status`."""

    next_epoch: int
    keys: list[HolderKey]


class OneHalf(msgspec.Struct):
    """A half in the answer of `GET /unlock/splits/{epoch}/halves`."""

    holder: str
    partner: str
    sealed: str
    check: str


class Halves(msgspec.Struct):
    """The answer of `GET /unlock/splits/{epoch}/halves`."""

    epoch: int
    unlock_public: str
    person: str
    halves: dict[str, OneHalf]

    def opened(self, private: bytes) -> dict[str, bytes]:
        """Open every half with one's personal key; raises DoesNotOpen, BadDocument."""
        public = read_public(self.unlock_public, field="unlock_public")
        return {
            partner: open_half(
                SealedHalf(self.person, partner, raw(half.sealed, "halves"), half.check),
                private,
                epoch=self.epoch,
                unlock_public=public,
            )
            for partner, half in self.halves.items()
        }


class Request(msgspec.Struct):
    """The answer of `GET /unlock/requests/{request}`."""

    request: str
    case: str
    pseudonym: str
    epoch: int
    unlock_public: str
    session_public: str

    def errand(self) -> Errand:
        """Say what the request opens the key for; raises BadPublicKey."""
        public = read_public(self.unlock_public, field="unlock_public")
        return Errand(self.request, self.case, self.pseudonym, self.epoch, public)


class Asked(Request):
    """The same answer, with what whoever is to approve must know."""

    reason: str
    state: str
    proposed_by: str
    approved_by: list[str]


class Result(msgspec.Struct):
    """The answer of `POST /unlock/requests/{request}/result`."""

    sealed: str


def sealed_for(asked: Request, held: Halves, private: bytes) -> dict[str, str]:
    """Seal one's halves to a request's one-time key, as base64 by partner; raises DoesNotOpen, BadPublicKey.

    They are bound to this request, its case and its pseudonym, and open nothing else.
    """
    session = read_public(asked.session_public, field="session_public")
    sealed = hand_in(held.opened(private), held.person, errand=asked.errand(), session=session)
    return {partner: text_of(half) for partner, half in sealed.items()}


def found_by(asked: Request, result: Result, person: str, private: bytes) -> str:
    """Open what a request found with one's personal key; raises DoesNotOpen, BadDocument."""
    return open_sealed(private, raw(result.sealed, "sealed"), asked.errand().result(person)).decode()


def print_found(asked: Request, subscription: str, *, as_json: bool) -> None:
    """Print the subscription that a pseudonym stands for."""
    if not as_json:
        sys.stdout.write(f"{subscription}\n")
        return
    print_body(
        {
            "mithaq": "unlock-result/v1",
            "request": asked.request,
            "case": asked.case,
            "pseudonym": asked.pseudonym,
            "subscription": subscription,
        }
    )


def read_answer(path: Path, kind: type[_T]) -> _T:
    """Read a file that holds an answer of the API; raises BadDocument."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except OSError as error:
        raise BadDocument(
            f"the file cannot be read: {error.strerror}", file=str(path), hint="Name the saved answer."
        ) from error
    except msgspec.DecodeError as error:
        raise BadDocument(
            f"this is not the answer that is needed: {error}",
            file=str(path),
            hint="Save the API's answer as it is; docs/unlock.md says which.",
        ) from error


def raw(text: str, field: str) -> bytes:
    """Read base64; raises BadDocument."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadDocument("this is not base64", field=field, hint="Save the answer anew.") from error


def text_of(value: bytes) -> str:
    """Write base64."""
    return base64.b64encode(value).decode()


def print_body(body: Mapping[str, object]) -> None:
    """Print the body of the next call."""
    sys.stdout.write(pretty(body))
