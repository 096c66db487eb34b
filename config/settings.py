"""Django's settings. What differs between installations comes from the environment:

    DATABASE_URL            postgresql://user:password@host:port/name; unset: the embedded server
    DATABASE_REPLICA_URLS   its streaming standbys, with commas, for readers' pages; unset: none
    CLAIMLINE_DATA_DIR      where the embedded server keeps its data; unset: var/postgres
    CLAIMLINE_DATABASE_START_SECONDS  how long it may take to recover after a crash; 600
    CLAIMLINE_DOWNLOADS     how many downloads a worker process sends at a time, fewer than it has
                            threads; 3
    CLAIMLINE_ROOM          how many answers to a query string that are not ready a worker process
                            makes at a time, four fewer than it has threads; 2; 0: no limit
    CLAIMLINE_POOL          database connections a worker process; 0 behind an outside pool such as
                            PgBouncer: then nothing is kept on them, no prepared statements either,
                            and no limit of time
    CLAIMLINE_STATEMENT_SECONDS  how long one query of a reader's page may take; 5; 0: no limit
    SECRET_KEY              unset: made once and kept in var/secret-key
    SECRET_KEY_FILE         a file with that key in its place; lines below it are earlier keys, by
                            which what is signed already stays good
    ALLOWED_HOSTS           the site's host names, with commas; localhost works without
    CSRF_TRUSTED_ORIGINS    with commas, where a proxy hides the scheme or port
    CLAIMLINE_TLS           on (unless DEBUG): everything over https; off: plain http on localhost
    CLAIMLINE_HSTS_SECONDS  how long browsers shall insist on https; one year
    CLAIMLINE_HSTS_SUBDOMAINS  on: for all hosts below the site's name too; off, where one of them
                            is served over plain http; on
    CLAIMLINE_HSTS_PRELOAD  on: that the domain may be put on the list that browsers are shipped
                            with (hstspreload.org), which is for all hosts below it; off
    CLAIMLINE_TRUST_FORWARDED_PROTO  on: a proxy in front always sets X-Forwarded-Proto itself
    CLAIMLINE_CLIENT_ADDRESS_HEADER  where that proxy tells the client's address: X-Real-IP, or
                            X-Forwarded-For, of which the last address counts; unset: no proxy
    CLAIMLINE_SESSION_HOURS  how long a session of the desk lasts when nothing is done; 12
    CLAIMLINE_SESSION_DAYS   how long it lasts whatever is done; 7
    CLAIMLINE_BREACHED_PASSWORDS  a file of those that nobody may have: SHA-1s, ordered, as Pwned
                            Passwords has them (docs/operations.md); unset: the commonest alone
    CLAIMLINE_EDITORS_FACTOR  on: editors need a second factor as all others of the desk do; off:
                            they may go without; on
    CLAIMLINE_CONTACT       where readers report mistakes: a mail address, or a page over https
    CLAIMLINE_LICENCE       of the compiled data; unset: CC BY 4.0
    CLAIMLINE_LICENCE_URL   where that licence is written; needed with it
    CLAIMLINE_TILES         map tiles that readers' browsers fetch from the operator's own server,
                            https://tiles.example/{z}/{x}/{y}.png; unset: outlines alone
    CLAIMLINE_TILES_CREDIT  whom to name for the tiles, in plain text; needed with them
    CLAIMLINE_BITMAPS       on: facet counts come from memory, about 200 MB a worker for a million
                            incidents; off: from SQL; on
    CLAIMLINE_READY_MB      how much a worker keeps of its last answers, compressed, to give them
                            again until something is published; 32; 0: none
    CLAIMLINE_SHARED_CACHE_SECONDS  how long a CDN in front may answer without asking, and as long
                            again while it asks (docs/scaling.md); 0: it asks each time
    CLAIMLINE_FOUR_EYES     on: nobody publishes what nobody else has touched or approved; off
    CLAIMLINE_LOG           json, a line of JSON each, or text; json
    CLAIMLINE_LOG_REQUESTS  on: a line for each request, with its route, status and milliseconds;
                            off: for those that took a second or longer
    DEBUG                   off

A value that cannot be read stops the start.
"""

from datetime import timedelta
from pathlib import Path

import django_stubs_ext
import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.about import contact_url, licence_url
from config.database import database_settings, replica_settings
from config.logs import numbered
from config.secret import keys_in, secret_key
from config.tiles import tile_origin

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()

