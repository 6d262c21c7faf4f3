"""What `make run` does in the virtual environment: migrates, loads the demo once, serves, and ticks each minute.

Where ELASTICSEARCH_URL names a search server, changes are delivered to it beside that. PORT chooses the port (8000)
and HOST the address (127.0.0.1). RELOAD=1 restarts the server when code changes. Ctrl-C ends them all.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import django
from django.core.management import call_command
from django.db import close_old_connections

ROOT = Path(__file__).resolve().parent.parent
TICK_SECONDS = 60
STOP_SECONDS = 10

log = logging.getLogger("run")


def say(message: str) -> None:
    """Print a step at once, also when the output is a file."""
    print(f"→ {message}", flush=True)


def stop(number: int, frame: FrameType | None) -> None:
    """Receive a signal that ends the program."""
    raise KeyboardInterrupt


def port_from_environment() -> int:
    """Return PORT as a number, or end with what is wrong with it."""
    text = os.environ.get("PORT", "8000")
    if not text.isdecimal() or not 0 < int(text) < 65536:
        sys.exit(f"PORT must be a number from 1 to 65535, not “{text}”.")
    return int(text)


def refuse_taken_port(host: str, port: int) -> None:
    """End with a message when another program listens there: better now than after the long steps."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sys.exit(f"Port {port} cannot be used ({error.strerror}). Choose another: make run PORT={port + 1}")


def prepare() -> None:
    """Bring the database to the code's state; an empty one gets the demo content."""
    say("Migrating the database (the first time about 30 s)")
    call_command("migrate", interactive=False, verbosity=1)
    say("Loading the demo content, if the database has no content yet")
    call_command("load_demo", once=True)


def tick() -> None:
    """Publish, expire and index what is due. A failing minute is logged and the next one tries again."""
    try:
        close_old_connections()
        call_command("tick", verbosity=0)
    except Exception:
        log.exception("tick failed, it is tried again in %s s", TICK_SECONDS)
    finally:
        close_old_connections()


def serve(host: str, port: int) -> int:
    """Run the server beside the minute's tick until one of them is told to stop; return the exit code."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    # That this server is for trying out is said in docs/operations.md, not at each start.
    os.environ["DJANGO_RUNSERVER_HIDE_WARNING"] = "true"
    command = [sys.executable, "manage.py", "runserver", address, "--skip-checks"]
    if os.environ.get("RELOAD", "") in ("", "0"):
        # Watching thousands of files costs a reader of the site a noticeable share of a small machine.
        command.append("--noreload")
    programs = [subprocess.Popen(command, cwd=ROOT)]
    server = programs[0]
    if os.environ.get("ELASTICSEARCH_URL"):
        programs.append(subprocess.Popen([sys.executable, "manage.py", "deliver_search"], cwd=ROOT))
    say(f"Open http://localhost:{port} (the editor is at http://localhost:{port}/hallinta/). Ctrl-C stops.")
    # The first at once: something may have come due since the last run, and an update may have emptied the index.
    next_tick = time.monotonic()
    try:
        while True:
            try:
                return server.wait(timeout=max(0.0, next_tick - time.monotonic()))
            except subprocess.TimeoutExpired:
                tick()
                next_tick = max(next_tick + TICK_SECONDS, time.monotonic())
    except KeyboardInterrupt:
        say("Stopping")
        return 0
    finally:
        # A second Ctrl-C must not leave a program running alone.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for program in programs:
            program.terminate()
        for program in programs:
            try:
                program.wait(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()


def main() -> None:
    """Prepare and serve."""
    host, port = os.environ.get("HOST") or "127.0.0.1", port_from_environment()
    refuse_taken_port(host, port)
    # A shell that starts a program in the background makes it deaf to Ctrl-C's signal; this one always listens.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb_site.settings.dev")
    os.environ.setdefault("SITE_URL", f"http://localhost:{port}")
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.path.insert(0, str(ROOT))
    django.setup()
    try:
        prepare()
    except KeyboardInterrupt:
        sys.exit("Stopped before the site was ready; the next `make run` continues.")
    sys.exit(serve(host, port))


if __name__ == "__main__":
    main()
