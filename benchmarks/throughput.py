"""The served search page under several users at once: a real server on the database of the measurement."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

from benchmarks.scratch import database_url
from benchmarks.timing import draw_criteria, percentile, served_host
from operating_models.models import OperatingModelIndexPage
from search import catalogue

WORKERS = 2
THREADS = 4
"""Processes, and threads of each, as docs/operations.md starts them."""
HOST = "127.0.0.1"
PATHS = 400
START_SECONDS = 180
"""How long a server may take until its first answer, which loads the index."""
STOP_SECONDS = 10
ANSWER_SECONDS = 60


class ServerError(Exception):
    """The server did not start; the message holds what it said last."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a number of users got who ask again at once: answers a second, their times in milliseconds, failures."""

    users: int
    per_second: float
    p50: float
    p95: float
    requests: int
    errors: int


def draw_paths() -> list[str]:
    """Return addresses of searches on this server, as people make them."""
    url = OperatingModelIndexPage.objects.get().url
    covered = catalogue.current()
    return [f"{url}?{criteria.querystring(covered)}" for criteria in islice(draw_criteria(), PATHS)]


@contextmanager
def serve() -> Iterator[int]:
    """Serve the default connection's database on a free port, and yield that once a page has been answered.

    The settings are those of this process, without debugging. Raises ServerError when the server does not start.
    """
    port = _free_port()
    module, _dot, application = settings.WSGI_APPLICATION.rpartition(".")
    with TemporaryDirectory(prefix="server-") as folder:
        log = Path(folder) / "log"
        with log.open("wb") as output:
            server = subprocess.Popen(
                [
                    *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port)),
                    *("--workers", str(WORKERS), "--blocking-threads", str(THREADS), f"{module}:{application}"),
                ],
                cwd=settings.BASE_DIR,
                # The settings module is named in the environment, by manage.py at the latest.
                env=os.environ
                | {
                    "DATABASE_URL": database_url(),
                    "DEBUG": "false",
                    # Nothing that it writes comes to the site's files or into a log.
                    "STATE_DIR": folder,
                    "SEARCH_LOG_DAYS": "0",
                    "ELASTICSEARCH_URL": settings.ELASTICSEARCH_URL,
                },
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            if not _is_answering(server, port):
                raise ServerError(log.read_text(encoding="utf-8", errors="replace")[-2000:])
            yield port
        finally:
            _stop(server)


def press(port: int, paths: Sequence[str], *, users: int, seconds: float) -> Load:
    """Let users ask for pages, each the next one as soon as the last has come, until the seconds are over.

    Each request opens a connection of its own, as a proxy without kept connections does, so that the kernel spreads
    them over the processes.
    """
    times: list[list[float]] = [[] for _user in range(users)]
    errors = [0] * users
    began = time.perf_counter()

    def use(user: int) -> None:
        number = user * len(paths) // users
        while time.perf_counter() - began < seconds:
            asked = time.perf_counter()
            if _is_answered(port, paths[number % len(paths)]):
                times[user].append((time.perf_counter() - asked) * 1000)
            else:
                errors[user] += 1
            number += 1

    threads = [threading.Thread(target=use, args=(user,)) for user in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = time.perf_counter() - began
    answered = [one for own in times for one in own]
    return Load(
        users=users,
        per_second=len(answered) / taken,
        p50=percentile(answered, 0.5),
        p95=percentile(answered, 0.95),
        requests=len(answered),
        errors=sum(errors),
    )


def _is_answered(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=ANSWER_SECONDS)
    try:
        # As behind the proxy: production sends plain HTTP elsewhere.
        connection.request("GET", path, headers={"Host": served_host(), "X-Forwarded-Proto": "https"})
        response = connection.getresponse()
        response.read()
        return response.status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _is_answering(server: subprocess.Popen[bytes], port: int) -> bool:
    """Wait for the first answer; say whether it came before the server ended or the time was over."""
    path = OperatingModelIndexPage.objects.get().url
    until = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < until:
        if _is_answered(port, path):
            return True
        time.sleep(0.2)
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        # Its processes are a group of their own, and none of them may outlive the measurement.
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