# Lets annotations say ModelAdmin[Incident], ModelForm[Source]: Django's own classes refuse that.
django_stubs_ext.monkeypatch()


def switch(name: str, default: bool) -> bool:
    """An environment variable that is on or off; a misspelling must not pass as off."""
    value = env.str(name, default="on" if default else "off").lower()
    if value in ("on", "true", "yes", "1"):
        return True
    if value in ("off", "false", "no", "0"):
        return False
    raise ImproperlyConfigured(f"{name} must be on or off, not {value!r}.")


def number(name: str, default: int, least: int = 0) -> int:
    value: int = env.int(name, default=default)
    if value < least:
        raise ImproperlyConfigured(f"{name} must not be below {least}, as {value} is.")
    return value


DEBUG = switch("DEBUG", default=False)
SECRET_KEY_FILE = env.str("SECRET_KEY_FILE", default="")
SECRET_KEY, *SECRET_KEY_FALLBACKS = (
    keys_in(Path(SECRET_KEY_FILE))
    if SECRET_KEY_FILE
    else [env.str("SECRET_KEY", default="") or secret_key(VAR_DIR / "secret-key")]
)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *env.list("ALLOWED_HOSTS", default=[])]
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "config",
    "rowlog.apps.RowLogConfig",
    "accounts.apps.AccountsConfig",
    "sources",
    "incidents",
    "django_htmx",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "accounts.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "config.health.health",
    "config.requests.numbered_and_told",
    "config.plain_http.no_programs",
    # What is ready passes none of those below.
    "incidents.public.ready.ready",
    "django.middleware.security.SecurityMiddleware",
    # Right after security: hashed files need neither sessions nor the headers of pages.
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Nor does what is alike; files have addresses of which it does not know.
    "incidents.public.alike.alike",
    # BREACH: Django adds a random number of bytes to every compressed page.
    "django.middleware.gzip.GZipMiddleware",
    # Above whatever may answer with an error page.
    "config.language.readers_language",
    "config.headers.policies",
    "csp.middleware.CSPMiddleware",
    "accounts.methods.looked_at_or_sent",
    "config.outage.no_waiting_for_the_primary",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "accounts.sessions.keep_alive",
    "rowlog.middleware.who_and_why",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "sources.admin.unseen.told",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": database_settings(env), **replica_settings(env)}
DATABASE_ROUTERS = ["config.replicas.Router"]

# Whole articles are pasted on the desk; forms of the public are a query string.
DATA_UPLOAD_MAX_MEMORY_SIZE = 6_000_000
FILE_UPLOAD_HANDLERS = ["config.uploads.MemoryHandler"]

LANGUAGE_CODE = "en"
# Of public pages; the desk, and all that programs read, stay English.
LANGUAGES = [("en", "English"), ("uk", "Ukrainian"), ("ru", "Russian")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_AGE = 31_536_000
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

AUTHENTICATION_BACKENDS = [
    # Before any password is looked at.
    "axes.backends.AxesStandaloneBackend",
    "accounts.roles.RoleBackend",
]

# The name of one account from one origin; never the name alone, or anyone could lock anyone out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_HANDLER = "accounts.throttle.LoginThrottle"
AXES_CLIENT_IP_CALLABLE = "accounts.throttle.origin"
AXES_LOCKOUT_CALLABLE = "accounts.throttle.refused"
AXES_RESET_ON_SUCCESS = True
# Who keeps trying while locked does not wait longer.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
# Who logged in when is no business of a log for ever.
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
CLIENT_ADDRESS_HEADER = env.str("CLAIMLINE_CLIENT_ADDRESS_HEADER", default="")

# Of our own table, so that sessions can be listed and ended.
SESSION_ENGINE = "accounts.sessions"
# Of doing nothing on the desk.
SESSION_COOKIE_AGE = 3600 * number("CLAIMLINE_SESSION_HOURS", 12, least=1)
# From the login on.
SESSION_LONGEST = timedelta(days=number("CLAIMLINE_SESSION_DAYS", 7, least=1))
# Not in a cookie of their own.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

OTP_TOTP_ISSUER = "Claimline"
EDITORS_FACTOR = switch("CLAIMLINE_EDITORS_FACTOR", default=True)

AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.passwords.OwnWordsValidator"},
]
BREACHED_PASSWORDS = env.str("CLAIMLINE_BREACHED_PASSWORDS", default="")
if BREACHED_PASSWORDS and not Path(BREACHED_PASSWORDS).is_file():
    raise ImproperlyConfigured(f"CLAIMLINE_BREACHED_PASSWORDS: no file {BREACHED_PASSWORDS}.")
