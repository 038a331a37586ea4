"""All settings, all from the environment (see docs/settings.md for the table)."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy

from portal import env
from portal.private_files import make_private_folder, write_for_owner_alone
from portal.redis_socket import redis_folder, redis_url
from portal.sign_in.oidc_settings import oidc_providers

# Before anything is made: contact data, keys and the database are nobody else's.
write_for_owner_alone()

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.boolean("DEBUG", default=False)

DEVELOPMENT_SECRET_KEY = "development-only-and-never-used-when-debug-is-off"  # noqa: S105
DEVELOPMENT_ENCRYPTION_KEY = "ZGV2ZWxvcG1lbnQtb25seS1rZXktbm90LWZvci11c2U="


def required_secret(name: str, development_value: str, how_to_make: str) -> str:
    """The secret `name`; in development a fixed value, otherwise its absence stops the start."""
    value = env.secret(name)
    if value or DEBUG:
        return value or development_value
    raise ImproperlyConfigured(
        f"{name} is not set. Make one with: {how_to_make} Then set {name} or {name}_FILE."
    )


SECRET_KEY = required_secret(
    "SECRET_KEY", DEVELOPMENT_SECRET_KEY, "python -c 'import secrets; print(secrets.token_urlsafe(50))'."
)
# Fernet keys, the newest first: the first encrypts, all of them decrypt. Keys for other purposes are derived from them
# where they have no setting of their own (imports/keyring.py).
ENCRYPTION_KEYS = env.fernet_keys(
    "ENCRYPTION_KEY",
    required_secret(
        "ENCRYPTION_KEY",
        DEVELOPMENT_ENCRYPTION_KEY,
        "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'.",
    ),
)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if DEBUG else "")
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS is not set. Set it to the names people open the portal by, "
        "for example ALLOWED_HOSTS=imports.example.com."
    )

# Where everything lies that the portal keeps on disk.
DATA_DIR = Path(env.text("PORTAL_DATA_DIR", str(BASE_DIR / "var"))).resolve()
make_private_folder(DATA_DIR)

INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "imports.apps.ImportsConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "crispy_forms",
    "crispy_bootstrap5",
    "bootstrap",
    "django_htmx",
    "django_rq",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    # First, so that it also sees what the others answer by themselves.
    "portal.security_headers.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.PageCompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.sign_in.open_sessions.SessionLimitsMiddleware",
    "portal.middleware.RequesterMiddleware",
    "portal.middleware.PersonMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.sign_in.second_factor.SecondFactorMiddleware",
    # Before the CSRF check, which reads the body: a stranger's upload is turned away unread.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "imports.views.unavailable.StorageUnavailableMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

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
                "imports.views.notifications.unread.unread",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

DATABASES = {"default": env.database("DATABASE_URL", DATA_DIR / "portal.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def audit_keys() -> list[str]:
    """Keys of the audit log's own: given, or remembered in DATA_DIR since a start of long ago."""
    remembered = DATA_DIR / "keys" / "audit_key"
    if remembered.exists() and not env.secret("AUDIT_KEY"):
        return [remembered.read_text(encoding="utf-8").strip()]
    return env.keys("AUDIT_KEY")


# Keys of a purpose's own, the newest first: the first is used, all of them are believed.
AUDIT_KEYS = audit_keys()
DIGEST_KEYS = env.keys("DIGEST_KEY", min_chars=32)
FILE_KEYS = env.keys("FILE_KEY", min_chars=32)
# Where audit events go besides: tcp://host:port, tls://host:port or unix:///path.
AUDIT_SYSLOG = env.syslog("AUDIT_SYSLOG")

