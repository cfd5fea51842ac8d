"""The register as the API and the command line keep it: imports, contracts by date, negotiated terms."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer
from tests.casework import ApiClient, Office
from tests.conftest import Mithaq
from tests.outcome import Outcome

from mithaq.ledger.models import Entry
from mithaq.people.permissions import Permission, Role
from mithaq.register.models import ContractOverride

BOOKS = (
    b"customer,account,declared_purpose,home_region,tier,contract\n"
    b"Lemon Grove,aws:111122223333,backup,eu-west-1,paid,C-7\n"
    b"Lemon Grove,aws:444455556666,,,,\n"
)
CONTRACT = {
    "reference": "C-7",
    "customer": "Lemon Grove",
    "terms": "terms-2025",
    "home_region": "eu-west-1",
    "overrides": [{"clause": "T5", "text": "Notice of thirty days.", "language": "en"}],
    "valid_from": "2026-01-01T00:00:00Z",
}


@pytest.fixture
def keeper(office: Office) -> ApiClient:
    return office.api(office.person(Role.REGISTER_KEEPER))


def upload(who: ApiClient, path: str, content: bytes = BOOKS) -> object:
    return who.upload(f"/api/v1/register/{path}", file=io.BytesIO(content)).document


def test_a_preview_changes_nothing_and_an_import_what_it_said(keeper: ApiClient) -> None:
    said = upload(keeper, "imports/preview")
    assert keeper.get("/api/v1/register/subscriptions").document["items"] == []
    assert upload(keeper, "imports") == said
    held = keeper.get("/api/v1/register/subscriptions", customer="Lemon Grove").document["items"]
    assert [row["subscription"] for row in held] == ["aws:111122223333", "aws:444455556666"]
    again = keeper.upload("/api/v1/register/imports", file=io.BytesIO(BOOKS)).document["counts"]
    assert again == {"added": 0, "changed": 0, "absent": 0, "unchanged": 2}


def test_a_file_with_a_mistake_is_refused_as_a_whole(keeper: ApiClient) -> None:
    wrong = keeper.upload("/api/v1/register/imports", file=io.BytesIO(BOOKS + b"Lemon Grove,nonsense,,,,\n"))
    assert (wrong.status, wrong.code) == (422, "bad-register")
    assert keeper.get("/api/v1/register/subscriptions").document["items"] == []


def test_history_tells_what_held_before(keeper: ApiClient) -> None:
    entry = {"customer": "Lemon Grove", "subscription": "aws:111122223333", "declared_purpose": "backup"}
    changed = {**entry, "declared_purpose": "call-centre", "valid_from": "2026-08-01T00:00:00Z"}
    for body in (entry, changed):
        assert keeper.post("/api/v1/register/subscriptions", body).status == 204
    june = keeper.get("/api/v1/register/subscriptions", at="2026-06-01T00:00:00Z").document["items"]
    now = keeper.get("/api/v1/register/subscriptions").document["items"]
    assert [row["declared_purpose"] for row in (*june, *now)] == ["backup", "call-centre"]
    history = keeper.get("/api/v1/register/subscriptions/history", subscription="AWS:111122223333")
    assert [row["declared_purpose"] for row in history.document["items"]] == ["backup", "call-centre"]


def test_an_ended_subscription_is_gone_from_then_on_only(keeper: ApiClient) -> None:
    upload(keeper, "imports")
    body = {"subscription": "aws:444455556666", "valid_from": "2026-09-01T00:00:00Z"}
    assert keeper.post("/api/v1/register/subscriptions/end", body).status == 204
    assert len(keeper.get("/api/v1/register/subscriptions").document["items"]) == 1
    before = keeper.get("/api/v1/register/subscriptions", at="2026-08-01T00:00:00Z")
    assert len(before.document["items"]) == 2
    assert keeper.post("/api/v1/register/subscriptions/end", body).code == "unknown-subscription"


def test_a_contract_binds_the_version_of_the_terms_that_held_at_the_date(keeper: ApiClient) -> None:
    newer = {**CONTRACT, "terms": "terms-2026", "overrides": [], "valid_from": "2026-07-01T00:00:00Z"}
    for body in (CONTRACT, newer):
        assert keeper.post("/api/v1/register/contracts", body).status == 200
    (june,) = keeper.get("/api/v1/register/contracts", at="2026-06-01T00:00:00Z").document["items"]
    (now,) = keeper.get("/api/v1/register/contracts").document["items"]
    assert (june["terms"], now["terms"]) == ("terms-2025", "terms-2026")
    assert june["overrides"] == CONTRACT["overrides"]
    assert now["overrides"] == []
    assert ContractOverride.objects.count() == 1


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "yesterday"])
def test_a_moment_that_no_book_knows_is_refused(keeper: ApiClient, moment: str) -> None:
    assert keeper.get("/api/v1/register/contracts", at=moment).code == "bad-input"
    assert keeper.post("/api/v1/register/contracts", {**CONTRACT, "valid_from": moment}).code == "bad-input"


def test_the_ledger_names_no_customer_and_no_subscription(keeper: ApiClient) -> None:
    upload(keeper, "imports")
    keeper.post("/api/v1/register/contracts", CONTRACT)
    leaves = b"".join(bytes(entry.leaf) for entry in Entry.objects.filter(kind__startswith="register:"))
    assert leaves
    assert not any(word in leaves for word in (b"Lemon", b"111122223333", b"thirty", b"C-7"))


@pytest.mark.enable_socket
@pytest.mark.django_db(transaction=True)
def test_the_command_line_loads_a_file_through_the_api_as_the_owner_of_a_token(
    live_server: LiveServer, office: Office, mithaq: Mithaq, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "books.csv"
    file.write_bytes(BOOKS)
    assert load(mithaq, file, "--dry-run").document["code"] == "no-console"
    monkeypatch.setenv("MITHAQ_URL", live_server.url)
    keeper = office.api(office.person(Role.REGISTER_KEEPER))
    monkeypatch.setenv("MITHAQ_TOKEN", keeper.headers["Authorization"].removeprefix("Bearer "))
    assert load(mithaq, file, "--dry-run").document["added"] == 2
    assert load(mithaq, file).document["added"] == 2
    assert load(mithaq, file).document["unchanged"] == 2
    narrow = office.api(office.person(Role.REGISTER_KEEPER), Permission.REGISTER_READ)
    monkeypatch.setenv("MITHAQ_TOKEN", narrow.headers["Authorization"].removeprefix("Bearer "))
    refused = load(mithaq, file)
    assert (refused.code, refused.document["code"]) == (1, "forbidden")
    file.write_bytes(b"customer,account\n")
    wrong = load(mithaq, file)
    assert (wrong.code, wrong.document["line"], wrong.document["file"]) == (1, 1, str(file))


def load(mithaq: Mithaq, file: Path, *options: str) -> Outcome:
    return mithaq("register", "load", file, "--json", *options)
