"""What can be wrong with a case as it comes in.

InputError
└── UnknownCase           there is no such case
"""

from __future__ import annotations

from mithaq.kernel.errors import InputError


class UnknownCase(InputError):
    """There is no such case."""

    code = "unknown-case"
