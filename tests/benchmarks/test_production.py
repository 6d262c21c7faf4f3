"""What measures the product is no part of it: production has neither its commands nor its code."""

from __future__ import annotations

import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.management import commands

PROJECT = Path(__file__).resolve().parents[2]
COMMANDS = {module.name for module in pkgutil.iter_modules(commands.__path__)}
NOTHING_OF_BENCHMARKS = """
import sys
from kb_site import wsgi, asgi
from django.core.management import get_commands
from django.urls import get_resolver
get_resolver().url_patterns, get_commands()
assert "operating_models.models" in sys.modules
print(sorted(name for name in sys.modules if name.split(".")[0] in ("benchmarks", "tests")))
"""


def run(settings, *arguments):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": f"kb_site.settings.{settings}",
        "SECRET_KEY": "of this test",
        "ALLOWED_HOSTS": "kb.example",
        "SITE_URL": "https://kb.example",
    }
    done = subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout


@pytest.mark.parametrize(("settings", "listed"), [("production", set()), ("test", COMMANDS)])
def test_only_settings_of_development_and_tests_list_the_commands(settings, listed):
    words = set(re.findall(r"\w+", run(settings, "manage.py", "help")))
    assert "load_demo" in words
    assert words & COMMANDS == listed


def test_production_loads_nothing_of_the_benchmarks():
    assert run("production", "-c", NOTHING_OF_BENCHMARKS).strip() == "[]"
