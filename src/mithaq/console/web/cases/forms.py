"""Forms that do an act of a case, and how they tell of acts meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import ngettext

from mithaq.console.web.doing import REASON, DoingForm
from mithaq.console.web.templatetags.mithaq import number
from mithaq.review.queries import Seen


class ActForm(DoingForm):
    """A form that does one act of a case.

    `acts` is how many acts the case had when the form was shown: if others acted since, that is said and the
    form shown again as it was typed, with the new count, so that sending it once more is a choice.
    """

    acts = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        seen: Seen,
        initial: Mapping[str, Any] | None = None,
        prefix: str = "",
        files: MultiValueDict[str, Any] | None = None,
    ) -> None:
        self.seen = seen
        first = {**(initial or {}), "acts": seen.state.acts}
        super().__init__(data, files, initial=first, prefix=prefix or None)

    def clean(self) -> dict[str, Any]:
        """Refuse a form that was loaded before somebody else acted; raises ValidationError."""
        cleaned = super().clean() or {}
        since = self.seen.state.acts - cleaned.get("acts", 0)
        if "acts" in cleaned and since > 0:
            renewed = cast("QueryDict", self.data).copy()
            renewed[self.add_prefix("acts")] = str(self.seen.state.acts)
            self.data = renewed
            raise ValidationError(
                ngettext(
                    "%(written)s act was done in this case since you loaded the page. "
                    "Look at the timeline, then send the form again if it still holds.",
                    "%(written)s acts were done in this case since you loaded the page. "
                    "Look at the timeline, then send the form again if it still holds.",
                    since,
                ),
                code="overtaken",
                params={"written": number(since)},
            )
        return cleaned


class ReasonForm(ActForm):
    """A form that asks for nothing but a reason."""

    reason = forms.CharField(label=REASON, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))


class FinalForm(ReasonForm):
    """A form with a reason for what cannot be taken back."""

    restrictive = True
