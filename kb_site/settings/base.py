"""Settings that every deployment shares. What differs is read from the environment (docs/operations.md)."""

from pathlib import Path

from csp.constants import NONE, SELF, UNSAFE_INLINE
from environs import Env, validate

env = Env()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
STATE_DIR = env.path("STATE_DIR", BASE_DIR / "var")

DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
SITE_URL = env("SITE_URL", "http://localhost:8000").rstrip("/")

INSTALLED_APPS = [
    "home",
    "operating_models",
    "operating_models.mail",
    "search",
    "search.elasticsearch",
    "operating_models.apps.RedirectsConfig",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "operating_models.apps.AccountsConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    # Before foreign hosts are refused, since probes ask by number.
    "kb_site.health.probes.answer_probes",
    "kb_site.request_ids.RequestIds",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kb_site.headers.TextCompression",
    "kb_site.headers.keep_private",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "home.languages.AddressLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "kb_site.headers.ContentPolicy",
    "home.unreadable.UnreadableRequests",
    "home.logins.middleware.LoginLimits",
    "home.languages.Redirects",
]

ROOT_URLCONF = "kb_site.urls"
WSGI_APPLICATION = "kb_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "home.context_processors.site",
            ],
        },
    },
]

# SQLite waits for a writer instead of failing: Wagtail autosaves often, and a deferred transaction that reads and then
# writes fails at once when another commits between.
SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}
DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{STATE_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["ENGINE"] = "kb_site.postgresql"
# Seconds that a request waits for an answer of PostgreSQL; commands wait as long as it takes.
DATABASE_TIMEOUT = env.int("DATABASE_TIMEOUT", 6)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Reporters and editors log in on the public pages; the editor has its own form at /hallinta/login/ too.
LOGIN_URL = "login"
AUTHENTICATION_BACKENDS = ["home.logins.backend.SlowedBackend"]
# So many proxies stand in front, each of which appends who asked it to X-Forwarded-For.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "fi"
LANGUAGES = [("fi", "Suomi"), ("sv", "Svenska"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale_admin"]
TIME_ZONE = "Europe/Helsinki"
FORMAT_MODULE_PATH = "kb_site.formats"

STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = STATE_DIR / "static"
STATIC_URL = "/static/"
# Files that browsers look for at a fixed address.
WHITENOISE_ROOT = BASE_DIR / "static" / "root"
MEDIA_ROOT = STATE_DIR / "media"
MEDIA_URL = "/media/"
# In production the proxy serves the pictures.
SERVES_PICTURES = False
STORAGES = {
    "default": {"BACKEND": "operating_models.pictures.UnguessablePictures"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

WAGTAIL_SITE_NAME = "Toimintamallit"
WAGTAILADMIN_BASE_URL = SITE_URL
# One tree of pages for all languages (docs/architecture.md).
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES[:1]
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
# As Finnish writes dates and times; the forms read these too.
WAGTAIL_DATE_FORMAT = "%d.%m.%Y"
WAGTAIL_TIME_FORMAT = "%H.%M"
WAGTAIL_DATETIME_FORMAT = f"{WAGTAIL_DATE_FORMAT} {WAGTAIL_TIME_FORMAT}"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_FRONTEND_LOGIN_URL = LOGIN_URL
WAGTAILADMIN_USER_PASSWORD_RESET_FORM = "home.password_reset.AskForPasswordOfDesk"  # noqa: S105 - names a form
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILIMAGES_IMAGE_FORM_BASE = "operating_models.desk.picture_form.PictureForm"
# The largest picture that a worker has the memory for, four bytes a pixel; cameras of today make 48 million.
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000
# Bytes. The proxy refuses what is a little larger (docs/operations.md).
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "key", "odp", "ods", "odt", "pdf", "pptx", "rtf", "txt", "xlsx", "zip"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "operating_models.desk.admin_search"}}

SEARCH_CATALOGUE = "operating_models.search.CATALOGUE"
# Entries of the search log are deleted after so many days; with 0 nothing is logged. They are written so often.
SEARCH_LOG_DAYS = env.int("SEARCH_LOG_DAYS", 365)
SEARCH_LOG_SECONDS = 5
# Without an address the search runs in the application's own processes alone.
ELASTICSEARCH_URL = env("ELASTICSEARCH_URL", "")
ELASTICSEARCH_INDEX = env("ELASTICSEARCH_INDEX", "toimintamallit")
ELASTICSEARCH_CA_CERTS = env("ELASTICSEARCH_CA_CERTS", "")
# Names the factory of the search server (search/terms/search_server.py). Without it the package elasticsearch is not
# imported and need not be installed.
SEARCH_SERVER = "search.elasticsearch.deployment.current" if ELASTICSEARCH_URL else ""

# Where the vectors come from by which the search finds what is near in meaning: "process" is a small model in each of
# the application's own processes, "server" the address below, "off" nothing. Only "server" tells texts to others.
EMBEDDINGS_URL = env("EMBEDDINGS_URL", "")
NEARNESS = env(
    "NEARNESS", "server" if EMBEDDINGS_URL else "process", validate=validate.OneOf(["off", "process", "server"])
)
# The factory of each (search/nearness/embedders.py).
EMBEDDERS = {
    "off": "",
    "process": "search.nearness.in_process.current",
    "server": "search.nearness.over_http.current",
}
EMBEDDER = EMBEDDERS[NEARNESS]
EMBEDDINGS_MODEL = env("EMBEDDINGS_MODEL", "")
EMBEDDINGS_KEY = env("EMBEDDINGS_KEY", "")
# What stands before each text for a model that was taught so, such as "query: " and "passage: ".
EMBEDDINGS_QUERY_PREFIX = env("EMBEDDINGS_QUERY_PREFIX", "")
EMBEDDINGS_PASSAGE_PREFIX = env("EMBEDDINGS_PASSAGE_PREFIX", "")
# Seconds after which a search goes on without the server's answer.
EMBEDDINGS_TIMEOUT = env.float("EMBEDDINGS_TIMEOUT", 0.6)

# The public pages have no inline script or style.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "frame-src": ["https://www.youtube-nocookie.com", "https://player.vimeo.com"],
    },
}
# Wagtail 8.0.1 writes scripts beside its choosers and dates, and styles into its elements, but evaluates no text.
ADMIN_CONTENT_SECURITY_POLICY = CONTENT_SECURITY_POLICY["DIRECTIVES"] | {
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF, *CONTENT_SECURITY_POLICY["DIRECTIVES"]["frame-src"]],
}

