"""Routes about people: accounts, roles, recusals, tokens."""

from __future__ import annotations

from ninja import Query

from mithaq.people import acts
from mithaq.people.api.paging import Page, Paging, paged
from mithaq.people.api.routing import ActingRequest, PermissionedRouter
from mithaq.people.api.schemas import (
    Ending,
    Grant,
    Link,
    NewAccount,
    NewRecusal,
    NewToken,
    Person,
    RecusalShown,
    RoleProposal,
    TokenIssued,
    TokenShown,
)
from mithaq.people.api.signing_in import router as signing_in
from mithaq.people.models import Account, Recusal, RoleGrant, Token
from mithaq.people.permissions import Permission
from mithaq.people.queries import access_account, access_grant, access_recusal, access_token

router = PermissionedRouter(tags=["people"])
router.add_router("", signing_in)


@router.route("GET", "/accounts", Permission.PEOPLE_READ)
def accounts(request: ActingRequest, paging: Query[Paging]) -> Page[Person]:
    """List the people."""
    del request
    return paged(Account.objects.all(), paging, Person.of)


@router.route("POST", "/accounts", Permission.PEOPLE_ACCOUNT_MANAGE, status=201, secret=True)
def create_account(request: ActingRequest, body: NewAccount) -> Link:
    """Add a person; the answer holds the one-time link with which they set their password."""
    account, secret = acts.create_account(request.auth, name=body.name, email=body.email, locale=body.locale)
    return _link(account, secret)


@router.route("GET", "/accounts/{pseudonym}", Permission.PEOPLE_READ)
def one_account(request: ActingRequest, pseudonym: str) -> Person:
    """Show a person."""
    del request
    return Person.of(access_account(pseudonym))


@router.route("POST", "/accounts/{pseudonym}/disable", Permission.PEOPLE_ACCOUNT_MANAGE)
def disable_account(request: ActingRequest, pseudonym: str) -> Person:
    """Shut an account; its roles end and its tokens are revoked."""
    return Person.of(acts.disable_account(request.auth, access_account(pseudonym)))


@router.route("POST", "/accounts/{pseudonym}/enable", Permission.PEOPLE_ACCOUNT_MANAGE)
def enable_account(request: ActingRequest, pseudonym: str) -> Person:
    """Open a disabled account again, without its former roles."""
    return Person.of(acts.enable_account(request.auth, access_account(pseudonym)))


@router.route("POST", "/accounts/{pseudonym}/link", Permission.PEOPLE_ACCOUNT_MANAGE, status=201, secret=True)
def issue_link(request: ActingRequest, pseudonym: str) -> Link:
    """Let a person in again; their deciding roles end, and two administrators grant them anew."""
    account = access_account(pseudonym)
    secret, _link_row = acts.issue_link(request.auth, account)
    return _link(account, secret)


@router.route("POST", "/accounts/{pseudonym}/recusals", Permission.PEOPLE_RECUSAL_MANAGE, status=201)
def recuse_account(request: ActingRequest, pseudonym: str, body: NewRecusal) -> RecusalShown:
    """Recuse a person."""
    recusal = acts.recuse_account(
        request.auth, access_account(pseudonym), kind=body.kind, value=body.value, reason=body.reason
    )
    return RecusalShown.of(recusal)


@router.route("GET", "/grants", Permission.PEOPLE_READ)
def grants(request: ActingRequest, paging: Query[Paging]) -> Page[Grant]:
    """List role grants: proposed, in force, ended."""
    del request
    rows = RoleGrant.objects.select_related("account", "proposed_by", "approved_by", "ended_by")
    return paged(rows, paging, Grant.of)


@router.route("POST", "/grants", Permission.PEOPLE_ROLE_PROPOSE, status=201)
def propose_role(request: ActingRequest, body: RoleProposal) -> Grant:
    """Propose a role; one that decides about nobody is in force at once."""
    return Grant.of(acts.propose_role(request.auth, access_account(body.account), body.role))


@router.route("POST", "/grants/{int:grant_id}/approve", Permission.PEOPLE_ROLE_APPROVE)
def approve_role(request: ActingRequest, grant_id: int) -> Grant:
    """Bring a proposed role into force, as another administrator than its proposer."""
    return Grant.of(acts.approve_role(request.auth, access_grant(grant_id)))


@router.route("POST", "/grants/{int:grant_id}/end", Permission.PEOPLE_ROLE_PROPOSE)
def end_role(request: ActingRequest, grant_id: int) -> Grant:
    """End a role, or withdraw a proposal."""
    return Grant.of(acts.end_role(request.auth, access_grant(grant_id)))


@router.route("GET", "/recusals", Permission.PEOPLE_READ)
def recusals(request: ActingRequest, paging: Query[Paging]) -> Page[RecusalShown]:
    """List recusals, in force and ended."""
    del request
    rows = Recusal.objects.select_related("account", "declared_by", "ended_by")
    return paged(rows, paging, RecusalShown.of)


@router.route("POST", "/recusals", Permission.PEOPLE_RECUSE_SELF, status=201)
def declare_recusal(request: ActingRequest, body: NewRecusal) -> RecusalShown:
    """Recuse oneself."""
    recusal = acts.declare_recusal(request.auth, kind=body.kind, value=body.value, reason=body.reason)
    return RecusalShown.of(recusal)


@router.route("POST", "/recusals/{int:recusal_id}/end", Permission.PEOPLE_RECUSAL_MANAGE)
def end_recusal(request: ActingRequest, recusal_id: int, body: Ending) -> RecusalShown:
    """End the recusal of another person."""
    return RecusalShown.of(acts.end_recusal(request.auth, access_recusal(recusal_id), reason=body.reason))


@router.route("GET", "/tokens", Permission.PEOPLE_TOKEN_OWN)
def tokens(request: ActingRequest, paging: Query[Paging]) -> Page[TokenShown]:
    """List one's own tokens, without their text."""
    return paged(Token.objects.filter(account=request.auth.account), paging, TokenShown.of)


@router.route("POST", "/tokens", Permission.PEOPLE_TOKEN_OWN, status=201, secret=True)
def issue_token(request: ActingRequest, body: NewToken) -> TokenIssued:
    """Issue a token to oneself; its text is shown this once."""
    text, token = acts.issue_token(
        request.auth, label=body.label, scopes=body.scopes, expires_at=body.expires_at
    )
    return TokenIssued(token=text, **TokenShown.of(token).dict())


@router.route("POST", "/tokens/{int:token_id}/revoke", Permission.PEOPLE_TOKEN_OWN)
def revoke_token(request: ActingRequest, token_id: int) -> TokenShown:
    """End a token of one's own, or as administrator anybody's."""
    return TokenShown.of(acts.revoke_token(request.auth, access_token(request.auth, token_id)))


def _link(account: Account, secret: str) -> Link:
    return Link(pseudonym=account.pseudonym, secret=secret)
