"""What is ours in signing in: nobody signs up, one's own language, secrets of second factors encrypted."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from mithaq.console.web.attempts import place
from mithaq.console.web.language import known, speak

if TYPE_CHECKING:
    from allauth.socialaccount.models import SocialLogin
    from django.http import HttpRequest, HttpResponse

    from mithaq.people.models import Account


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library ships no annotations
    """Accounts are made by administrators."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: nobody makes an account for themselves."""
        del request
        return False

    def post_login(self, request: HttpRequest, user: Account, **values: Any) -> HttpResponse:  # noqa: ANN401  # passed through as given
        """Bring the person's own language to the browser, however they signed in."""
        response: HttpResponse = super().post_login(request, user, **values)
        if known(user.locale):
            speak(request, response, user.locale)
        return response

    def get_client_ip(self, request: HttpRequest) -> str:
        """Give the browser's address as it is counted everywhere."""
        return place(request)


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # the library ships no annotations
    """The organisation's own sign-in leads to accounts that exist, and makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Refuse: whom the organisation knows has no account here until an administrator makes one."""
        del request, sociallogin
        return False


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # the library ships no annotations
    """Keeps the secrets of second factors encrypted under the key of the home folder."""

    def encrypt(self, text: str) -> str:
        """Give the text as the database keeps it."""
        return _box().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """Give the text back; raises InvalidToken where the key is another."""
        return _box().decrypt(encrypted_text.encode("ascii")).decode()


def _box() -> Fernet:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"mithaq second factor v1")
    return Fernet(base64.urlsafe_b64encode(derive.derive(settings.SECRET_KEY.encode())))
