"""Errors of the register room.

InputError
├── RegisterError     the file, its header or one of its rows is wrong
└── UnknownCustomer   the register knows no such customer
"""

from __future__ import annotations

from mithaq.kernel.errors import InputError


class RegisterError(InputError):
    """The register cannot be used: nothing is reviewed on a register read in part."""

    code = "bad-register"


class UnknownCustomer(InputError):
    """An allegation names a customer that the register does not have."""

    code = "unknown-customer"
