"""Every permission there is, and which role has it. Whatever is not listed for a role is denied."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Permission(StrEnum):
    """`scope:resource:action`, in the order of the alphabet."""

    CASE_ALLEGATION_OPEN = "case:allegation:open"
    CASE_APPEAL_DECIDE = "case:appeal:decide"
    CASE_APPEAL_ENTER = "case:appeal:enter"
    CASE_ATTACHMENT_ADD = "case:attachment:add"
    CASE_ATTACHMENT_ERASE = "case:attachment:erase"
    CASE_BREAK_GLASS = "case:break-glass:use"
    CASE_DECISION_APPROVE = "case:decision:approve"
    CASE_DECISION_EXPIRE = "case:decision:expire"
    CASE_DECISION_PROPOSE = "case:decision:propose"
    CASE_ESCALATE = "case:case:escalate"
    CASE_FINDING_MAKE = "case:finding:make"
    CASE_HAND_OVER = "case:case:hand-over"
    CASE_HOLD = "case:case:hold"
    CASE_LINK = "case:case:link"
    CASE_READ = "case:case:read"
    CASE_RECORDS_REQUEST = "case:records:request"
    CASE_REVIEW_AUTHORISE = "case:review:authorise"
    CASE_REVIEW_CANCEL = "case:review:cancel"
    CASE_REVIEW_RUN = "case:review:run"
    CASE_STEP_IN = "case:case:step-in"
    CASE_STATEMENT_ISSUE = "case:statement:issue"
    CASE_UNLOCK_APPROVE = "case:unlock:approve"
    CASE_UNLOCK_PROPOSE = "case:unlock:propose"
    CASE_WATCH_END = "case:watch:end"
    CASE_WATCH_RUN = "case:watch:run"
    CASE_WORDS_ERASE = "case:words:erase"
    LAKE_REMOVE = "lake:rollups:remove"
    LEDGER_READ = "ledger:entry:read"
    MEASURE_APPLY = "measure:measure:apply"
    MEASURE_CONFIRM = "measure:measure:confirm"
    MEASURE_PLAN = "measure:plan:make"
    MEASURE_READ = "measure:measure:read"
    PEOPLE_ACCOUNT_MANAGE = "people:account:manage"
    PEOPLE_READ = "people:account:read"
    PEOPLE_RECUSAL_MANAGE = "people:recusal:manage"
    PEOPLE_RECUSE_SELF = "people:recusal:declare"
    PEOPLE_ROLE_APPROVE = "people:role:approve"
    PEOPLE_ROLE_PROPOSE = "people:role:propose"
    PEOPLE_TOKEN_OWN = "people:token:own"  # noqa: S105  # the name of a permission, no secret
    REGISTER_READ = "register:customer:read"
    REGISTER_WRITE = "register:customer:write"
    SETTINGS_WRITE = "settings:settings:write"
    TERMS_READ = "terms:pack:read"


class Machine(StrEnum):
    """Who acts where nobody does. No person is it, and nobody grants it."""

    WORKER = "worker"


class Role(StrEnum):
    """What a person may be. Deciding roles are granted by two administrators."""

    ADMINISTRATOR = "administrator"
    APPEALS_OFFICER = "appeals-officer"
    APPROVER = "approver"
    AUDITOR = "auditor"
    AUTHORISER = "authoriser"
    OPERATOR = "operator"
    REGISTER_KEEPER = "register-keeper"
    REVIEWER = "reviewer"


DECIDING: Final = frozenset({Role.ADMINISTRATOR, Role.APPEALS_OFFICER, Role.APPROVER, Role.AUTHORISER})
"""Roles whose holders decide about others; granting one takes two administrators, neither the grantee."""

SHOWN_AGAIN: Final = frozenset(
    {
        Permission.CASE_APPEAL_DECIDE,
        Permission.CASE_ATTACHMENT_ERASE,
        Permission.CASE_BREAK_GLASS,
        Permission.CASE_DECISION_APPROVE,
        Permission.CASE_DECISION_PROPOSE,
        Permission.CASE_REVIEW_CANCEL,
        Permission.CASE_UNLOCK_APPROVE,
        Permission.CASE_UNLOCK_PROPOSE,
        Permission.CASE_WATCH_END,
        Permission.CASE_WORDS_ERASE,
        Permission.MEASURE_APPLY,
        Permission.PEOPLE_ACCOUNT_MANAGE,
        Permission.PEOPLE_RECUSAL_MANAGE,
        Permission.PEOPLE_ROLE_APPROVE,
        Permission.PEOPLE_ROLE_PROPOSE,
        Permission.PEOPLE_TOKEN_OWN,
        Permission.SETTINGS_WRITE,
    }
)
"""What restricts, destroys, cannot be taken back, or gives rights: a session that does one of these by the
API has shown a second factor just now, as the console's forms demand."""

