"""Every kind of act there is, in one enumeration: what a ledger entry may say has happened."""

from __future__ import annotations

from enum import StrEnum


class ActKind(StrEnum):
    """`room:thing:what-happened`, in the order of the alphabet. A kind is never renamed: entries keep it."""

    INTAKE_CASE_OPENED = "intake:case:opened"
    LEDGER_VALUES_ERASED = "ledger:values:erased"
    PEOPLE_ACCOUNT_CREATED = "people:account:created"
    PEOPLE_ACCOUNT_DISABLED = "people:account:disabled"
    PEOPLE_ACCOUNT_ENABLED = "people:account:enabled"
    PEOPLE_LINK_ISSUED = "people:link:issued"
    PEOPLE_LINK_USED = "people:link:used"
    PEOPLE_RECUSAL_DECLARED = "people:recusal:declared"
    PEOPLE_RECUSAL_ENDED = "people:recusal:ended"
    PEOPLE_ROLE_APPROVED = "people:role:approved"
    PEOPLE_ROLE_ENDED = "people:role:ended"
    PEOPLE_ROLE_PROPOSED = "people:role:proposed"
    PEOPLE_SETUP_DONE = "people:setup:done"
    PEOPLE_TOKEN_ISSUED = "people:token:issued"  # noqa: S105  # the name of an act, no secret
    PEOPLE_TOKEN_REVOKED = "people:token:revoked"  # noqa: S105  # as above
    REGISTER_CONTRACT_RECORDED = "register:contract:recorded"
    REGISTER_FILE_IMPORTED = "register:file:imported"
    REGISTER_SUBSCRIPTIONS_RECORDED = "register:subscriptions:recorded"
