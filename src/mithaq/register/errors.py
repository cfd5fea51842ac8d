"""Errors of the register room.

InputError
├── RegisterError         the file, its header or one of its rows is wrong
├── UnknownContract       the register knows no such contract
├── UnknownCustomer       the register knows no such customer
└── UnknownSubscription   the register knows no such subscription
"""

from __future__ import annotations

from mithaq.kernel.errors import InputError


class RegisterError(InputError):
    """The register cannot be used: nothing is reviewed on a register read in part."""

    code = "bad-register"


class UnknownCustomer(InputError):
    """An allegation names a customer that the register does not have."""

    code = "unknown-customer"


class UnknownContract(InputError):
    """The register has no such contract at the moment asked for."""

    code = "unknown-contract"


class UnknownSubscription(InputError):
    """The register has no such subscription at the moment asked for."""

    code = "unknown-subscription"
