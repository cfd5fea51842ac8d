"""Errors of the identity room.

    InputError
    ├── BadKeyFile            missing, unreadable, open to others, or not a key file
    ├── BadPublicKey          nothing can be sealed to it
    ├── BadSharing            holders or halves that cannot share a key
    ├── DoesNotOpen           sealed to another key, or for another purpose
    │   └── WrongHalves       opened, but not the halves that were dealt
    ├── UnknownPseudonym      the lake has sealed nothing under it
    └── UnknownUnlock         no such request, personal key or split
    StateError
    ├── UnlockNotReady        no split in force, no lake, or no way to ask about a case
    └── UnlockOver            the request was opened, cancelled or has expired
    Forbidden
    └── NotTwoPeople          one person would take two of the three parts

Each says what was wrong, where, and what to do next.
"""

from __future__ import annotations

from mithaq.kernel.errors import InputError, StateError
from mithaq.people.errors import Forbidden


class BadKeyFile(InputError):
    """The key file cannot be used."""

    code = "bad-key-file"


class BadPublicKey(InputError):
    """Nothing can be sealed to this key."""

    code = "bad-public-key"


class BadSharing(InputError):
    """These holders, or these halves, cannot share the key."""

    code = "bad-sharing"


class DoesNotOpen(InputError):
    """It is sealed to another key, or for another purpose."""

    code = "does-not-open"


class WrongHalves(DoesNotOpen):
    """It opened, but it is not the half that was dealt."""

    code = "wrong-halves"


class UnknownPseudonym(InputError):
    """The lake has sealed no native id under this pseudonym."""

    code = "unknown-pseudonym"


class UnknownUnlock(InputError):
    """There is no such request, personal key or split."""

    code = "unknown-unlock"


class UnlockNotReady(StateError):
    """Something that an unlock needs has not been set up."""

    code = "unlock-not-ready"


class UnlockOver(StateError):
    """The request has been opened or cancelled, or has expired."""

    code = "unlock-over"


class NotTwoPeople(Forbidden):
    """One person would take two parts where Mithaq asks for different people."""

    code = "not-two-people"