if BREACHED_PASSWORDS:
    AUTH_PASSWORD_VALIDATORS.append(
        {"NAME": "accounts.breached.BreachedValidator", "OPTIONS": {"path": BREACHED_PASSWORDS}}
    )

# Off only for plain http on localhost, as in `make demo`.
TLS = switch("CLAIMLINE_TLS", default=not DEBUG)
SECURE_SSL_REDIRECT = TLS
# A cookie so named is taken by browsers over TLS alone, and from no other host of the domain.
COOKIE_PREFIX = "__Host-" if TLS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
SESSION_COOKIE_SECURE = TLS
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
CSRF_COOKIE_SECURE = TLS
# Scripts of the desk take the token out of a form.
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}django_language"
LANGUAGE_COOKIE_SECURE = TLS
SECURE_HSTS_SECONDS = number("CLAIMLINE_HSTS_SECONDS", 31_536_000) if TLS else 0
SECURE_HSTS_PRELOAD = switch("CLAIMLINE_HSTS_PRELOAD", default=False)
SECURE_HSTS_INCLUDE_SUBDOMAINS = switch("CLAIMLINE_HSTS_SUBDOMAINS", default=True)
if SECURE_HSTS_PRELOAD and not SECURE_HSTS_INCLUDE_SUBDOMAINS:
    raise ImproperlyConfigured("CLAIMLINE_HSTS_PRELOAD needs CLAIMLINE_HSTS_SUBDOMAINS.")
SILENCED_SYSTEM_CHECKS = [
    # To be on the browsers' list, and for how long, is the operator's to decide.
    "security.W021",
]
if switch("CLAIMLINE_TRUST_FORWARDED_PROTO", default=False):
    # Only behind a proxy that overwrites the header: anyone can send it.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Sources must not learn which editor, or which unpublished page, a visit came from.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTACT = env.str("CLAIMLINE_CONTACT", default="")
CONTACT_URL = contact_url(CONTACT)
LICENCE = env.str("CLAIMLINE_LICENCE", default="CC BY 4.0")
LICENCE_URL = licence_url(LICENCE, env.str("CLAIMLINE_LICENCE_URL", default=""))

BITMAPS = switch("CLAIMLINE_BITMAPS", default=True)

READY_ANSWERS = number("CLAIMLINE_READY_MB", 32) * 1_000_000

SHARED_CACHE_SECONDS = number("CLAIMLINE_SHARED_CACHE_SECONDS", 0)
STATEMENT_SECONDS = number("CLAIMLINE_STATEMENT_SECONDS", 5)
# Each leaves threads (SERVE in the Makefile) for pages, with the two answers that may wait.
ROOM = number("CLAIMLINE_ROOM", 2)
DOWNLOADS = number("CLAIMLINE_DOWNLOADS", 3, least=1)

FOUR_EYES = switch("CLAIMLINE_FOUR_EYES", default=True)

TILES = env.str("CLAIMLINE_TILES", default="")
TILES_CREDIT = env.str("CLAIMLINE_TILES_CREDIT", default="")
if TILES and not TILES_CREDIT:
    raise ImproperlyConfigured("CLAIMLINE_TILES_CREDIT must say whose tiles CLAIMLINE_TILES are.")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, tile_origin(TILES)] if TILES else [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    },
}

LOG = env.str("CLAIMLINE_LOG", default="json")
if LOG not in ("json", "text"):
    raise ImproperlyConfigured(f"CLAIMLINE_LOG must be json or text, not {LOG!r}.")
LOG_REQUESTS = switch("CLAIMLINE_LOG_REQUESTS", default=False)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "config.logs.Json"}, "text": {"()": "config.logs.Text"}},
    "filters": {"numbered": {"()": "django.utils.log.CallbackFilter", "callback": numbered}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": LOG, "filters": ["numbered"]}
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "config.requests": {"level": "INFO"},
        # Each way in, without a name.
        "accounts": {"level": "INFO"},
        # Django would mail errors to ADMINS; whoever runs this reads the log.
        "django": {"handlers": [], "propagate": True},
        # Below errors it logs every 404, which crawlers make by the thousand.
        "django.request": {"level": "ERROR"},
        # So do scanners with hosts that are not ours; they get 400.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
