"""Errors of the terms room.

InputError
├── SubscriptionError     a subscription is not `<provider>:<native id>`
├── UnknownClause         an allegation names a clause that the pack does not have
└── DocumentError         a document cannot be used; carries every problem found in it
    ├── AllegationError
    └── PackError
"""

from __future__ import annotations

from collections.abc import Sequence

from mithaq.kernel.errors import InputError
from mithaq.terms.problems import Problem, in_order, render_all


class SubscriptionError(InputError):
    """A subscription is not written as `<provider>:<native id>`."""

    code = "bad-subscription"


class UnknownClause(InputError):
    """An allegation names a clause that the terms pack does not have."""

    code = "unknown-clause"


class DocumentError(InputError):
    """A document cannot be used as it is.

    `problems` holds all that was found, in the order of the document; message, place and hint are those
    of the first. As text it shows each with its line and a caret.
    """

    code = "bad-document"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(in_order(problems))
        first = self.problems[0]
        super().__init__(first.message, hint=first.hint, file=first.file, line=first.line, field=first.field)

    def __str__(self) -> str:
        return render_all(self.problems)


class AllegationError(DocumentError):
    """The file is no `allegation/v1`."""

    code = "bad-allegation"


class PackError(DocumentError):
    """The terms pack is wrong; nothing is reviewed under it."""

    code = "bad-terms-pack"
