"""What `make run` does: installs, migrates, loads the demo once, and serves until Ctrl-C.

Where ELASTICSEARCH_URL names a search server, changes are delivered to it beside that. PORT chooses the port (8000)
and HOST the address (127.0.0.1). RELOAD=1 restarts the server when code changes, and prints every request.

Runs with the system's Python and its standard library alone: the first step makes the environment of the others.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from types import FrameType

import environment
import steps

MANAGE = (environment.PYTHON, "manage.py")


def stop(number: int, frame: FrameType | None) -> None:
    """Receive a signal that ends the program."""
    raise KeyboardInterrupt


def port_from_environment() -> int:
    """Return PORT as a number, or end with what is wrong with it."""
    text = os.environ.get("PORT", "8000")
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 65536):
        sys.exit(f"PORT must be a number from 1 to 65535, not “{text}”.")
    return int(text)


def refusal(host: str, port: int) -> int:
    """Return the number of the system's error when nothing can listen there, else 0."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.errno or -1
    return 0


def refuse_unusable_port(host: str, port: int) -> None:
    """End with what to do when the server could not listen there: better now than after the long steps."""
    reason = refusal(host, port)
    if reason == errno.EADDRINUSE:
        others = range(port + 1, min(port + 100, 65536))
        free = next((other for other in others if not refusal(host, other)), 8000)
        sys.exit(f"Another program uses port {port}. Stop it, or choose another port: make run PORT={free}")
    if reason == errno.EACCES:
        sys.exit(f"You have no right to port {port}. Choose one from 1024 on: make run PORT=8000")
    if reason:
        sys.exit(f"This machine has no address {host}. Leave HOST out, or give one of this machine's own.")


def settings(port: int, given: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of the steps and of the server: what is given, and what it leaves open."""
    return {
        "DJANGO_SETTINGS_MODULE": "kb_site.settings.dev",
        "SITE_URL": f"http://localhost:{port}",
        "LOG_LEVEL": "WARNING",
        "PYTHONUNBUFFERED": "1",
    } | dict(given)


def prepare(variables: Mapping[str, str]) -> None:
    """Bring the database to the code's state; an empty one gets the demo content."""
    migrate = [*MANAGE, "migrate", "--no-input"]
    steps.run("Updating the database (the first time up to a minute)", migrate, environment=variables)
    load = [*MANAGE, "load_demo", "--once"]
    steps.run("Loading the demo if it is missing (up to a minute)", load, environment=variables)


def start(name: str, *arguments: str, variables: Mapping[str, str]) -> subprocess.Popen[str]:
    """Start a program of the project that goes on beside this one. Ctrl-C does not reach it, but this one ends it."""
    return subprocess.Popen(
        [environment.PYTHON, name, *arguments],
        cwd=steps.ROOT,
        env=variables,
        stdin=subprocess.DEVNULL,
        process_group=0,
        text=True,
    )


def serve(host: str, port: int, variables: Mapping[str, str]) -> int:
    """Run the server until it ends or this program is told to stop; return the exit code."""
    steps.say("Starting the server")
    programs = []
    try:
        programs.append(start("scripts/serve.py", host, str(port), variables=variables))
        if variables.get("ELASTICSEARCH_URL"):
            programs.append(start("manage.py", "deliver_search", variables=variables))
        code = programs[0].wait()
        steps.say(f"The server has ended by itself (exit code {code}). What it said of it stands above.")
        return code
    except KeyboardInterrupt:
        print(flush=True)
        steps.say("Stopped. The data stays; `make run` serves it again.")
        return 0
    finally:
        steps.end(programs)


def main() -> None:
    """Prepare and serve."""
    # A shell that starts a program in the background makes it deaf to Ctrl-C's signal; this one always listens.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    try:
        host, port = os.environ.get("HOST") or "127.0.0.1", port_from_environment()
        environment.check_python()
        refuse_unusable_port(host, port)
        environment.bring_to("requirements.txt")
        variables = settings(port, os.environ)
        prepare(variables)
        sys.exit(serve(host, port, variables))
    except KeyboardInterrupt:
        print("Stopped before the service was ready. `make run` goes on from here.", file=sys.stderr)
        sys.exit(steps.INTERRUPTED)


if __name__ == "__main__":
    main()
