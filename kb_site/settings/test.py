"""Settings of `make test`: a fast hasher, files in a throw-away folder, mail in memory."""

import tempfile
from pathlib import Path

from kb_site.settings.base import *  # noqa: F403
from kb_site.settings.base import INSTALLED_APPS, STORAGES

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks"]
SECRET_KEY = "tests only"  # noqa: S105 - guards nothing
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATE_DIR = Path(tempfile.gettempdir()) / "toimintamallit-tests"
MEDIA_ROOT = STATE_DIR / "media"
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SERVES_PICTURES = True
LEDGER_MAY_BE_FLUSHED = True
MAKES_DEMO_ACCOUNTS = True
# Tests write the search log when they say so.
SEARCH_LOG_SECONDS = 0
# Tests that need the server take its address from the environment and have indexes of their own.
ELASTICSEARCH_URL = ""
SEARCH_SERVER = ""
# Tests that find by meaning say so.
EMBEDDINGS_URL = ""
EMBEDDER = ""
