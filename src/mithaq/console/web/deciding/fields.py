"""Fields of the forms of deciding: words, moments and choices, of which the act says whether they suffice."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class Words(forms.CharField):
    """Words of a person, in lines; whether they suffice is for the act to say."""

    def __init__(self, *, rows: int = 4, lang: str = "", **values: Any) -> None:  # noqa: ANN401  # passed through
        direction = {"en": "ltr", "ar": "rtl"}.get(lang, "auto")
        attrs = {"rows": rows, "dir": direction, **({"lang": lang} if lang else {})}
        super().__init__(required=False, max_length=20_000, widget=forms.Textarea(attrs=attrs), **values)

    def clean(self, value: Any) -> str:  # noqa: ANN401  # the framework's own signature
        """Give the text with plain line ends, so that sending it again gives the same bytes."""
        text: str = super().clean(value)
        return text.replace("\r\n", "\n")


class Moment(forms.CharField):
    """A moment in UTC, as the browser's own field for dates and times sends it."""

    def __init__(self, **values: Any) -> None:  # noqa: ANN401  # passed through
        widget = forms.TextInput(attrs={"type": "datetime-local", "dir": "ltr"})
        super().__init__(required=False, max_length=40, widget=widget, **values)


class OneOf(forms.ChoiceField):
    """A choice that may be left open, for the act to say whether it must be made."""

    def __init__(self, **values: Any) -> None:  # noqa: ANN401  # passed through
        refusal = {"invalid_choice": _("Choose one of those offered.")}
        super().__init__(required=False, error_messages=refusal, **values)


class Names(forms.Select):
    """A choice among names that stand in their own direction."""

    def create_option(self, *args: Any, **values: Any) -> dict[str, Any]:  # noqa: ANN401  # passed through
        """Give an option, marked as not of the page's language."""
        option: dict[str, Any] = super().create_option(*args, **values)
        if option["value"]:
            option["attrs"] |= {"lang": "en", "dir": "ltr"}
        return option
