"""Django's settings, taken from the environment: MITHAQ_HOME, DATABASE_URL, MITHAQ_HOSTS, MITHAQ_URL."""

from __future__ import annotations

import os
from datetime import timedelta

from csp.constants import NONE, SELF

from mithaq.console.home import database_from, home_from, secret_key
from mithaq.console.reached import api_rate_from, metrics_token_from, oidc_from, reached_from

HOME = home_from(os.environ)
SECRET_KEY = secret_key(HOME)
DATABASES = {"default": database_from(os.environ, HOME)}
ALLOWED_HOSTS = os.environ.get("MITHAQ_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
DEBUG = False
_REACHED = reached_from(os.environ)

INSTALLED_APPS = (
    "mithaq.console.web",  # first: its templates and its words stand before the libraries'
    "mithaq.console.web.cases",
    "mithaq.console.web.examining",
    "mithaq.console.web.deciding",
    "mithaq.console.web.measuring",
    "mithaq.console.web.office",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "mithaq.ledger",
    "mithaq.people",
    "mithaq.identity",
    "mithaq.register",
    "mithaq.intake",
    "mithaq.review",
    "mithaq.review.runs",
    "mithaq.measures",
)
MIDDLEWARE = (
    "mithaq.console.metrics.Measured",
    "mithaq.console.service.logs.Requests",
    "mithaq.console.api.limits.Limits",
    "mithaq.console.api.problems.Problems",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "mithaq.console.web.language.Language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "mithaq.console.web.failures.Failures",
)
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "mithaq.console.web.navigation.navigation",
            ],
            "builtins": ["django.templatetags.i18n", "mithaq.console.web.templatetags.mithaq"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.Jinja2"  # the same HTML in less time: a decision's form has 25 fields
ROOT_URLCONF = "mithaq.console.urls"
WSGI_APPLICATION = "mithaq.console.wsgi.application"
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = (
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
)
PASSWORD_HASHERS = ("django.contrib.auth.hashers.Argon2PasswordHasher",)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
LANGUAGES = (("en", "English"), ("ar", "العربية"))
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
LANGUAGE_COOKIE_NAME = "mithaq_language"

# Cookies, and what browsers are told. Whoever reaches the console over plain http is on this machine.
SESSION_COOKIE_NAME = "mithaq_session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _REACHED.secure
CSRF_COOKIE_NAME = "mithaq_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = _REACHED.secure
CSRF_TRUSTED_ORIGINS = [_REACHED.origin] if _REACHED.origin else []
CSRF_FAILURE_VIEW = "mithaq.console.web.failures.stale_form"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _REACHED.secure else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _REACHED.proxies else None
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # data: for the square that an authenticator app photographs
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "mithaq.console.web.storage.VersionedStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = "."  # every address carries the digest of its file

# Rate limits are counted in files, so that several processes count together.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": HOME / "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Signing in.
SESSION_LACKS_SECOND_FACTOR = "mithaq.console.web.second_factor.is_missing"
SESSION_SECOND_FACTOR_IS_FRESH = "mithaq.console.web.second_factor.is_fresh"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "mithaq.console.web.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if _REACHED.secure else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = _REACHED.proxies
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
MFA_ADAPTER = "mithaq.console.web.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "add_webauthn": "mithaq.console.web.forms.AddKey",
    "edit_webauthn": "mithaq.console.web.forms.RenameKey",
}
MFA_TOTP_ISSUER = "Mithaq"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an administrator gave the address; Mithaq sends no e-mail
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _REACHED.secure
SOCIALACCOUNT_ADAPTER = "mithaq.console.web.adapters.SocialAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": oidc_from(os.environ)}}
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_LOGIN_ON_GET = False

# Numbers for Prometheus, answered only with this secret; empty: there is no such address.
METRICS_TOKEN = metrics_token_from(os.environ)

# Requests a minute that the API answers to each token or session; 0: as many as are sent.
API_A_MINUTE = api_rate_from(os.environ)

# Wrong passwords: five for one address from one place shut it there for a quarter of an hour.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "mithaq.console.web.attempts.subject"
AXES_CLIENT_IP_CALLABLE = "mithaq.console.web.attempts.place"
AXES_LOCKOUT_CALLABLE = "mithaq.console.web.failures.locked_out"
AXES_SENSITIVE_PARAMETERS = ["login", "username", "email", "password", "ip_address"]
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# Where the two-person unlock asks about cases and the lake, which lie above its room.
UNLOCK_CASE_GATE = "mithaq.console.unlock.access_case"
UNLOCK_SEALED_IDS = "mithaq.console.unlock.sealed_ids"
