"""Every kind of act there is, in one enumeration: what a ledger entry may say has happened."""

from __future__ import annotations

from enum import StrEnum


class ActKind(StrEnum):
    """`room:thing:what-happened`, in the order of the alphabet. A kind is never renamed: entries keep it."""

    IDENTITY_KEY_ENDED = "identity:personal-key:ended"
    IDENTITY_KEY_REGISTERED = "identity:personal-key:registered"
    IDENTITY_SHARING_CONFIRMED = "identity:sharing:confirmed"
    IDENTITY_SHARING_OFFERED = "identity:sharing:offered"
    IDENTITY_UNLOCK_APPROVED = "identity:unlock:approved"
    IDENTITY_UNLOCK_BEGUN = "identity:unlock:begun"
    IDENTITY_UNLOCK_CANCELLED = "identity:unlock:cancelled"
    IDENTITY_UNLOCK_ENDED = "identity:unlock:ended"
    IDENTITY_UNLOCK_FETCHED = "identity:unlock:fetched"
    IDENTITY_UNLOCK_PROPOSED = "identity:unlock:proposed"
    INTAKE_CASE_OPENED = "intake:case:opened"
    LEDGER_VALUES_ERASED = "ledger:values:erased"
    PEOPLE_ACCOUNT_CREATED = "people:account:created"
    PEOPLE_ACCOUNT_DISABLED = "people:account:disabled"
    PEOPLE_ACCOUNT_ENABLED = "people:account:enabled"
    PEOPLE_GLASS_BROKEN = "people:glass:broken"
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
