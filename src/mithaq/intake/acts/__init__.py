"""Every write of this room, each with its ledger entry."""

from __future__ import annotations

from mithaq.intake.acts.attachments import attach, erase_attachment
from mithaq.intake.acts.cases import erase_words, open_case
from mithaq.intake.acts.links import link_cases
from mithaq.intake.acts.watches import end_watch, watch_flight

__all__ = [
    "attach",
    "end_watch",
    "erase_attachment",
    "erase_words",
    "link_cases",
    "open_case",
    "watch_flight",
]
