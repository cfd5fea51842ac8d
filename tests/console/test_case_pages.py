"""A case in front of one's eyes: what is alleged, what came with it, what may be done, and what was done."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.casework import Office
from tests.console.people import LANGUAGES, foreign_words, look, signed_in
from tests.review.desk import SUBSCRIPTION, Casework

from mithaq.intake.acts import open_case
from mithaq.intake.models import Attachment, AttachmentContent, CaseLink, WatchEnd
from mithaq.intake.queries import words_of
from mithaq.people.acting import Acting
from mithaq.people.permissions import Role
from mithaq.register import Register
from mithaq.review import acts
from mithaq.review.casefile import Outcome
from mithaq.review.models import Authorisation, CaseAct
from mithaq.review.queries import access_case
from mithaq.terms import load_allegation, load_pack

pytestmark = pytest.mark.django_db

WORDS = """
mithaq: allegation/v1
received: 2026-09-21T09:00:00Z
source: {kind: press, reference: "a letter from Salma Quay"}
subject: {subscriptions: ["aws:111122223333"]}
period: {from: 2026-09-07, to: 2026-09-21}
claims:
  - {id: c1, kind: stores, what: call-recordings, text: {en: "Calls of a town", ar: "مكالمات بلدة"}}
  - {id: c2, kind: moves-out, at_least: 8.0e+12, unit: bytes, within_days: 5, text: {en: "It all leaves"}}
  - {id: c3, kind: region, in: [eu-west-1]}
"""


@pytest.fixture
def work(office: Office) -> Casework:
    return Casework(office)


def browser(who: Acting, language: str = "en") -> Client:
    return signed_in(who.account, language)


def sent(client: Client, address: str, **fields: object) -> object:
    """Send a form as a browser does: what stands in it, with what is typed over it."""
    page = client.get(address).content.decode()
    acts_shown = re.search(r'name="acts"[^>]*value="(\d+)"', page)
    assert acts_shown is not None, page
    return client.post(address, {"acts": acts_shown[1], **fields})


def told(answer: object) -> str:
    """Give a page that came back instead of the act's being done."""
    assert answer.status_code == 200  # type: ignore[attr-defined]
    return str(answer.content.decode())  # type: ignore[attr-defined]


def done(answer: object) -> None:
    assert answer.status_code == 303, answer.content.decode()  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_allegation_says_its_claims_in_the_page_s_language_and_keeps_whoever_made_it_apart(
    work: Casework, language: str
) -> None:
    said = load_allegation(WORDS)
    case = open_case(work.reviewer, said, pack=load_pack("default"), register=Register(()))
    answer = browser(work.authoriser, language).get(f"/cases/{case.case}/")
    page, seen = answer.content.decode(), look(answer.content)
    assert (answer.status_code, seen.inline, foreign_words(seen)) == (200, [], [])
    for part in ("a letter from Salma Quay", "Calls of a town", "مكالمات بلدة", SUBSCRIPTION):
        assert part in page
    assert page.count("It all leaves") == 1, "written in one language, shown once"
    assert ("The subject stores recordings of calls." in page) == (language == "en")


def test_the_words_are_erased_for_good_and_the_claims_stay(work: Casework) -> None:
    said = load_allegation(WORDS)
    case = open_case(work.reviewer, said, pack=load_pack("default"), register=Register(()))
    client = browser(work.authoriser)
    done(sent(client, f"/cases/{case.case}/words/erase/", reason="She asked for it."))
    page = client.get(f"/cases/{case.case}/").content.decode()
    assert words_of(case) is None
    assert "Salma" not in page
    assert "The subject stores recordings of calls." in page
    assert "erased already" in told(sent(client, f"/cases/{case.case}/words/erase/", reason="Again."))


