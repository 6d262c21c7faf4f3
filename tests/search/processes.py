"""Other processes on the database of a test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.scratch import database_url

PROJECT = Path(__file__).resolve().parents[2]


def start(code, *arguments, before=""):
    """Start a process that runs code after Django is set up, and ``before`` before that; arguments are in sys.argv."""
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "kb_site.settings.test",
        "PYTHONPATH": str(PROJECT),
    }
    return subprocess.Popen(
        [sys.executable, "-c", f"{before}\nimport django\ndjango.setup()\n{code}", *map(str, arguments)],
        env=environment,
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process, *, timeout=120):
    """Wait for a process and return its exit code, output and errors."""
    output, errors = process.communicate(timeout=timeout)
    return process.returncode, output, errors
