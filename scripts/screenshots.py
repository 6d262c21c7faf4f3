"""Makes the pictures of README.md and docs/ anew: opens pages of the demo in a browser and writes docs/images/.

Usage: python scripts/screenshots.py [NAME…]     (all pictures unless some are named)

The demo is loaded into a folder that is removed at the end; var/ is left alone. Needs Chromium (make services).
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import run
import steps
from playwright.sync_api import Browser, sync_playwright

FOLDER = steps.ROOT / "docs" / "images"
WIDTH = 1280
LARGEST = 250_000
"""Bytes of a picture: more would make the repository grow with each change of a page."""
START_SECONDS = 60

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the upper ``height`` pixels of a page.

    ``typed`` goes into the page's search field first, letter by letter, so that suggestions open.
    """

    name: str
    path: str
    height: int
    typed: str = ""


PICTURES = (
    Picture("search", "/toimintamallit/?q=neuvola&target_group=older-people", height=1000),
    Picture("model", "/toimintamallit/keski-suomi/seniorin-hyvinvointineuvola/", height=1000),
    Picture("suggestions", "/toimintamallit/", height=910, typed="neuv"),
)


def free_port() -> int:
    """Return a port of this machine that nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def demo_site() -> Iterator[str]:
    """Serve the demo from a new database, whatever the environment names, and yield the address."""
    port = free_port()
    chosen = ("DATABASE_URL", "ELASTICSEARCH_URL", "DJANGO_SETTINGS_MODULE", "SITE_URL")
    with tempfile.TemporaryDirectory(prefix="screenshots-") as state, tempfile.TemporaryFile("w+") as output:
        variables = {name: value for name, value in os.environ.items() if name not in chosen}
        variables = run.settings(port, variables) | {"STATE_DIR": state}
        run.prepare(variables)
        command = [*run.MANAGE, "runserver", str(port), "--noreload", "--skip-checks"]
        server = subprocess.Popen(command, cwd=steps.ROOT, env=variables, stdout=output, stderr=output, text=True)
        try:
            wait_for(f"http://localhost:{port}/", server)
            yield f"http://localhost:{port}"
        finally:
            steps.end([server])


def wait_for(address: str, server: subprocess.Popen[str]) -> None:
    """Return when the address answers; end the program when the server has ended or a minute has passed."""
    started = time.monotonic()
    while server.poll() is None and time.monotonic() - started < START_SECONDS:
        try:
            urllib.request.urlopen(address, timeout=START_SECONDS).close()  # noqa: S310 - always http
            return
        except OSError:
            time.sleep(0.5)
    sys.exit("The server of the demo does not answer. Try it by hand: make run")


def take(browser: Browser, address: str, picture: Picture) -> None:
    """Open the picture's page and write its file."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": picture.height}, locale="fi-FI", reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(address + picture.path, wait_until="networkidle")
    if picture.typed:
        page.locator("main input[type=search]").first.press_sequentially(picture.typed, delay=50)
        page.locator("[role=option]").first.wait_for()
    write(FOLDER / f"{picture.name}.png", page.screenshot(animations="disabled", caret="hide"))
    context.close()


def write(path: Path, png: bytes) -> None:
    """Write a picture and say how large it is; end the program when that is too large."""
    if len(png) > LARGEST:
        sys.exit(f"{path.name} has {len(png) / 1000:.0f} kB, and at most {LARGEST / 1000:.0f} are allowed.")
    path.write_bytes(png)
    steps.say(f"{path.relative_to(steps.ROOT)}: {len(png) / 1000:.0f} kB")


def main() -> None:
    """Make the pictures that the arguments name, or all."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("Chromium is not installed: make services")
    unknown = set(sys.argv[1:]) - {picture.name for picture in PICTURES}
    if unknown:
        sys.exit(
            f"No such picture: {', '.join(sorted(unknown))}. There are {', '.join(one.name for one in PICTURES)}."
        )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, run.stop)
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        with demo_site() as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
            for picture in PICTURES:
                if picture.name in sys.argv[1:] or len(sys.argv) == 1:
                    take(browser, address, picture)
            browser.close()
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        sys.exit(steps.INTERRUPTED)


if __name__ == "__main__":
    main()
