"""What is done to a case as it came in: documents, words, links to other cases, the watch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from mithaq.console.web.cases.forms import ActForm, FinalForm
from mithaq.console.web.cases.frame import CaseRequest, case_page, do, show
from mithaq.console.web.cases.steps import KINDS
from mithaq.console.web.pages import FORM
from mithaq.console.web.templatetags.mithaq import apart, locale
from mithaq.intake import acts
from mithaq.intake.media import MAX_BYTES, TYPES
from mithaq.intake.queries import access_attachment
from mithaq.people.permissions import Permission
from mithaq.review.stages import open_acts


class Document(ActForm):
    """A document to attach."""

    file = forms.FileField(label=gettext_lazy("Document"))


class Linking(ActForm):
    """The other case of a link."""

    other = forms.CharField(label=gettext_lazy("Id of the other case"), max_length=32)


def page_of(request: CaseRequest, form: ActForm, **words: Any) -> HttpResponse:  # noqa: ANN401  # texts
    """Show a page with one form: `title`, `action` (its button), and if wanted `says`, what will happen.

    Where the act is not open at the case's stage, the page says so and has no form.
    """
    match = request.resolver_match
    kind = KINDS.get(match.url_name or "") if match else None
    closed = kind is not None and kind not in open_acts(request.seen.state, request.acting.now)
    return show(request, "cases/one_form.html", {"form": form, "closed": closed, **words})


def back_to(request: CaseRequest, form: ActForm) -> ActForm:
    """Let a form lead to the first page of its case when it is done."""
    form.to = reverse("case", kwargs={"case": request.seen.case.case})
    return form


def _sent(request: CaseRequest) -> Any:  # noqa: ANN401  # what was posted, or None
    return request.POST if request.method == "POST" else None


@case_page(Permission.CASE_ATTACHMENT_ADD, FORM)
def attach(request: CaseRequest, case: str) -> HttpResponse:
    """Add a document. It is neither opened nor searched for malware."""
    form = Document(_sent(request), seen=request.seen, files=request.FILES or None)
    back_to(request, form)

    def act(given: Mapping[str, Any]) -> object:
        file = given["file"]
        return acts.attach(
            request.acting,
            case,
            data=file.read(MAX_BYTES + 1),
            media_type=(file.content_type or "").partition(";")[0].strip().lower(),
            name=file.name or "",
        )

    says = [
        gettext("Mithaq keeps the bytes, and hands them out only as a download. It does not open them."),
        gettext("Taken are:") + " " + locale().listing([apart(each) for each in TYPES]),
    ]
    answer = do(request, form, act, done=gettext_lazy("The document is attached."))
    return answer or page_of(
        request, form, title=gettext("Attach a document"), action=gettext("Attach"), says=says
    )


@case_page(Permission.CASE_ATTACHMENT_ERASE, FORM)
def erase_attachment(request: CaseRequest, case: str, attachment: str) -> HttpResponse:
    """Erase a document's bytes and name for good; raises UnknownAttachment."""
    access_attachment(request.acting, case, attachment)
    form = back_to(request, FinalForm(_sent(request), seen=request.seen))
    says = [
        gettext("Its bytes and its name are erased for good, and cannot be brought back."),
        gettext("That it was there, when and by whom, stays in the ledger."),
    ]
    answer = do(
        request,
        form,
        lambda given: acts.erase_attachment(request.acting, case, attachment, reason=given["reason"]),
        done=gettext_lazy("The document is erased."),
    )
    return answer or page_of(
        request,
        form,
        title=gettext("Erase a document"),
        action=gettext("Erase for good"),
        says=says,
        danger=True,
    )


@case_page(Permission.CASE_WORDS_ERASE, FORM)
def erase_words(request: CaseRequest, case: str) -> HttpResponse:
    """Erase the words of whoever made the allegation for good."""
    form = back_to(request, FinalForm(_sent(request), seen=request.seen))
    says = [
        gettext("The reference and the texts of the claims are erased for good, and cannot be brought back."),
        gettext("The claims themselves stay, so that the review can go on; every proof stays valid."),
    ]
    answer = do(
        request,
        form,
        lambda given: acts.erase_words(request.acting, case, reason=given["reason"]),
        done=gettext_lazy("The words are erased."),
    )
    title = gettext("Erase the words of whoever made the allegation")
    return answer or page_of(
        request, form, title=title, action=gettext("Erase for good"), says=says, danger=True
    )


@case_page(Permission.CASE_LINK, FORM)
def link(request: CaseRequest, case: str) -> HttpResponse:
    """Link two cases that are about the same; neither is changed by it."""
    form = back_to(request, Linking(_sent(request), seen=request.seen))
    answer = do(
        request,
        form,
        lambda given: acts.link_cases(request.acting, case, given["other"].strip()),
        done=gettext_lazy("The cases are linked."),
    )
    says = [gettext("Both timelines will say so. Neither case is changed, and the link stays.")]
    return answer or page_of(
        request, form, title=gettext("Link to another case"), action=gettext("Link"), says=says
    )


@case_page(Permission.CASE_WATCH_END, FORM)
def end_watch(request: CaseRequest, case: str) -> HttpResponse:
    """Let retention take its course with the subjects' rollups again, and stop watching what leaves."""
    form = back_to(request, FinalForm(_sent(request), seen=request.seen))
    says = [
        gettext("The usage metadata of the subjects may then be removed when they are old enough."),
        gettext("Nobody is told any more when much leaves the subjects' storage."),
    ]
    answer = do(
        request,
        form,
        lambda given: acts.end_watch(request.acting, case, reason=given["reason"]),
        done=gettext_lazy("The watch has ended."),
    )
    return answer or page_of(
        request, form, title=gettext("End the watch"), action=gettext("End the watch"), says=says, danger=True
    )
