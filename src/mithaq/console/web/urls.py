"""Addresses of the console's pages. Of the sign-in library only what is offered here has an address."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from allauth.socialaccount import views as social
from allauth.usersessions import views as sessions
from axes.decorators import axes_dispatch, axes_form_invalid
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from django.utils.decorators import method_decorator

from mithaq.console.web import language, ledger, organisation, style, terms, welcome
from mithaq.console.web.office import changes


@method_decorator(axes_dispatch, name="dispatch")
@method_decorator(axes_form_invalid, name="form_invalid")
class SignIn(account.LoginView):  # type: ignore[misc]  # the library ships no annotations
    """Signing in, with too many wrong passwords counted."""


def not_offered(request: HttpRequest) -> HttpResponse:
    """Stand at an address that the sign-in library links to and this console does not offer."""
    raise Http404(request.path)


_SIGNING_IN: list[URLPattern | URLResolver] = [
    path("sign-in/", SignIn.as_view(), name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("account-closed/", account.account_inactive, name="account_inactive"),
    path("sign-up/", not_offered, name="account_signup"),
    path("confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("password/first/", account.password_set, name="account_set_password"),
    path("second-factor/", mfa.index, name="mfa_index"),
    path("second-factor/sign-in/", mfa.authenticate, name="mfa_authenticate"),
    path("second-factor/confirm/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("second-factor/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("second-factor/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second-factor/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second-factor/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("second-factor/keys/", keys.list_webauthn, name="mfa_list_webauthn"),
    path("second-factor/keys/add/", keys.add_webauthn, name="mfa_add_webauthn"),
    path("second-factor/keys/confirm/", keys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("second-factor/keys/<int:pk>/", keys.edit_webauthn, name="mfa_edit_webauthn"),
    path("second-factor/keys/<int:pk>/remove/", keys.remove_webauthn, name="mfa_remove_webauthn"),
    path("organisation/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("organisation/error/", social.login_error, name="socialaccount_login_error"),
    path("organisation/<slug:provider_id>/", organisation.leave, name="openid_connect_login"),
    path("organisation/<slug:provider_id>/back/", organisation.come_back, name="openid_connect_callback"),
    path("sessions/", sessions.list_usersessions, name="usersessions_list"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("style-<slug:version>.css", style.style, name="style"),
    path("language/", language.switch, name="language"),
    path("ledger/", ledger.entries, name="ledger"),
    path("ledger/entries/<int:seq>/", ledger.entry, name="ledger-entry"),
    path("ledger/entries/<int:seq>/proof", ledger.proof, name="ledger-proof"),
    path("terms/", terms.pack, name="terms"),
    path("terms/changes/", changes.changes, name="terms-changes"),
    path("terms/<slug:clause_id>/", terms.clause, name="clause"),
    path("welcome/<str:secret>/", welcome.welcome, name="welcome"),
    path("me/", include(_SIGNING_IN)),
    path("", include("mithaq.console.web.cases.urls")),
    path("", include("mithaq.console.web.examining.urls")),
    path("", include("mithaq.console.web.deciding.urls")),
    path("", include("mithaq.console.web.measuring.urls")),
    path("", include("mithaq.console.web.office.urls")),
]
