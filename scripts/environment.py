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
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
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
    return hashlib.sha256(sys.version.encode() + (ROOT / lock).read_bytes()).hexdigest()


def installed() -> dict[str, str]:
    """Return the digests of the lock files that the environment holds, by name; empty when there is none."""
    if not (STAMP.exists() and PYTHON.exists()):
        return {}
    return json.loads(STAMP.read_text())


def run(step: str, command: list[str]) -> None:
    """Run one command, announced, and end with its exit code when it fails."""
    print(f"→ {step}", flush=True)
    started = time.monotonic()
    result = subprocess.run(command, cwd=ROOT, check=False)
    if result.returncode != 0:
        sys.exit(f"This step failed: {step}")
    print(f"  done in {time.monotonic() - started:.0f} s", flush=True)


def has_usable_environment() -> bool:
    """Say whether .venv has pip and is of the Python that runs this."""
    if not PYTHON.exists():
        return False
    question = [PYTHON, "-c", "import pip, sys; print(sys.version)"]
    return subprocess.run(question, capture_output=True, text=True, check=False).stdout.strip() == sys.version.strip()


def install(lock: str) -> None:
    """Bring .venv to what the lock file says and remember it."""
    STAMP.unlink(missing_ok=True)
    if not has_usable_environment():
        run("Making the virtual environment .venv", [sys.executable, "-m", "venv", "--clear", str(VENV)])
    count = sum(1 for line in (ROOT / lock).read_text().splitlines() if line[:1].isalnum())
    options = ["--require-hashes", "--no-input", "--disable-pip-version-check"]
    run(
        f"Installing {count} packages of {lock} (the first time about a minute)",
        [str(PYTHON), "-m", "pip", "install", *options, "-r", lock],
    )
    STAMP.write_text(json.dumps({name: digest(name) for name in CONTAINS[lock]}))


def main() -> None:
    """Check what can be missing on a new machine, with the command that mends it, then install where needed."""
    if len(sys.argv) != 2 or sys.argv[1] not in CONTAINS:
        sys.exit(__doc__)
    if sys.version_info < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        sys.exit(f"Python {wanted} or newer is needed, this is {sys.version.split()[0]}. Choose one: make PYTHON=…")
    if importlib.util.find_spec("ensurepip") is None:
        sys.exit("Python's venv is missing. On Debian: apt-get install python3-venv")
    lock = sys.argv[1]
    if installed().get(lock) != digest(lock):
        install(lock)


if __name__ == "__main__":
    main()
