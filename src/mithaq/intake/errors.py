"""What can be wrong with a case as it comes in.

InputError
├── BadAttachment         a document is too large, of a type that is not taken, or not what it claims
├── BadLink               two cases cannot be linked
├── NoRetention           nobody said how long rollups are kept, or it is too short a time
└── NotFound
    ├── UnknownAttachment there is no such attachment, or its content was erased
    └── UnknownCase       there is no such case
StateError
├── NoLake                no lake is named where one is needed
├── NoWords               the words of an allegation have been erased already
├── PinnedMeanwhile       a case was opened while its rollups were about to be removed
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


class NoRetention(InputError):
    """Nobody said how long rollups are kept, or it is too short a time."""

    code = "no-retention"


class PinnedMeanwhile(StateError):
    """A case was opened, or rollups came in, while old ones were about to be removed: nothing was."""

    code = "pinned-meanwhile"


class NoWords(StateError):
    """The words of whoever made the allegation have been erased already."""

    code = "no-words"