def test_a_document_is_attached_downloaded_and_erased(work: Casework) -> None:
    client, case = browser(work.reviewer), f"/cases/{work.case}/"
    letter = SimpleUploadedFile("letter.txt", b"Dear all", "text/plain")
    done(sent(client, f"{case}documents/new/", file=letter))
    kept = Attachment.objects.get()
    answer = client.get(f"{case}documents/{kept.attachment}/")
    assert (answer.content, answer["Content-Type"]) == (b"Dear all", "application/octet-stream")
    again = SimpleUploadedFile("letter.txt", b"Dear all", "text/plain")
    assert "cannot be kept as it is" in told(sent(client, f"{case}documents/new/", file=again))
    erasing = f"{case}documents/{kept.attachment}/erase/"
    assert client.get(erasing).status_code == 403
    done(sent(browser(work.authoriser), erasing, reason="It names a child."))
    assert not AttachmentContent.objects.exists()
    assert client.get(f"{case}documents/{kept.attachment}/").status_code == 404
    assert "letter.txt" not in client.get(case).content.decode()


def test_a_case_about_the_same_is_found_and_linked_with_one_button(work: Casework) -> None:
    other = work.open().case
    client = browser(work.reviewer)
    page = client.get(f"/cases/{work.case}/").content.decode()
    assert f'name="other" value="{other}"' in page
    done(client.post(f"/cases/{work.case}/link/", {"acts": "0", "other": other}))
    assert CaseLink.objects.count() == 1
    assert "cannot be linked" in told(client.post(f"/cases/{work.case}/link/", {"acts": "0", "other": other}))


def test_the_watch_is_ended_with_a_reason(work: Casework) -> None:
    done(sent(browser(work.authoriser), f"/cases/{work.case}/watch/end/", reason="The case is long over."))
    assert WatchEnd.objects.exists()


