"""Errors of the identity room.

    InputError
    └── BadKeyFile            missing, unreadable, open to others, or not a key file

Each says what was wrong, where, and what to do next.
"""

from __future__ import annotations

from mithaq.kernel.errors import InputError


class BadKeyFile(InputError):
    """The key file cannot be used."""

    code = "bad-key-file"
