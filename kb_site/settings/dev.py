"""Settings of `make run`: this machine only, SQLite, a key of its own kept in the state folder."""

from django.core.management.utils import get_random_secret_key

from kb_site.settings.base import *  # noqa: F403
from kb_site.settings.base import INSTALLED_APPS, STATE_DIR, STORAGES, env

# What measures the product is no part of it.
INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks"]

# Without it every page is as readers see it, the missing ones too; what fails is in the log.
DEBUG = env.bool("DEBUG", False)
SERVES_PICTURES = True
# Static files are read where they are written, as they are now.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

STATE_DIR.mkdir(parents=True, exist_ok=True)
key_file = STATE_DIR / "secret_key"
if not key_file.exists():
    key_file.write_text(get_random_secret_key())
SECRET_KEY = key_file.read_text()

STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
AUTH_PASSWORD_VALIDATORS: list[dict[str, str]] = []
MAKES_DEMO_ACCOUNTS = True
