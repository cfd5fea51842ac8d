"""The cases of the story. Each is told as days before its end: `yield 12` waits until twelve days before."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final, TypeAlias

from mithaq.cli.story import words
from mithaq.cli.story.desk import STOP_FACES, STOP_SPEECH, STOP_WRITES, StoryDesk
from mithaq.intake.acts import link_cases
from mithaq.people.acts import declare_recusal
from mithaq.people.models import Recusal
from mithaq.review import acts
from mithaq.review.casefile import AppealOutcome, Appellant, Outcome
from mithaq.review.measures import DecisionKind, Path
from mithaq.review.runs.acts import RecordsKind
from mithaq.terms import LocalisedText, SourceKind

Plot: TypeAlias = Iterator[float]
"""One case as it goes on; gives the day, counted back from the story's end, on which it does."""


def ordinary_bank(desk: StoryDesk) -> Plot:
    """Tell of an allegation that the evidence refutes, and of a reporter who appeals in vain."""
    yield 44
    case = desk.open("nadim", "cedar-bank", SourceKind.EMPLOYEE, "a letter to the ethics line")
    yield 43
    desk.authorise(case, "nadim")
    yield 42.9
    desk.examine(case, "nadim")
    yield 40
    desk.find(case, "nadim", "T5", Outcome.NOT_VIOLATED, "الإيقاع إيقاع مصرف لا إيقاع سكان.")
    decision = desk.propose("nadim", desk.content(case, "T5", words.ORDINARY_BANK))
    yield 39
    desk.approve(decision, "karim")
    desk.issue(decision)
    yield 30
    grounds = "I worked there and saw calls of people who are no customers of the bank."
    appeal = desk.appeal(decision, "rima", Appellant.REPORTER, grounds)
    yield 21
    reasons = LocalisedText(
        "Calls with people who are not customers are part of a bank's work; the records show nothing else.",
        "مكالمة من ليسوا عملاء جزء من عمل المصرف، ولا تُظهر السجلات غير ذلك.",
    )
    acts.decide_appeal(desk.cast("tarek"), case, appeal.key, outcome=AppealOutcome.UPHELD, reasons=reasons)


def restricted(desk: StoryDesk) -> Plot:
    """Tell of measures in force whose customer appeals; the appeal waits for its decision."""
    yield 38
    case = desk.open("rima", "harbour-vault", SourceKind.NGO, "a published report")
    yield 37
    desk.authorise(case, "rima")
    yield 36.8
    desk.examine(case, "rima")
    yield 33
    desk.find(
        case, "rima", "T5", Outcome.VIOLATED, "The evidence supports every claim that the clause needs."
    )
    content = desk.content(case, "T5", words.MASS_RECORDINGS, [STOP_WRITES, STOP_SPEECH])
    decision = desk.propose("rima", content)
    yield 32
    desk.approve(decision, "huda")
    yield 31.7
    desk.issue(decision)
    yield 12
    grounds = "We back up the archive of a telephone operator. Our contract names it."
    desk.appeal(decision, "nadim", Appellant.CUSTOMER, grounds)


def open_question(desk: StoryDesk) -> Plot:
    """Tell of a claim that stays undetermined until somebody's books are seen."""
    yield 24
    case = desk.open("rima", "memo-line", SourceKind.NGO, "a letter with annexes")
    yield 23
    desk.authorise(case, "rima", days=30)
    yield 22.8
    result = desk.examine(case, "rima")
    yield 20
    asked = desk.request(
        result, "rima", RecordsKind.BILLING, "Billing desk", "Who is invoiced: an app's users, or one office?"
    )
    yield 13
    text = "Invoices of September: one account, 4,100 seats of a consumer plan. No single office is invoiced."
    desk.answer(case, "rima", asked, text, "invoices.txt")
    yield 11
    desk.request(
        result, "rima", RecordsKind.SUPPORT, "Support desk", "What did the customer call the service?"
    )


def second_voice(desk: StoryDesk) -> Plot:
    """Tell of another source that says the same: linked, and waiting too long for its authorisation."""
    yield 9
    case = desk.open("nadim", "memo-line", SourceKind.RESEARCHER, "a study")
    link_cases(desk.cast("nadim"), case, desk.first_about("MemoLine Apps"))


def warned(desk: StoryDesk) -> Plot:
    """Tell of a warning that waits for the second pair of eyes."""
    yield 19
    case = desk.open("nadim", "quayside-cameras", SourceKind.RESEARCHER, "a talk at a conference", ["T9"])
    yield 18
    desk.authorise(case, "nadim")
    yield 17.9
    desk.examine(case, "nadim")
    yield 4
    desk.find(case, "nadim", "T9", Outcome.INCONCLUSIVE, "لا يُظهر السجل بمَن قورنت الوجوه.")
    content = desk.content(case, "T9", words.STREET_FACES, kind=DecisionKind.WARNING)
    yield 1
    desk.propose("nadim", content)


