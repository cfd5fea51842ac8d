"""What can be wrong with people and their rights."""

from __future__ import annotations

from mithaq.kernel.errors import InputError, NotFound, StateError


class Forbidden(StateError):
    """The person may not do this."""

    code = "forbidden"


class Recused(Forbidden):
    """The person is barred from this case."""

    code = "recused"


class NotSignedIn(StateError):
    """Nobody is signed in, or the token is not valid."""

    code = "not-signed-in"


class UnknownAccount(NotFound):
    """There is no such account."""

    code = "unknown-account"


class BadGrant(InputError):
    """A role cannot be granted like this."""

    code = "bad-grant"


class BadRecusal(InputError):
    """A recusal cannot be declared or ended like this."""

    code = "bad-recusal"


class BadGlass(InputError):
    """The glass in front of a case cannot be broken like this."""

    code = "bad-break-glass"


class BadToken(InputError):
    """A token cannot be issued like this."""

    code = "bad-token"


class BadAccount(InputError):
    """An account cannot be made or changed like this."""

    code = "bad-account"


class BadPassword(InputError):
    """The password is too weak."""

    code = "bad-password"


class LinkNotValid(StateError):
    """A one-time link is unknown, used, withdrawn or too old."""

    code = "link-not-valid"


class AlreadySetUp(StateError):
    """The first run has happened."""

    code = "already-set-up"


class TooFewAdministrators(StateError):
    """Two administrators must remain, or no deciding role could be granted any more."""

    code = "too-few-administrators"


class KeyReused(InputError):
    """An idempotency key came again with another request."""

    code = "idempotency-key-reused"


class ShownOnce(StateError):
    """The answer held a secret and was shown already."""

    code = "shown-once"


class CsrfFailed(Forbidden):
    """A write with a session came without the session's CSRF token."""

    code = "csrf-failed"


class BadCursor(InputError):
    """A cursor is none that a page gave."""

    code = "bad-cursor"
