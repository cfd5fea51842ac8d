"""What can be wrong with a case as it comes in.

InputError
├── BadAttachment         a document is too large, of a type that is not taken, or not what it claims
├── BadLink               two cases cannot be linked
└── NotFound
    ├── UnknownAttachment there is no such attachment, or its content was erased
    └── UnknownCase       there is no such case
StateError
├── NoLake                no lake is named where one is needed
└── WatchEnded            the watch of a case has ended already
"""

from __future__ import annotations

from mithaq.kernel.errors import InputError, NotFound, StateError


class UnknownCase(NotFound):
    """There is no such case."""

    code = "unknown-case"


class UnknownAttachment(NotFound):
    """There is no such attachment in the case, or its content was erased."""

    code = "unknown-attachment"


class BadAttachment(InputError):
    """A document cannot be kept as it is."""

    code = "bad-attachment"


class BadLink(InputError):
    """Two cases cannot be linked."""

    code = "bad-link"


class WatchEnded(StateError):
    """The watch of a case has ended already."""

    code = "watch-ended"


class NoLake(StateError):
    """No lake is named where one is needed."""

    code = "no-lake"
