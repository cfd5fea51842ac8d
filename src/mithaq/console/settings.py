"""Django's settings, taken from the environment: MITHAQ_HOME, DATABASE_URL, MITHAQ_HOSTS."""

from __future__ import annotations

import os

from mithaq.console.home import database_from, home_from, secret_key

HOME = home_from(os.environ)
SECRET_KEY = secret_key(HOME)
DATABASES = {"default": database_from(os.environ, HOME)}
ALLOWED_HOSTS = os.environ.get("MITHAQ_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
DEBUG = False

INSTALLED_APPS = (
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "mithaq.ledger",
    "mithaq.people",
    "mithaq.register",
    "mithaq.intake",
)
MIDDLEWARE = (
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
)
ROOT_URLCONF = "mithaq.console.urls"
WSGI_APPLICATION = "mithaq.console.wsgi.application"
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ("django.contrib.auth.backends.ModelBackend",)
PASSWORD_HASHERS = ("django.contrib.auth.hashers.Argon2PasswordHasher",)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
LANGUAGES = (("en", "English"), ("ar", "العربية"))
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
