"""Every write about people, each with its ledger entry; kept answers are no acts."""

from __future__ import annotations

from mithaq.people.acts.accounts import (
    choose_language,
    create_account,
    disable_account,
    enable_account,
)
from mithaq.people.acts.answers import claim_key, forget_answers, keep_answer
from mithaq.people.acts.glass import break_glass
from mithaq.people.acts.links import issue_link, use_link
from mithaq.people.acts.recusals import declare_recusal, end_recusal, recuse_account
from mithaq.people.acts.roles import approve_role, end_role, propose_role
from mithaq.people.acts.sessions import end_sessions
from mithaq.people.acts.setup import renew_links, set_up
from mithaq.people.acts.tokens import issue_token, revoke_token
from mithaq.people.acts.worker import make_worker

__all__ = [
    "approve_role",
    "break_glass",
    "choose_language",
    "claim_key",
    "create_account",
    "declare_recusal",
    "disable_account",
    "enable_account",
    "end_recusal",
    "end_role",
    "end_sessions",
    "forget_answers",
    "issue_link",
    "issue_token",
    "keep_answer",
    "make_worker",
    "propose_role",
    "recuse_account",
    "renew_links",
    "revoke_token",
    "set_up",
    "use_link",
]
