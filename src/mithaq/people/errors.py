"""What can be wrong with people and their rights."""

from __future__ import annotations

from mithaq.kernel.errors import InputError, StateError


class Forbidden(StateError):
    """The person may not do this."""

    code = "forbidden"


class Recused(Forbidden):
    """The person is barred from this case."""

    code = "recused"


class NotSignedIn(StateError):
    """Nobody is signed in, or the token is not valid."""

    code = "not-signed-in"


class UnknownAccount(InputError):
    """There is no such account."""

    code = "unknown-account"


class BadGrant(InputError):
    """A role cannot be granted like this."""

    code = "bad-grant"
