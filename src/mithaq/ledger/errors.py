"""Errors of the ledger room.

    InputError
    ├── BadFormat             a note, checkpoint, tile, bundle, proof, key or entry that is written wrongly
    ├── BadSignature          signed by no key that is trusted, or falsely
    ├── NotProven             a well-formed proof that does not prove what it is said to prove
    └── BadEntry              an act that may not be written down as it is
    StateError
    └── LedgerError
        ├── OutsideTransaction    an entry without the transaction of its act
        ├── ActWithoutEntry       an act without an entry
        ├── BadLedgerKey          the signing key is missing, open to others, or another log's
        ├── LedgerDamaged         the parts of a ledger do not add up
        └── RefusesToSign         signing would contradict a checkpoint that was given out

Each says what was wrong, where, and what to do next. A parser of this room lets nothing else escape.
"""

from __future__ import annotations

from mithaq.kernel.errors import InputError, StateError


class BadFormat(InputError):
    """Text or bytes that do not follow the format they claim."""

    code = "bad-ledger-format"


class BadSignature(InputError):
    """No trusted key signed this, or one of them is said to have and has not."""

    code = "bad-signature"


class NotProven(InputError):
    """A proof that is well-formed and false."""

    code = "not-proven"


class BadEntry(InputError):
    """An entry that must not be written: too long, not canonical, or holding what does not belong there."""

    code = "bad-entry"


class LedgerError(StateError):
    """Base of what the state of a ledger can be wrong with."""

    code = "ledger"


class OutsideTransaction(LedgerError):
    """An entry was to be written outside the transaction of its act."""

    code = "outside-transaction"


class ActWithoutEntry(LedgerError):
    """A function that calls itself an act wrote no entry; nothing of it was kept."""

    code = "act-without-entry"


class BadLedgerKey(LedgerError):
    """The ledger's signing key cannot be used."""

    code = "bad-ledger-key"


class LedgerDamaged(LedgerError):
    """Entries, tiles, checkpoints or projections contradict each other."""

    code = "ledger-damaged"


class RefusesToSign(LedgerError):
    """The tree is not an extension of a checkpoint that was signed before."""

    code = "refuses-to-sign"