# Every mail is a row first (docs/decisions/0017-mails-are-rows-first.md); the minute's job sends it to this server.
# Without an address no mail is sent.
EMAIL_BACKEND = "operating_models.mail.outbox.OutboxBackend"
EMAIL = env.dj_email_url("EMAIL_URL", "dummy://")
EMAIL_HOST = EMAIL["EMAIL_HOST"] or ""
EMAIL_PORT = EMAIL["EMAIL_PORT"] or 25
EMAIL_HOST_USER = EMAIL["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = EMAIL["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = EMAIL["EMAIL_USE_TLS"]
EMAIL_USE_SSL = EMAIL["EMAIL_USE_SSL"]
# Seconds that the server may be silent, and seconds in which a run of the minute's job sends what it can.
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", 10)
MAIL_SECONDS = 40
# Days after which mails that were sent, or failed for good, are deleted.
MAIL_DAYS = env.int("MAIL_DAYS", 30)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", "toimintamallit@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"one line": {"()": "kb_site.logs.OneLine"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "one line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "INFO")},
    "loggers": {
        # Django's own handlers write in other forms; here all lines go one way.
        "django": {"handlers": [], "level": "INFO"},
        "django.server": {"handlers": [], "propagate": True},
        # Both tell of every saved page at the level of info.
        "django_tasks": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},
        # It tells of every request; what a failure of the search server means, the search says in one line of its own.
        "elastic_transport": {"level": "ERROR"},
    },
}
LEDGER_MAY_BE_FLUSHED = False

# `load_demo` makes accounts with a published password: only for trying out on one's own machine.
MAKES_DEMO_ACCOUNTS = False
