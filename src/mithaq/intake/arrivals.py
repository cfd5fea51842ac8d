"""From the bytes of an `allegation/v1` document to a case: the one way for API and console."""

from __future__ import annotations

from collections.abc import Mapping

from mithaq.intake.acts import open_case
from mithaq.intake.models import Allegation
from mithaq.intake.places import terms_pack
from mithaq.people.acting import Acting
from mithaq.register.queries import register_during
from mithaq.terms import parse_allegation


def open_document(
    acting: Acting, raw: bytes, *, environment: Mapping[str, str], file: str | None = None
) -> Allegation:
    """Read an allegation, look its subject up in the register, and open a case for it.

    `file` names the bytes in messages. Raises AllegationError with every mistake, and as `open_case`.
    """
    said = parse_allegation(raw, file=file)
    books = register_during(
        said.start,
        said.end,
        known=acting.now,
        subscriptions=said.subscriptions,
        customer=said.customer,
    )
    return open_case(acting, said, pack=terms_pack(environment), register=books)