def softened(desk: StoryDesk) -> Plot:
    """Tell of an appeal that changes a measure; what it changes waits for a second, uninvolved person."""
    yield 41
    case = desk.open("rima", "quayside-cameras", SourceKind.PRESS, "an article", ["T9"])
    yield 40
    desk.authorise(case, "rima")
    yield 39.5
    desk.examine(case, "rima")
    yield 35
    reasons = "Calls of the face service by the thousand; the declared purpose does not name them."
    desk.find(case, "rima", "T9", Outcome.VIOLATED, reasons)
    decision = desk.propose("rima", desk.content(case, "T9", words.FACE_SERVICE, [STOP_FACES], days=120))
    yield 34
    desk.approve(decision, "karim")
    desk.issue(decision)
    yield 15
    appeal = desk.appeal(decision, "nadim", Appellant.CUSTOMER, "It was a trial in one city, and it is over.")
    yield 2
    milder = desk.content(case, "T9", words.SHORTER, [STOP_FACES], days=30, way=Path.APPEAL)
    acts.decide_appeal(
        desk.cast("yusra"),
        case,
        appeal.key,
        outcome=AppealOutcome.CHANGED,
        reasons=words.SHORTER["grounds"],
        answer=milder,
    )


def flight(desk: StoryDesk) -> Plot:
    """Tell of an interim measure against flight, in force while the review goes on."""
    yield 6
    case = desk.open("nadim", "harbour-vault", SourceKind.REGULATOR, "a letter of the regulator")
    yield 5.5
    desk.authorise(case, "nadim")
    yield 5
    content = desk.content(case, "T5", words.LEAVING, [STOP_WRITES], days=6, way=Path.INTERIM)
    decision = desk.propose("nadim", content)
    yield 4.8
    desk.approve(decision, "huda")
    desk.issue(decision)


def sent_back(desk: StoryDesk) -> Plot:
    """Tell of a proposal that the approver refused with reasons."""
    yield 16
    case = desk.open("rima", "memo-line", SourceKind.PRESS, "an article")
    yield 15.5
    desk.authorise(case, "rima")
    yield 15.3
    desk.examine(case, "rima")
    yield 10
    desk.find(case, "rima", "T5", Outcome.VIOLATED, "The pattern and the number speak for it.")
    decision = desk.propose("rima", desk.content(case, "T5", words.MASS_RECORDINGS, [STOP_WRITES]))
    yield 8
    why = "An app of people who record their own calls stays open. Ask for the records that would settle it."
    acts.refuse(desk.cast("karim"), case, decision.key, reasons=why)


def paused(desk: StoryDesk) -> Plot:
    """Tell of a case that rests for a stated reason."""
    yield 14
    case = desk.open("nadim", "cedar-bank", SourceKind.CUSTOMER, "a complaint")
    yield 13.5
    desk.authorise(case, "nadim", days=40)
    yield 7
    acts.hold(desk.cast("nadim"), case, reason="ننتظر تأكيد المُبلِّغ للفترة المقصودة.")


def mistaken(desk: StoryDesk) -> Plot:
    """Tell of a case that was opened about the wrong customer, and cancelled."""
    yield 27
    case = desk.open("rima", "quayside-cameras", SourceKind.EMPLOYEE, "a message to the ethics line", ["T9"])
    yield 26
    reason = "The message means another company of a similar name, which is no customer of ours."
    acts.cancel(desk.cast("salma"), case, reason=reason)


def just_begun(desk: StoryDesk) -> Plot:
    """Tell of a review whose evidence the worker computes while one looks on."""
    yield 2.5
    case = desk.open("rima", "harbour-vault", SourceKind.OWN_CHECK, "a question of the board")
    yield 1.5
    desk.authorise(case, "rima")
    yield 0.01
    desk.ask(case, "rima")


def new_today(desk: StoryDesk) -> Plot:
    """Tell of a case that came in this morning."""
    yield 0.2
    desk.open("nadim", "cedar-bank", SourceKind.PRESS, "an article of today")


def recusal(desk: StoryDesk) -> Plot:
    """Tell of somebody who worked for a customer and bars themselves from its cases."""
    yield 45
    declare_recusal(
        desk.cast("huda"),
        kind=Recusal.Kind.CUSTOMER,
        value="Cedar Mutual Bank",
        reason="عملت مستشارة لدى المصرف حتى العام الماضي.",
    )


PLOTS: Final[tuple[Callable[[StoryDesk], Plot], ...]] = (
    recusal,
    ordinary_bank,
    softened,
    restricted,
    mistaken,
    open_question,
    warned,
    sent_back,
    paused,
    second_voice,
    flight,
    just_begun,
    new_today,
)
LONGEST: Final = 46
"""Days that the story takes."""


def play(desk: StoryDesk, progress: Callable[[int, int], None]) -> None:
    """Tell all cases at once, in the order of their days, until the moment at which the clock stands now."""
    end = desk.cast.clock.now
    plots = [plot(desk) for plot in PLOTS]
    waiting = [(-next(plot), number) for number, plot in enumerate(plots)]
    heapq.heapify(waiting)
    told = 0
    while waiting:
        day, number = heapq.heappop(waiting)
        desk.cast.clock.now = (end + timedelta(days=day)).replace(microsecond=0)
        upcoming = next(plots[number], None)
        if upcoming is None:
            told += 1
            progress(told, len(plots))
        else:
            heapq.heappush(waiting, (-upcoming, number))
    desk.cast.clock.now = end
