#!/usr/bin/env python3
"""Makes the virtual environment .venv and installs one lock file into it; does nothing when that has been done.

Usage: python3 scripts/environment.py requirements.txt|requirements-dev.txt

Runs with the system's Python and its standard library alone, because nothing else is there on a new machine.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import subprocess
import sys

import steps

VENV = steps.ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
OLDEST_PYTHON = (3, 11)

# The lock file of development begins with the one of production, so installing it satisfies both.
CONTAINS = {
    "requirements.txt": ["requirements.txt"],
    "requirements-dev.txt": ["requirements-dev.txt", "requirements.txt"],
}


def digest(lock: str) -> str:
    """Return the SHA-256 of a lock file and of the Python that runs it, as hexadecimal digits."""
    return hashlib.sha256(sys.version.encode() + (steps.ROOT / lock).read_bytes()).hexdigest()


def installed() -> dict[str, str]:
    """Return the digests of the lock files that the environment holds, by name; empty when there is none."""
    if not (STAMP.exists() and PYTHON.exists()):
        return {}
    try:
        return json.loads(STAMP.read_text())
    except ValueError:
        # An installation that was interrupted at its end.
        return {}


def has_usable_environment() -> bool:
    """Say whether .venv has pip and is of the Python that runs this."""
    if not PYTHON.exists():
        return False
    question = [PYTHON, "-c", "import pip, sys; print(sys.version)"]
    return subprocess.run(question, capture_output=True, text=True, check=False).stdout.strip() == sys.version.strip()


def check_python() -> None:
    """End with what to do when the Python that runs this is too old, or lacks the module that makes environments."""
    if sys.version_info < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        sys.exit(
            f"Python {wanted} or newer is needed, this is {sys.version.split()[0]}. Choose one: make run PYTHON=…"
        )
    if importlib.util.find_spec("ensurepip") is None:
        sys.exit("Python's module venv is missing. On Debian: apt-get install python3-venv")


def bring_to(lock: str) -> None:
    """Bring .venv to what the lock file says, and remember it."""
    if installed().get(lock) == digest(lock):
        return
    STAMP.unlink(missing_ok=True)
    if not has_usable_environment():
        steps.run("Making the virtual environment .venv", [sys.executable, "-m", "venv", "--clear", VENV])
    count = sum(1 for line in (steps.ROOT / lock).read_text().splitlines() if line[:1].isalnum())
    options = ["--require-hashes", "--no-input", "--disable-pip-version-check", "--progress-bar=off"]
    steps.run(
        f"Installing {count} packages (the first time some minutes)",
        [PYTHON, "-m", "pip", "install", *options, "-r", lock],
    )
    STAMP.write_text(json.dumps({name: digest(name) for name in CONTAINS[lock]}))


def main() -> None:
    """Check what can be missing on a new machine, with the command that mends it, then install where needed."""
    if len(sys.argv) != 2 or sys.argv[1] not in CONTAINS:
        sys.exit(__doc__)
    check_python()
    try:
        bring_to(sys.argv[1])
    except KeyboardInterrupt:
        print("Stopped. The same command goes on from here.", file=sys.stderr)
        sys.exit(steps.INTERRUPTED)


if __name__ == "__main__":
    main()
