"""Deciding in pages: proposing, looking before sending, approving by four eyes, and the reasons."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path as File
from typing import Any

import pytest
from django.urls import reverse
from tests.console.casepages import Shown, sits
from tests.console.people import LANGUAGES, have_an_app, stale
from tests.review.desk import SUBSCRIPTION, Casework

import mithaq.review
from mithaq.console.web.deciding.refusals import sentence_of
from mithaq.people import acts as people
from mithaq.people.acting import Acting
from mithaq.people.models import Recusal
from mithaq.people.permissions import Role
from mithaq.register import Entry
from mithaq.register import acts as register
from mithaq.review import acts
from mithaq.review.casefile import Outcome
from mithaq.review.content import read
from mithaq.review.measures import DecisionKind, Path
from mithaq.review.models import Decision, Statement
from mithaq.review.queries import access_case

MAIN = "decisions/new/main/measures/"
STORAGE = "storage:create+part"
TRANSLATION = "translation:infer"

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)


def answers(work: Casework, **more: object) -> dict[str, Any]:
    """Give what a reviewer types into the form of measures."""
    until = work.office.now + timedelta(days=30)
    return {
        "clauses": ["T5"],
        "facts.en": "Recordings by the million.",
        "facts.ar": "تسجيلات بالملايين.",
        "grounds.en": "They follow a population.",
        "grounds.ar": "تتبع إيقاع سكان.",
        "measures": "1",
        "measures[0].subscription": SUBSCRIPTION,
        "measures[0].measure": STORAGE,
        "measures[0].region": "",
        "measures[0].until": f"{until:%Y-%m-%dT%H:%M}",
        "measures[0].review_on": "",
        "proportionality.legality": "Clause T5.",
        "proportionality.aim": "To end the use.",
        "proportionality.milder_options": "1",
        "proportionality.milder_options[0].option": "A warning",
        "proportionality.milder_options[0].why_not": "One was ignored.",
        "proportionality.severity.scale": "high",
        "proportionality.severity.scope": "extreme",
        "proportionality.severity.irremediability": "high",
        "proportionality.severity.why": "Many people.",
        **more,
    }


def preview(work: Casework, place: str = MAIN, language: str = "en", **more: object) -> Shown:
    return sits(work, work.reviewer, language).fill(place, **answers(work, **more), step="preview")


def send(work: Casework, looked: Shown, place: str = MAIN, language: str = "en") -> Shown:
    return sits(work, work.reviewer, language).send(place, dict(looked.fields), step="send")


def errors(shown: Shown) -> list[str]:
    """Give the fields at which a form says that something is wrong."""
    form = shown.response.context["form"]
    return [name for name in form.errors if name != "__all__"]


@in_both_languages
def test_a_case_without_findings_says_what_is_missing_and_offers_only_an_interim_measure(
    work: Casework, language: str
) -> None:
    work.authorise()
    shown = sits(work, work.reviewer, language).get("decisions/")
    assert (shown.status, shown.stray) == (200, [])
    offered = [link for link in shown.page.links if "/new/" in link]
    assert offered == [f"/cases/{work.case}/decisions/new/interim/measures/"]


@in_both_languages
def test_what_would_happen_is_shown_before_it_is_sent_and_nothing_is_sent_by_looking(
    work: Casework, language: str
) -> None:
    work.found()
    looked = preview(work, language=language)
    assert (looked.status, looked.stray) == (200, [])
    assert Decision.objects.count() == 0
    sent = send(work, looked, language=language)
    decision = Decision.objects.get()
    assert sent.response.redirect_chain[-1][0] == reverse(
        "decision", kwargs={"case": work.case, "decision": decision.key}
    )
    assert looked.fields["digest"] == [decision.digest]
    content = read(decision.content)
    assert [(each.service.value, each.operation.value) for each in content.measures] == [
        ("storage", "create"),
        ("storage", "part"),
    ]
    assert [each.value for each in content.keep] == ["security", "identity", "monitoring", "data-export"]
    assert sent.stray == []


def test_what_is_sent_is_what_was_shown_or_it_is_shown_anew(work: Casework) -> None:
    work.found()
    looked = preview(work)
    fields = {**looked.fields, "measures[0].measure": TRANSLATION}
    shown = sits(work, work.reviewer).send(MAIN, fields, step="send")
    assert "no longer what you were shown" in shown.text
    assert Decision.objects.count() == 0
    send(work, shown)
    assert read(Decision.objects.get().content).measures[0].service.value == "translation"


def test_measures_are_added_and_removed_without_script_and_what_was_typed_stays(work: Casework) -> None:
    work.found()
    browser = sits(work, work.reviewer)
    typed = {**browser.get(MAIN).fields, **answers(work)}
    more = browser.send(MAIN, typed, step="add:measures")
    assert more.fields["measures"] == ["2"]
    assert more.fields["measures[0].measure"] == [STORAGE]
    assert "errorlist" not in more.response.content.decode()
    second = {"measures[1].measure": TRANSLATION, "measures[1].review_on": "2026-10-21T12:00"}
    less = browser.send(MAIN, {**more.fields, **second}, step="drop:measures:0")
    assert less.fields["measures"] == ["1"]
    assert less.fields["measures[0].measure"] == [TRANSLATION]
    assert less.fields["measures[0].review_on"] == ["2026-10-21T12:00"]
    assert less.fields["facts.ar"] == ["تسجيلات بالملايين."]


def test_a_second_measure_is_decided_with_the_first(work: Casework) -> None:
    work.found()
    second = {
        "measures": "2",
        "measures[1].subscription": SUBSCRIPTION,
        "measures[1].measure": TRANSLATION,
        "measures[1].region": "eu-west-1",
        "measures[1].review_on": "2026-10-21T12:00",
    }
    send(work, preview(work, **second))
    measures = read(Decision.objects.get().content).measures
    assert [(each.operation.value, each.region) for each in measures] == [
        ("create", "*"),
        ("part", "*"),
        ("infer", "eu-west-1"),
    ]


@in_both_languages
@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"facts.ar": ""}, "facts.ar"),
        ({"grounds.en": " "}, "grounds.en"),
        ({"clauses": []}, "clauses"),
        ({"measures[0].measure": ""}, "measures[0].measure"),
        ({"measures[0].until": ""}, "measures[0].until"),
        ({"measures[0].until": "2020-01-01T00:00"}, "measures[0].until"),
        ({"measures[0].until": "some day"}, "measures[0].until"),
        ({"measures[0].region": "Nowhere!"}, "measures[0].region"),
        ({"measures[0].subscription": "aws:999999999999"}, "measures[0].subscription"),
        ({"measures": "2", "measures[1].region": "eu-west-1"}, "measures[1].measure"),
        ({"starts_at": "2099-01-01T00:00"}, "starts_at"),
        ({"proportionality.aim": ""}, "proportionality.aim"),
        ({"proportionality.severity.scale": ""}, "proportionality.severity.scale"),
        ({"proportionality.severity.why": ""}, "proportionality.severity.why"),
        (
            {"proportionality.milder_options[0].why_not": ""},
            "proportionality.milder_options[0].why_not",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    work: Casework, language: str, typed: dict[str, Any], field: str
) -> None:
    work.found()
    shown = preview(work, language=language, **typed)
    assert errors(shown) == [field]
    assert shown.stray == []
    assert shown.fields["proportionality.legality"] == ["Clause T5."]
    assert Decision.objects.count() == 0


def test_the_same_restriction_twice_is_refused_at_its_row(work: Casework) -> None:
    work.found()
    until = answers(work)["measures[0].until"]
    again = {
        "measures": "2",
        "measures[1].subscription": SUBSCRIPTION,
        "measures[1].measure": STORAGE,
        "measures[1].until": until,
    }
    assert errors(preview(work, **again)) == ["measures[0].measure"]


def test_no_measure_is_offered_on_a_clause_that_was_not_found_violated(work: Casework) -> None:
    work.found(Outcome.INCONCLUSIVE)
    shown = sits(work, work.reviewer).get(MAIN)
    assert "No clause was found violated" in shown.text
    assert not shown.response.context["form"].fields["clauses"].choices


@pytest.mark.parametrize("kind", [DecisionKind.NO_ACTION, DecisionKind.WARNING])
def test_a_decision_without_measures_asks_only_why(work: Casework, kind: DecisionKind) -> None:
    work.found(Outcome.NOT_VIOLATED)
    place = f"decisions/new/main/{kind.value}/"
    given = {name: value for name, value in answers(work).items() if name[:5] in {"claus", "facts", "groun"}}
    browser = sits(work, work.reviewer)
    looked = browser.fill(place, **given, step="preview")
    browser.send(place, dict(looked.fields), step="send")
    assert Decision.objects.get().kind == kind.value


@in_both_languages
def test_an_interim_measure_lasts_seven_days_at_most_and_the_form_begins_within_them(
    work: Casework, language: str
) -> None:
    work.authorise()
    place = "decisions/new/interim/measures/"
    shown = sits(work, work.reviewer, language).get(place)
    assert shown.fields["measures[0].until"] == ["2026-09-28T12:00"]
    assert shown.stray == []
    longer = preview(work, place, language, **{"measures[0].until": "2026-09-28T12:01"})
    assert errors(longer) == ["measures[0].measure"]
    assert longer.stray == []
    send(work, preview(work, place, language, **{"measures[0].until": "2026-09-28T12:00"}), place, language)
    assert Decision.objects.get().interim is True


def bind_by_contract(work: Casework, keeper: Acting) -> None:
    """Write a contract of the customer into the register, with a term that narrows the clause."""
    entry = Entry("Harbour Lines", SUBSCRIPTION, None, "eu-west-1", None, "C-7")
    register.record_subscription(keeper, entry)
    term = register.NegotiatedTerm("T5", "Storage is never restricted before a court has spoken.", "en")
    terms = register.ContractTerms(reference="C-7", customer="Harbour Lines", terms="2026", overrides=(term,))
    register.record_contract(keeper, terms, valid_from=work.office.now - timedelta(days=90))


def test_terms_of_the_contract_that_stand_in_the_way_must_be_answered(work: Casework) -> None:
    keeper = work.office.person(Role.REGISTER_KEEPER)
    bind_by_contract(work, keeper)
    work.found()
    term = "proportionality.contract_overrides[0].answer"
    shown = sits(work, work.reviewer).get(MAIN)
    assert "Storage is never restricted" in shown.text
    assert errors(preview(work)) == [term]
    send(work, preview(work, **{term: "The term yields to the law."}))
    asked = read(Decision.objects.get().content).proportionality
    assert asked is not None
    assert [(each.contract, each.answer) for each in asked.contract_overrides] == [
        ("C-7", "The term yields to the law.")
    ]


@in_both_languages
def test_the_four_eyes_path_ends_in_issued_reasons(work: Casework, language: str) -> None:
    work.found()
    send(work, preview(work))
    decision = Decision.objects.get()
    approver = sits(work, work.approver, language)
    place = f"decisions/{decision.key}/"
    read_first = approver.get(place)
    assert f"/cases/{work.case}/{place}approve/" in read_first.page.links
    approving = approver.get(f"{place}approve/")
    assert approving.fields["digest"] == [decision.digest]
    assert decision.digest in approving.text
    assert read_first.stray == []
    assert approving.stray == []
    approver.send(f"{place}approve/", dict(approving.fields))
    assert decision.key in access_case(work.reviewer, work.case).state.decisions
    operator = sits(work, work.operator, language)
    draft = operator.get(f"{place}reasons/issue/")
    issued = operator.send(f"{place}reasons/issue/", dict(draft.fields))
    assert draft.stray == []
    assert issued.stray == []
    statement = Statement.objects.get()
    shown = "".join(issued.text.split())
    for line in (*statement.en.split("\n"), *statement.ar.split("\n")):
        assert "".join(line.removeprefix("- ").split()) in shown, line


def test_approving_asks_for_a_second_factor_shown_just_now(work: Casework) -> None:
    work.found()
    decision = work.proposed()
    approver = sits(work, work.approver)
    stale(approver.client)
    shown = approver.fill(f"decisions/{decision.key}/approve/")
    assert "This asks for your second factor, and you have none yet" in shown.text
    have_an_app(work.approver.account)
    shown = approver.fill(f"decisions/{decision.key}/approve/")
    assert shown.response.redirect_chain[0][0].startswith(reverse("mfa_reauthenticate"))
    assert decision.key in access_case(work.reviewer, work.case).state.proposals


def test_what_is_approved_is_the_digest_that_was_shown(work: Casework) -> None:
    work.found()
    decision, other = work.proposed(), "sha256:" + "0" * 64
    shown = sits(work, work.approver).fill(f"decisions/{decision.key}/approve/", digest=other)
    assert "no longer the one that you were shown" in shown.text
    assert decision.key in access_case(work.reviewer, work.case).state.proposals


def test_an_approval_tells_of_what_others_did_meanwhile(work: Casework) -> None:
    work.found()
    decision = work.proposed()
    approver = sits(work, work.approver)
    fields = dict(approver.get(f"decisions/{decision.key}/approve/").fields)
    acts.escalate(work.reviewer, work.case, reason="Look at this.")
    shown = approver.send(f"decisions/{decision.key}/approve/", fields)
    assert "1 act was done in this case since" in shown.text
    approver.send(f"decisions/{decision.key}/approve/", dict(shown.fields))
    assert decision.key in access_case(work.reviewer, work.case).state.decisions


@in_both_languages
def test_the_proposer_reads_why_they_may_not_approve_and_who_may(work: Casework, language: str) -> None:
    both = work.office.person(Role.REVIEWER, Role.APPROVER)
    work.authorise(reviewer=both)
    work.reviewer = both
    acts.make_finding(both, work.case, clause="T5", outcome=Outcome.VIOLATED, reasons="Records.")
    decision = work.proposed()
    shown = sits(work, both, language).get(f"decisions/{decision.key}/")
    said = {"en": "the second pair of eyes must be somebody else's", "ar": "لا بدّ أن ينظر فيه شخص ثانٍ غيرك"}
    assert said[language] in shown.text
    assert work.approver.account.name in shown.text
    assert not any(link.endswith("/approve/") for link in shown.page.links)
    refused = sits(work, both).fill(f"decisions/{decision.key}/approve/")
    assert "somebody else must do it" in refused.text
    assert decision.key in access_case(work.reviewer, work.case).state.proposals


def test_a_person_without_the_role_reads_that_it_takes_an_approver(work: Casework) -> None:
    work.found()
    decision = work.proposed()
    for who in (work.authoriser, work.operator, work.appeals_officer):
        browser = sits(work, who)
        assert "you are none" in browser.get(f"decisions/{decision.key}/").text
        assert browser.get(f"decisions/{decision.key}/approve/").status == 403


def test_who_is_recused_sees_nothing_and_a_recused_proposer_is_named_as_the_obstacle(work: Casework) -> None:
    work.found()
    decision = work.proposed()
    people.declare_recusal(work.reviewer, kind=Recusal.Kind.PRIOR_WORK, value=work.case, reason="Mine.")
    assert sits(work, work.reviewer).get(f"decisions/{decision.key}/").status == 403
    shown = sits(work, work.approver).get(f"decisions/{decision.key}/")
    assert "has been recused from this case since" in shown.text
    assert not any(link.endswith("/approve/") for link in shown.page.links)
    assert any(link.endswith("/refuse/") for link in shown.page.links)


def test_a_proposal_is_refused_with_reasons_that_the_proposer_reads(work: Casework) -> None:
    work.found()
    decision = work.proposed()
    place = f"decisions/{decision.key}/refuse/"
    approver = sits(work, work.approver)
    assert errors(approver.fill(place, reasons=" ")) == ["reasons"]
    approver.fill(place, reasons="A warning was never sent.")
    assert "A warning was never sent." in sits(work, work.reviewer).get(f"decisions/{decision.key}/").text


def test_a_proposal_is_withdrawn_by_its_proposer_alone(work: Casework) -> None:
    work.found()
    decision = work.proposed()
    place = f"decisions/{decision.key}/withdraw/"
    other = sits(work, work.office.person(Role.REVIEWER))
    assert "somebody else must do it" in other.fill(place).text
    assert not any(link.endswith("/withdraw/") for link in other.get(f"decisions/{decision.key}/").page.links)
    sits(work, work.reviewer).fill(place)
    assert decision.key not in access_case(work.reviewer, work.case).state.proposals


def test_an_amendment_begins_with_what_stands_and_says_what_it_changes(work: Casework) -> None:
    older = work.decided()
    place = f"decisions/{older.key}/then/amend/measures/"
    browser = sits(work, work.reviewer)
    begun = browser.get(place)
    assert begun.fields["measures[0].measure"] == ["storage:create"]
    assert begun.fields["facts.en"] == ["Recordings by the million."]
    shorter = {"measures[0].until": "2026-10-01T12:00"}
    looked = browser.send(place, {**begun.fields, **shorter}, step="preview")
    assert "shorter than before" in looked.text
    browser.send(place, dict(looked.fields), step="send")
    newer = Decision.objects.get(previous=older)
    work.approve(newer)
    shown = browser.get(f"decisions/{older.key}/")
    assert "replaced by another decision" in shown.text
    assert f"/cases/{work.case}/decisions/{newer.key}/" in shown.page.links


def test_a_lifting_shows_what_is_no_longer_restricted(work: Casework) -> None:
    older = work.decided()
    place = f"decisions/{older.key}/then/lift/no-action/"
    browser = sits(work, work.reviewer)
    texts = {"facts.en": "Ended.", "facts.ar": "انتهى.", "grounds.en": "Ended.", "grounds.ar": "انتهى."}
    looked = browser.fill(place, **texts, step="preview")
    assert "No longer restricted" in looked.text
    browser.send(place, dict(looked.fields), step="send")
    work.approve(Decision.objects.get(previous=older))
    assert not access_case(work.reviewer, work.case).state.heads.get(older.key)


def test_nobody_is_offered_an_override_of_what_they_decided(work: Casework) -> None:
    older = work.decided()
    mine = sits(work, work.reviewer).get(f"decisions/{older.key}/").page.links
    others = sits(work, work.office.person(Role.REVIEWER)).get(f"decisions/{older.key}/").page.links
    assert not any("/then/override/" in link for link in mine)
    assert any("/then/override/" in link for link in others)


def test_an_end_is_recorded_by_the_operator_once_it_has_come(work: Casework) -> None:
    decision = work.decided()
    operator = sits(work, work.operator)
    assert not any(
        link.endswith("/expire/") for link in operator.get(f"decisions/{decision.key}/").page.links
    )
    assert "not at a stage" in operator.fill(f"decisions/{decision.key}/expire/").text
    work.office.later(days=31)
    assert any(link.endswith("/expire/") for link in operator.get(f"decisions/{decision.key}/").page.links)
    operator.fill(f"decisions/{decision.key}/expire/")
    assert Decision.objects.get(previous=decision).path == Path.EXPIRE.value


@in_both_languages
@pytest.mark.parametrize("role", sorted(Role))
def test_each_role_sees_a_decision_as_its_rights_allow(work: Casework, language: str, role: Role) -> None:
    work.found()
    decision = work.proposed()
    browser = sits(work, work.office.person(role), language)
    sees = role not in {Role.ADMINISTRATOR, Role.REGISTER_KEEPER}
    for place in ("decisions/", f"decisions/{decision.key}/", f"decisions/{decision.key}/reasons/"):
        shown = browser.get(place)
        assert shown.status == (200 if sees else 403)
        assert shown.stray == []
    may = {
        "approve/": role is Role.APPROVER,
        "refuse/": role is Role.APPROVER,
        "withdraw/": role is Role.REVIEWER,
        "expire/": role is Role.OPERATOR,
        "reasons/issue/": role in {Role.OPERATOR, Role.REVIEWER},
        "appeal/": role is Role.REVIEWER,
        "answer/approve/": role is Role.APPEALS_OFFICER,
        "then/amend/measures/": role is Role.REVIEWER,
    }
    found = {place: browser.get(f"decisions/{decision.key}/{place}").status == 200 for place in may}
    assert found == may


@pytest.mark.parametrize(
    "place",
    ["decisions/new/main/anything/", "decisions/new/lift/measures/", "decisions/new/appeal/measures/"],
)
def test_what_cannot_be_proposed_has_no_page(work: Casework, place: str) -> None:
    assert sits(work, work.reviewer).get(place).status == 404


def test_who_broke_the_glass_reads_a_decision_and_does_nothing(work: Casework) -> None:
    work.found()
    decision = work.proposed()
    people.break_glass(work.office.first, work.case, reason="A court asks.")
    administrator = sits(work, work.office.first)
    shown = administrator.get(f"decisions/{decision.key}/")
    assert shown.status == 200
    acting = ("/approve/", "/refuse/", "/withdraw/", "/appeal/")
    assert [link for link in shown.page.links if link.endswith(acting)] == []
    assert administrator.get(f"decisions/{decision.key}/approve/").status == 403
    assert administrator.get(MAIN).status == 403


def test_every_sentence_of_the_checks_is_said_in_both_languages() -> None:
    said: set[str] = set()
    folder = File(mithaq.review.__file__).parent
    for name in ("measures.py", "acts/decisions.py", "acts/appeals.py", "acts/desk.py"):
        for node in ast.walk(ast.parse((folder / name).read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"BadDecision", "BadAct"}:
                said.add(_literal(node.args[0]))
    assert len(said) > 20
    assert sorted(text for text in said if sentence_of(text) is None) == [
        "a change, and nothing else, says what changes"
    ]


def _literal(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "0" for part in node.values)
    assert isinstance(node, ast.Constant)
    return str(node.value)
