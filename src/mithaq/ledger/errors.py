"""What can be wrong with the ledger."""

from __future__ import annotations

from mithaq.kernel.errors import MithaqError, StateError


class LedgerError(StateError):
    """Base of the ledger's errors."""

    code = "ledger"


class OutsideTransaction(LedgerError):
    """An entry was to be written outside the transaction of its act."""

    code = "outside-transaction"


class ActWithoutEntry(LedgerError):
    """A function that calls itself an act wrote no entry; nothing of it was kept."""

    code = "act-without-entry"


class EntryTooLarge(MithaqError):
    """The facts of an act do not fit into one entry."""

    code = "entry-too-large"
