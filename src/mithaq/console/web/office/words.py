"""What permissions are called, each as the thing that it lets a person do, and what duties are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mithaq.people.permissions import Permission
from mithaq.review.stages import Duty

_P = Permission

PERMISSIONS: Final[Mapping[Permission, str | Promise]] = {
    _P.CASE_READ: _("read cases"),
    _P.CASE_ALLEGATION_OPEN: _("open a case from an allegation"),
    _P.CASE_LINK: _("link cases"),
    _P.CASE_ATTACHMENT_ADD: _("add attachments"),
    _P.CASE_ATTACHMENT_ERASE: _("erase attachments"),
    _P.CASE_REVIEW_AUTHORISE: _("authorise reviews"),
    _P.CASE_REVIEW_RUN: _("run the evidence of a review"),
    _P.CASE_REVIEW_CANCEL: _("cancel reviews"),
    _P.CASE_RECORDS_REQUEST: _("request records"),
    _P.CASE_FINDING_MAKE: _("make findings"),
    _P.CASE_DECISION_PROPOSE: _("propose decisions"),
    _P.CASE_DECISION_APPROVE: _("approve or refuse decisions"),
    _P.CASE_DECISION_EXPIRE: _("note that a decision has run out"),
    _P.CASE_STATEMENT_ISSUE: _("issue statements of reasons"),
    _P.CASE_APPEAL_ENTER: _("enter appeals"),
    _P.CASE_APPEAL_DECIDE: _("decide appeals"),
    _P.CASE_ESCALATE: _("escalate cases"),
    _P.CASE_HAND_OVER: _("hand cases over"),
    _P.CASE_HOLD: _("put cases on hold"),
    _P.CASE_STEP_IN: _("step into another reviewer's case"),
    _P.CASE_BREAK_GLASS: _("break the glass in front of a case"),
    _P.CASE_UNLOCK_PROPOSE: _("propose to unlock native ids"),
    _P.CASE_UNLOCK_APPROVE: _("approve the unlocking of native ids"),
    _P.CASE_WATCH_RUN: _("watch what leaves the subjects of a case"),
    _P.CASE_WORDS_ERASE: _("erase the words of whoever made an allegation"),
    _P.CASE_WATCH_END: _("end such a watch"),
    _P.MEASURE_READ: _("read measures"),
    _P.MEASURE_PLAN: _("have measures planned"),
    _P.MEASURE_APPLY: _("apply measures"),
    _P.MEASURE_CONFIRM: _("confirm measures carried out by hand"),
    _P.REGISTER_READ: _("read the register"),
    _P.REGISTER_WRITE: _("write into the register"),
    _P.TERMS_READ: _("read the terms"),
    _P.LEDGER_READ: _("read the ledger"),
    _P.PEOPLE_READ: _("see the people"),
    _P.PEOPLE_ACCOUNT_MANAGE: _("manage accounts"),
    _P.PEOPLE_ROLE_PROPOSE: _("propose and end roles"),
    _P.PEOPLE_ROLE_APPROVE: _("approve roles"),
    _P.PEOPLE_RECUSAL_MANAGE: _("recuse others and end recusals"),
    _P.PEOPLE_RECUSE_SELF: _("recuse oneself"),
    _P.PEOPLE_TOKEN_OWN: _("issue and revoke tokens of one's own"),
    _P.SETTINGS_WRITE: _("change the settings"),
}
"""In the order in which the work is done."""

DUTIES: Final[Mapping[Duty, str | Promise]] = {
    Duty.AUTHORISE: _("Authorising the review"),
    Duty.FIND: _("Findings on every clause"),
    Duty.PROPOSE: _("Proposing a decision"),
    Duty.APPROVE: _("Approving a decision, or refusing it"),
    Duty.APPROVE_INTERIM: _("Approving an interim measure, or refusing it"),
    Duty.ISSUE_REASONS: _("Issuing the statement of reasons"),
    Duty.DECIDE_APPEAL: _("Deciding an appeal"),
    Duty.LOOK_AGAIN: _("Looking again at a restriction"),
}
"""What duties are called where their days are set, in the order in which a case meets them."""