AUTH_USER_MODEL = "portal.User"
AUTH_PASSWORD_VALIDATORS = [
    *(
        {"NAME": f"django.contrib.auth.password_validation.{name}"}
        for name in (
            "UserAttributeSimilarityValidator",
            "MinimumLengthValidator",
            "CommonPasswordValidator",
            "NumericPasswordValidator",
        )
    ),
    {"NAME": "portal.password_words.PortalWordsValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "imports:home"
LOGOUT_REDIRECT_URL = "login"

# django-allauth, which signs people in (portal/sign_in).
ACCOUNT_ADAPTER = "portal.sign_in.account_adapter.PortalAccountAdapter"
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]
# Beside portal/sign_in/guessing.py. Not by address alone: a whole office may have one.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "5/5m/key",  # codes of a second factor, by person
    "change_password": "5/5m/user",
    "reauthenticate": "10/5m/user",
}
ACCOUNT_FORMS = {
    "login": "portal.sign_in.sign_in_forms.SignInForm",
    "reauthenticate": "portal.sign_in.sign_in_forms.PasswordAgainForm",
    "reset_password": "portal.sign_in.password_reset.ForgottenPasswordForm",
    "reset_password_from_key": "portal.sign_in.password_reset.NewPasswordForm",
}
MFA_ADAPTER = "portal.sign_in.factor_adapter.PortalMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A code of half a minute ago is taken as well: clocks differ, and people type.
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "portal.sign_in.sign_in_forms.CodeForm",
    "reauthenticate": "portal.sign_in.sign_in_forms.CodeAgainForm",
    "activate_totp": "portal.sign_in.sign_in_forms.NewAppForm",
    "add_webauthn": "portal.sign_in.sign_in_forms.NewPasskeyForm",
    "login_webauthn": "portal.sign_in.sign_in_forms.PasskeySignInForm",
    "edit_webauthn": "portal.sign_in.sign_in_forms.PasskeyNameForm",
}
# How long ago somebody may have proved who they are, where that must be fresh.
REAUTHENTICATE_MINUTES = env.integer("REAUTHENTICATE_MINUTES", 15)
# Single sign-on (portal/sign_in/single_sign_on.py).
SOCIALACCOUNT_ADAPTER = "portal.sign_in.single_sign_on.PortalSocialAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form would be kept from leading to another host
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
OIDC_GROUPS_CLAIM = env.text("OIDC_GROUPS_CLAIM")
OIDC_DOMAINS = [domain.lower() for domain in env.words("OIDC_DOMAINS")]
OIDC_TRUSTS_EMAILS = env.boolean("OIDC_TRUSTS_EMAILS", default=False)
SOCIALACCOUNT_PROVIDERS = oidc_providers(
    issuer=env.web_address("OIDC_ISSUER"),
    client_id=env.text("OIDC_CLIENT_ID"),
    secret=env.secret("OIDC_CLIENT_SECRET"),
    scopes=env.words("OIDC_SCOPES", "openid,profile,email"),
)
# Who must have a second factor.
SECOND_FACTOR = env.choice("SECOND_FACTOR", ("none", "staff", "all"), "none")