def test_without_a_lake_the_flight_watch_says_so_and_fails_nowhere(
    work: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MITHAQ_LAKE", raising=False)
    page = told(browser(work.reviewer).get(f"/cases/{work.case}/egress/"))
    assert "no usage metadata to look into" in page


def test_a_review_is_authorised_within_the_allegation_and_no_wider(work: Casework) -> None:
    client, address = browser(work.authoriser), f"/cases/{work.case}/authorise/"
    bounds = {
        "reviewer": work.reviewer.account.pseudonym,
        "subscriptions": [SUBSCRIPTION],
        "clauses": ["T5"],
        "period_from": "2026-09-07T00:00",
        "period_to": "2026-09-30T00:00",
        "deadline": "2026-10-05T12:00",
    }
    page = told(sent(client, address, **bounds))
    assert "go beyond the allegation" in page
    assert 'value="2026-09-30T00:00"' in page, "what was typed stays"
    done(sent(client, address, **{**bounds, "period_to": "2026-09-21T00:00"}))
    assert Authorisation.objects.get().reviewer == work.reviewer.account


def test_only_reviewers_who_are_not_recused_and_not_oneself_are_offered(work: Casework) -> None:
    both = work.office.person(Role.REVIEWER, Role.AUTHORISER, name="Maysun Both")
    assert both.account.pseudonym not in told(browser(both).get(f"/cases/{work.case}/authorise/"))
    assert both.account.pseudonym in told(browser(work.authoriser).get(f"/cases/{work.case}/authorise/"))


def test_a_case_is_held_released_escalated_handed_over_and_cancelled(work: Casework) -> None:
    other = work.office.person(Role.REVIEWER)
    case = f"/cases/{work.case}/"
    work.authorise()
    client = browser(work.authoriser)
    page = told(client.get(f"{case}hold/"))
    assert "Stands still: Examine the claims" in page
    done(sent(client, f"{case}hold/", reason="Records are on their way."))
    assert "cannot be done at the stage" in told(client.get(f"{case}hold/"))
    done(sent(client, f"{case}release/", reason="They came."))
    done(sent(browser(work.reviewer), f"{case}escalate/", reason="It is larger than we thought."))
    done(sent(client, f"{case}hand-over/", reviewer=other.account.pseudonym, reason="Holidays."))
    done(sent(browser(work.reviewer), f"{case}step-in/", reason="He is ill."))
    done(sent(client, f"{case}cancel/", reason="The source took it back."))
    state = access_case(work.authoriser, work.case).state
    assert (state.in_charge, state.cancelled_at) == (other.account.pseudonym, work.office.now)


def test_an_act_without_its_reason_is_not_done(work: Casework) -> None:
    page = told(sent(browser(work.authoriser), f"/cases/{work.case}/cancel/", reason=""))
    assert 'aria-invalid="true"' in page
    assert not CaseAct.objects.exists()


def test_what_others_did_meanwhile_is_told_and_what_was_typed_is_kept(work: Casework) -> None:
    client, address = browser(work.reviewer), f"/cases/{work.case}/escalate/"
    client.get(address)
    acts.hold(work.authoriser, work.case, reason="Records are on their way.")
    reason = "It is larger than we thought."
    page = told(client.post(address, {"acts": "0", "reason": reason}))
    assert "1 act was done in this case since you loaded the page" in page
    assert reason in page
    done(client.post(address, {"acts": re.search(r'name="acts" value="(\d+)"', page)[1], "reason": reason}))  # type: ignore[index]


def test_the_menu_lists_what_one_may_do_now_and_nothing_else(work: Casework) -> None:
    def menu(who: Acting) -> set[str]:
        return {
            link.split("/")[3]
            for link in look(browser(who).get(f"/cases/{work.case}/").content).links
            if re.fullmatch(r"/cases/c_\w+/[a-z-]+/", link)
        } - {"timeline", "egress", "link"}

    assert menu(work.authoriser) >= {"authorise", "hold", "cancel"}
    assert "authorise" not in menu(work.reviewer)
    acts.cancel(work.authoriser, work.case, reason="The source took it back.")
    assert menu(work.authoriser) & {"authorise", "hold", "cancel", "hand-over"} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_timeline_tells_every_act_in_words_and_who_did_it(work: Casework, language: str) -> None:
    work.found(Outcome.VIOLATED)
    work.approve(work.proposed())
    answer = browser(work.reviewer, language).get(f"/cases/{work.case}/timeline/")
    page, seen = answer.content.decode(), look(answer.content)
    assert foreign_words(seen) == []
    assert page.count('class="what"') == 5
    told = re.sub(r"<[^>]+>", "", page).replace("\u00a0", " ")
    assert {
        "en": "7 September 2026, 00:00 UTC up to 21 September 2026",
        "ar": "من ٧ سبتمبر ٢٠٢٦، ٠٠:٠٠ (التوقيت العالمي) حتى ٢١ سبتمبر ٢٠٢٦",
    }[language] in told
    assert "Three records." in page
    for who in (work.reviewer, work.authoriser, work.approver):
        assert who.account.name in page
    assert "/ledger/entries/" in page
    plain = browser(work.operator, language).get(f"/cases/{work.case}/timeline/").content.decode()
    assert work.approver.account.name not in plain, "an operator reads no people"
    assert work.approver.account.pseudonym in plain
    assert "/ledger/entries/" not in plain


def test_a_long_timeline_comes_page_by_page(work: Casework) -> None:
    for _ in range(52):
        acts.escalate(work.reviewer, work.case, reason="Look at this.")
    client = browser(work.reviewer)
    first = look(client.get(f"/cases/{work.case}/timeline/").content)
    earlier = next(link for link in first.links if "before=" in link)
    last = client.get(f"/cases/{work.case}/timeline/{earlier}").content.decode()
    assert last.count('class="what"') == 3
    assert "a case was opened" in last


def test_an_administrator_reads_a_case_after_breaking_the_glass_but_not_the_words(work: Casework) -> None:
    case = open_case(
        work.reviewer, load_allegation(WORDS), pack=load_pack("default"), register=Register(())
    ).case
    client = browser(work.office.first)
    assert client.get(f"/cases/{case}/").status_code == 403
    assert (
        b"There is no such case"
        in client.post("/break-glass/", {"case": "c_x", "reason": "No time."}).content
    )
    done(client.post("/break-glass/", {"case": case, "reason": "Every reviewer is ill tonight."}))
    page = client.get(f"/cases/{case}/").content.decode()
    assert SUBSCRIPTION in page
    assert "Salma" not in page
    assert client.get(f"/cases/{case}/hold/").status_code == 403
    assert case in client.get("/").content.decode()
    work.office.later(hours=25)
    assert client.get(f"/cases/{case}/").status_code == 403
