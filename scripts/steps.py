"""Steps of a program that a person waits for: a line for each, and what a step printed only where it fails.

Needs the standard library alone, because the first steps make the environment that the others run in.
"""

from __future__ import annotations

import itertools
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
STOP_SECONDS = 10
SHOWN_LINES = 40
INTERRUPTED = 128 + signal.SIGINT
"""The exit code by which shells know a program that Ctrl-C ended."""

TRACEBACK = "Traceback (most recent call last):\n"

ADVICE = (
    (
        r"NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|Max retries exceeded",
        "The packages could not be fetched. Check the network connection. Behind a proxy, set HTTPS_PROXY; for "
        "another index of packages, PIP_INDEX_URL.",
    ),
    (
        r"OperationalError: .*(connection failed|could not connect|Connection refused|failed to resolve)",
        "The database server that DATABASE_URL names does not answer. Start it, or use SQLite without DATABASE_URL.",
    ),
    (r"database is locked", "Another program uses the database, perhaps another `make run`. Stop it first."),
    (r"No space left on device|disk is full", "The disk is full."),
    (r"Permission denied|readonly database|Read-only file system", "You have no right to write there."),
)
"""Patterns of a failed step's output, and what each means to whoever started it."""


def say(message: str) -> None:
    """Print a line at once, also when the output is a file."""
    print(f"→ {message}", flush=True)


def run(text: str, command: Sequence[str | Path], *, environment: Mapping[str, str] | None = None) -> None:
    """Run a command as one step, announced by ``text``, and print how many seconds it took.

    A command that fails ends the program: with the last lines that it printed, and advice where the reason is known.
    On Ctrl-C the command is ended too, and KeyboardInterrupt raised.
    """
    started = time.monotonic()
    print(f"→ {text} …", end="", flush=True)
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C reaches this program alone, which ends the others in order.
            process_group=0,
        )
        try:
            while process.poll() is None:
                _wait(process, text, started)
        except KeyboardInterrupt:
            print(" stopping", flush=True)
            end([process], by=signal.SIGINT)
            raise
        if process.returncode:
            print(" failed", flush=True)
            output.seek(0)
            _fail(command, output.read())
    print(f"{_line_again(text)} {time.monotonic() - started:.0f} s", flush=True)


def _wait(process: subprocess.Popen[str], text: str, started: float) -> None:
    """Wait a second for a command to end; a terminal shows how long it has been running."""
    try:
        process.wait(timeout=1)
    except subprocess.TimeoutExpired:
        if sys.stdout.isatty():
            print(f"{_line_again(text)} {time.monotonic() - started:.0f} s", end="", flush=True)


def _line_again(text: str) -> str:
    """Return what a step's line goes on after: on a terminal it is written anew."""
    return f"\r→ {text} …" if sys.stdout.isatty() else ""


def end(processes: Iterable[subprocess.Popen[str]], *, by: signal.Signals = signal.SIGTERM) -> None:
    """Tell programs to end, and kill those that have not done so in ten seconds. A second Ctrl-C changes nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    processes = list(processes)
    for process in processes:
        process.send_signal(by)
    for process in processes:
        try:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _fail(command: Sequence[str | Path], output: str) -> NoReturn:
    """End the program with what a failed command printed, which command it was, and advice."""
    advice = advice_on(output)
    lines = (_without_traceback(output) if advice else output).rstrip().splitlines()
    shown = [f"  {line}" for line in lines[-SHOWN_LINES:]]
    if len(lines) > SHOWN_LINES:
        shown.insert(0, f"  … {len(lines) - SHOWN_LINES} lines before these")
    shown += ["", "What failed: " + shlex.join(map(str, command))]
    sys.exit("\n".join([*shown, *advice, "When that is mended, give the same command again: it goes on from here."]))


def advice_on(output: str) -> list[str]:
    """Return what the reader of a failed command's output should do, as far as the reason is known."""
    return [advice for pattern, advice in ADVICE if re.search(pattern, output)][:1]


def _without_traceback(output: str) -> str:
    """Leave of Python's tracebacks the last message alone: where the reason is known, the rest tells nothing more."""
    before, found, last = output.rpartition(TRACEBACK)
    if not found:
        return output
    message = itertools.dropwhile(lambda line: line.startswith(" "), last.splitlines(keepends=True))
    return before.partition(TRACEBACK)[0] + "".join(message)