LANGUAGE_CODE = "en-gb"
# To add one: a catalogue in locale/, and a line here (CONTRIBUTING.md).
LANGUAGES = [
    ("en-gb", gettext_lazy("English")),
    ("de", gettext_lazy("German")),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("TIME_ZONE", "Europe/London")
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = "portal.formats"

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    # Uploads and tables. Nothing in here has a URL: files are only handed out by views that ask who is asking.
    "default": env.storage("STORAGE_URL", DATA_DIR / "files"),
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

REDIS_URL = env.secret("REDIS_URL") or redis_url(redis_folder(DATA_DIR))
CACHES = {"default": {"BACKEND": "portal.shared_cache.SharedCache", "LOCATION": REDIS_URL}}
# One queue for each kind of work, so that none waits behind another (imports/work/queue.py). The limits in seconds are
# the last resort: every step has its own, and one that is broken off in the middle of a call leaves a doubt.
RQ_QUEUES = {
    name: {
        "URL": REDIS_URL,
        "DEFAULT_TIMEOUT": seconds,
        "DEFAULT_RESULT_TTL": 0,
        "SERIALIZER": "rq.serializers.JSONSerializer",
    }
    for name, seconds in (("delivery", 1_800), ("quick", 7_200), ("bulk", 14_400))
}
# Whoever may write to Redis must not choose what the workers run (imports/work/known_tasks.py).
RQ = {"JOB_CLASS": "imports.work.known_tasks.KnownJob"}
QUEUE_WORKERS = {
    "delivery": env.integer("DELIVERY_WORKERS", 4),
    "quick": env.integer("QUICK_WORKERS", 2),
    "bulk": env.integer("BULK_WORKERS", 1),
}
# The workbook of a report of so many rows is made when the job ends, before anybody asks for it.
READY_REPORT_ROWS = env.integer("READY_REPORT_ROWS", 50_000, minimum=0)
QUICK_FILE_BYTES = env.integer("QUICK_FILE_BYTES", 20_000_000, minimum=0)
RQ_SHOW_ADMIN_LINK = False

# Uploads stream to disk from the first byte, whatever their size.
UPLOAD_TEMP_DIR = DATA_DIR / "incoming"
make_private_folder(UPLOAD_TEMP_DIR)
FILE_UPLOAD_TEMP_DIR = str(UPLOAD_TEMP_DIR)
FILE_UPLOAD_HANDLERS = [
    "imports.storage.uploads.SizeLimitUploadHandler",
    "imports.storage.uploads.HashingUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a mapping form has several fields for each of up to 1,000 columns

UPLOAD_MAX_BYTES = env.integer("UPLOAD_MAX_BYTES", 1_000_000_000)
UPLOAD_MAX_ROWS = env.integer("UPLOAD_MAX_ROWS", 5_000_000)
UPLOAD_MAX_COLUMNS = env.integer("UPLOAD_MAX_COLUMNS", 1_000)
UPLOAD_MAX_CELL_CHARS = env.integer("UPLOAD_MAX_CELL_CHARS", 32_767)
# For how many days what is stored of an import is kept, unless its account says otherwise: its upload and its rows
# after its end, files of its report after they were made, and all of what was never sent after it was last worked on.
UPLOADS_KEPT_DAYS = env.integer("UPLOADS_KEPT_DAYS", 30)
ROWS_KEPT_DAYS = env.integer("ROWS_KEPT_DAYS", 90)
DOWNLOADS_KEPT_DAYS = env.integer("DOWNLOADS_KEPT_DAYS", 30)
UNSENT_KEPT_DAYS = env.integer("UNSENT_KEPT_DAYS", 30)
# How long after its end it can be told whom an import carried.
DIGESTS_KEPT_DAYS = env.integer("DIGESTS_KEPT_DAYS", 1_095)
# Contacts that were read from accounts for plans: how long they are kept, how old they may be to be used again without
# asking what has been modified since, when all of them are read again, and how many there may be.
SNAPSHOT_KEPT_HOURS = env.integer("SNAPSHOT_KEPT_HOURS", 24)
SNAPSHOT_FRESH_MINUTES = env.integer("SNAPSHOT_FRESH_MINUTES", 10, minimum=0)
SNAPSHOT_FULL_HOURS = env.integer("SNAPSHOT_FULL_HOURS", 12, minimum=0)
SNAPSHOT_SMALL_ROWS = env.integer("SNAPSHOT_SMALL_ROWS", 10_000)
SNAPSHOT_MAX_CONTACTS = env.integer("SNAPSHOT_MAX_CONTACTS", 5_000_000)
SNAPSHOT_PAGE_CONTACTS = 5_000
UPLOAD_LEFTOVER_HOURS = env.integer("UPLOAD_LEFTOVER_HOURS", 24)

# Where ClamAV's daemon listens, "host:port" or the path of a socket: each file is looked through before it is read.
CLAMD = env.address("CLAMD")

# What one person, and all who use one account, may ask for; 0 is no limit.
PERSON_UPLOADS_AN_HOUR = env.integer("PERSON_UPLOADS_AN_HOUR", 200, minimum=0)
PERSON_RUNNING_IMPORTS = env.integer("PERSON_RUNNING_IMPORTS", 50, minimum=0)
PERSON_STORED_BYTES = env.integer("PERSON_STORED_BYTES", 100_000_000_000, minimum=0)
PERSON_TRIALS_AT_ONCE = env.integer("PERSON_TRIALS_AT_ONCE", 3, minimum=0)
ACCOUNT_UPLOADS_AN_HOUR = env.integer("ACCOUNT_UPLOADS_AN_HOUR", 1_000, minimum=0)
ACCOUNT_RUNNING_IMPORTS = env.integer("ACCOUNT_RUNNING_IMPORTS", 200, minimum=0)
ACCOUNT_STORED_BYTES = env.integer("ACCOUNT_STORED_BYTES", 500_000_000_000, minimum=0)

# Whether files are encrypted before they are stored; those that are, are read in any case.
ENCRYPT_FILES = env.boolean("ENCRYPT_FILES", default=False)
# Copies, on this machine and in clear, of what lies in storage on another or is encrypted there.
STORAGE_CACHE_BYTES = env.integer("STORAGE_CACHE_BYTES", 10_000_000_000)
STORAGE_CACHE_MINUTES = env.integer(
    "STORAGE_CACHE_MINUTES", 60 if ENCRYPT_FILES else 60 * UPLOAD_LEFTOVER_HOURS
)

# Files are read in a process of its own, which ends at these.
READER_MAX_MEMORY_BYTES = env.integer("READER_MAX_MEMORY_BYTES", 4_000_000_000)
READER_MAX_SECONDS = env.integer("READER_MAX_SECONDS", 900)
PREVIEW_MAX_SECONDS = env.integer("PREVIEW_MAX_SECONDS", 20)
CHECK_MAX_MEMORY_BYTES = env.integer("CHECK_MAX_MEMORY_BYTES", 4_000_000_000)
CHECK_MAX_SECONDS = env.integer("CHECK_MAX_SECONDS", 1_800)

IMPORT_BATCH_CONTACTS = env.integer("IMPORT_BATCH_CONTACTS", 10_000)
IMPORT_BATCH_BYTES = env.integer("IMPORT_BATCH_BYTES", 40_000_000, minimum=10_000)
DOTDIGITAL_EXTRA_HOSTS = env.words("DOTDIGITAL_EXTRA_HOSTS")
CATALOGUE_MAX_AGE_MINUTES = env.integer("CATALOGUE_MAX_AGE_MINUTES", 15)

# Mails to people. Without a server there are none, unless they are to be seen on the console.
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_ON_CONSOLE = not EMAIL_HOST and env.boolean("EMAIL_ON_CONSOLE", default=DEBUG)
SENDS_MAIL = bool(EMAIL_HOST) or EMAIL_ON_CONSOLE
EMAIL_BACKEND = f"django.core.mail.backends.{'console' if EMAIL_ON_CONSOLE else 'smtp'}.EmailBackend"
EMAIL_PORT = env.integer("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.secret("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.boolean("EMAIL_USE_TLS", default=False)
EMAIL_USE_SSL = env.boolean("EMAIL_USE_SSL", default=False)
EMAIL_TIMEOUT = env.integer("EMAIL_TIMEOUT", 10)
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "" if EMAIL_HOST else "import-portal@localhost")
if not DEFAULT_FROM_EMAIL:
    raise ImproperlyConfigured(
        "EMAIL_HOST is set, but EMAIL_FROM is not. Set it to the address that the portal's e-mails come from, "
        "for example EMAIL_FROM=imports@example.com."
    )
if EMAIL_USE_TLS and EMAIL_USE_SSL:
    raise ImproperlyConfigured(
        "EMAIL_USE_TLS and EMAIL_USE_SSL are both set. Set EMAIL_USE_TLS for a server that is spoken to in plain "
        "first (port 587), EMAIL_USE_SSL for one that is not (port 465)."
    )
# Where people open the portal, for the links in mails.
PORTAL_URL = env.web_address("PORTAL_URL")

# Approvers are told again of what has waited for them so long; 0: they are not.
APPROVAL_REMINDER_HOURS = env.integer("APPROVAL_REMINDER_HOURS", 24, minimum=0)
# Above so many contacts, whoever starts an import is asked a second time.
CONFIRM_ABOVE_CONTACTS = env.integer("CONFIRM_ABOVE_CONTACTS", 50_000, minimum=0)

# A session ends so long after the sign-in, and earlier when nothing is done in it (portal/sign_in/open_sessions.py).
SESSION_HOURS = env.integer("SESSION_HOURS", 12)
SESSION_IDLE_MINUTES = env.integer("SESSION_IDLE_MINUTES", 60)
SESSION_COOKIE_AGE = 60 * 60 * SESSION_HOURS
# How long the link in an e-mail about a forgotten password is good for.
PASSWORD_RESET_TIMEOUT = 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
# HTTPS is the rule; the demo on loopback is the exception and says so.
HTTPS = env.boolean("HTTPS", default=not DEBUG)
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
# Names by which browsers hold a cookie to this very host, and to HTTPS.
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
BEHIND_PROXY = env.boolean("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# How many proxies of ours add to X-Forwarded-For.
PROXY_HOPS = env.integer("PROXY_HOPS", 1)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "portal.logs.LineFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "propagate": False},
        "rq": {"level": "WARNING"},
        # It would tell of every request that waits for a thread.
        "waitress.queue": {"level": "ERROR"},
        "rq.worker": {"level": "WARNING"},
        "urllib3": {"level": "WARNING"},
        "boto3": {"level": "WARNING"},
        "botocore": {"level": "WARNING"},
        "s3transfer": {"level": "WARNING"},
    },
}
