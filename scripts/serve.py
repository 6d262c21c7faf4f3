"""The server of `make run`, and what each minute brings (docs/operations.md), in one process of the environment.

Usage: python scripts/serve.py HOST PORT

It is Django's development server: for trying out, on one's own machine. RELOAD=1 restarts it when code changes and
prints every request; without it only requests that fail are printed.
"""

from __future__ import annotations

import io
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import django
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.management.commands import runserver
from django.core.management import call_command
from django.db import close_old_connections
from django.utils.autoreload import DJANGO_AUTORELOAD_ENV

# Settings and applications are found from here, and the accounts' module imports models.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb_site.settings.dev")
django.setup()

from home import demo_accounts  # noqa: E402

TICK_SECONDS = 60
EVERYWHERE = ("127.0.0.1", "::1", "0.0.0.0", "::")  # noqa: S104 - compared, never listened to

log = logging.getLogger("serve")


def stop(number: int, frame: FrameType | None) -> None:
    """Receive the signal that ends the server, so that what it holds in memory is written."""
    sys.exit(0)


def welcome(host: str, port: int) -> Iterator[str]:
    """Yield the lines that tell where the service is, who can log in and how to stop."""
    name = "localhost" if host in EVERYWHERE else host
    address = f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"
    yield ""
    yield f"  The service       {address}/"
    yield f"  Editors log in    {address}/hallinta/"
    yield f"  Reporters log in  {address}/kirjaudu/"
    names = [account.username for account in demo_accounts.ACCOUNTS]
    there = set(get_user_model().objects.filter(username__in=names).values_list("username", flat=True))
    if there:
        yield ""
        yield f"  Accounts for trying it out, each with the password {demo_accounts.PASSWORD}"
        yield from (
            f"    {account.username:22}{account.group}"
            for account in demo_accounts.ACCOUNTS
            if account.username in there
        )
    yield ""
    yield "  Ctrl-C stops."


def reloads() -> bool:
    """Say whether the server restarts when code changes."""
    return os.environ.get("RELOAD", "") not in ("", "0")


class Server(runserver.Command):
    """Django's development server, which says in our words where it is."""

    def on_bind(self, server_port: int) -> None:
        if not reloads():
            # Only now: loading the application has set all loggers up anew.
            logging.getLogger("django.server").setLevel(logging.WARNING)
        print(*welcome(self.addr, server_port), sep="\n", flush=True)


def tick() -> None:
    """Publish, expire and index what is due, each minute. A failing minute is logged and the next one tries again."""
    while True:
        try:
            call_command("tick", verbosity=0)
        except Exception:
            log.exception("tick failed, it is tried again in %s s", TICK_SECONDS)
        finally:
            close_old_connections()
        time.sleep(TICK_SECONDS)


def main() -> None:
    """Serve until told to stop."""
    host, port = sys.argv[1:]
    signal.signal(signal.SIGTERM, stop)
    # The reloader is a process of its own beside the server that it restarts.
    if not reloads() or os.environ.get(DJANGO_AUTORELOAD_ENV):
        # The first at once: something may have come due since the last run, and an update may have emptied the index.
        threading.Thread(target=tick, name="tick", daemon=True).start()
    call_command(
        Server(stdout=io.StringIO()),
        f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        # Watching thousands of files costs a reader of the site a noticeable share of a small machine.
        use_reloader=reloads(),
        skip_checks=True,
    )


if __name__ == "__main__":
    main()