APART: Final = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
"""Roles held alone: who manages people sees no case without breaking the glass, and who reads everything
writes nothing."""

_P = Permission
_EVERYBODY: Final = frozenset({_P.PEOPLE_RECUSE_SELF, _P.PEOPLE_TOKEN_OWN, _P.TERMS_READ})
_CASEWORK: Final = _EVERYBODY | {_P.CASE_READ, _P.REGISTER_READ, _P.LEDGER_READ, _P.PEOPLE_READ}

GRANTS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.ADMINISTRATOR: _EVERYBODY
    | {
        _P.CASE_BREAK_GLASS,
        _P.PEOPLE_ACCOUNT_MANAGE,
        _P.PEOPLE_READ,
        _P.PEOPLE_RECUSAL_MANAGE,
        _P.PEOPLE_ROLE_APPROVE,
        _P.PEOPLE_ROLE_PROPOSE,
        _P.SETTINGS_WRITE,
    },
    Role.APPEALS_OFFICER: _CASEWORK | {_P.CASE_APPEAL_DECIDE},
    Role.APPROVER: _CASEWORK | {_P.CASE_DECISION_APPROVE, _P.CASE_UNLOCK_APPROVE, _P.MEASURE_READ},
    Role.AUDITOR: _CASEWORK | {_P.MEASURE_READ},
    Role.AUTHORISER: _CASEWORK
    | {
        _P.CASE_ATTACHMENT_ERASE,
        _P.CASE_HAND_OVER,
        _P.CASE_HOLD,
        _P.CASE_REVIEW_AUTHORISE,
        _P.CASE_REVIEW_CANCEL,
        _P.CASE_WATCH_END,
        _P.CASE_WORDS_ERASE,
    },
    Role.OPERATOR: _EVERYBODY
    | {
        _P.CASE_DECISION_EXPIRE,
        _P.CASE_READ,
        _P.CASE_STATEMENT_ISSUE,
        _P.CASE_WATCH_RUN,
        _P.MEASURE_APPLY,
        _P.MEASURE_CONFIRM,
        _P.MEASURE_PLAN,
        _P.MEASURE_READ,
    },
    Role.REGISTER_KEEPER: _EVERYBODY | {_P.REGISTER_READ, _P.REGISTER_WRITE},
    Role.REVIEWER: _CASEWORK
    | {
        _P.CASE_ALLEGATION_OPEN,
        _P.CASE_APPEAL_ENTER,
        _P.CASE_ATTACHMENT_ADD,
        _P.CASE_DECISION_PROPOSE,
        _P.CASE_ESCALATE,
        _P.CASE_FINDING_MAKE,
        _P.CASE_HAND_OVER,
        _P.CASE_HOLD,
        _P.CASE_LINK,
        _P.CASE_RECORDS_REQUEST,
        _P.CASE_REVIEW_RUN,
        _P.CASE_STATEMENT_ISSUE,
        _P.CASE_STEP_IN,
        _P.CASE_UNLOCK_PROPOSE,
        _P.MEASURE_PLAN,
        _P.MEASURE_READ,
    },
}

MACHINE_GRANTS: Final[Mapping[Machine, frozenset[Permission]]] = {
    Machine.WORKER: frozenset(
        {_P.CASE_DECISION_EXPIRE, _P.CASE_READ, _P.CASE_WATCH_RUN, _P.LAKE_REMOVE, _P.MEASURE_APPLY}
    ),
}
"""What is done on a clock, and decides nothing: each act of the worker names the one of these it needs."""

ALLOWED: Final[Mapping[Role | Machine, frozenset[Permission]]] = dict(
    [*GRANTS.items(), *MACHINE_GRANTS.items()]
)
"""Both tables in one."""
