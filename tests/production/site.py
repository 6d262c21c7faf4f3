"""The service as docs/operations.md has it, on this machine: nginx before two instances of granian, and PostgreSQL."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from tests.production import documented

ROOT = documented.ROOT
HOST = "toimintamallit.example"
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
PATIENCE = 90
"""Seconds within which a server of a busy machine has started."""

FILL = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "kb_site.settings.test"
django.setup()
from tests import template_database
store = template_database.templates()
print(store.path(*template_database.prepare(store, demo=True)))
"""

MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
user root;
events {{}}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""

UNIT = """
trap 'kill $!; wait $!; exit' TERM
while :; do
  {command} &
  echo $! >{folder}/{port}.pid
  wait $!
done
"""
"""What systemd does with a unit that is always restarted, until it is stopped."""

SYSTEMCTL = """#!/bin/sh
pid=$(cat {folder}/${{2#*@}}.pid)
kill "$pid"
while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
"""
"""What systemd does with a unit that is restarted."""

SIGNALS = """#!/bin/sh
exec {nginx} -c {folder}/nginx.conf "$@"
"""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes
    seconds: float

    @property
    def text(self):
        return self.body.decode()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children(pid):
    """Return the process ids that a process has started."""
    found = [task.read_text().split() for task in Path(f"/proc/{pid}/task").glob("*/children")]
    return sorted(int(child) for some in found for child in some)


def send(number, *processes):
    """Send a signal to processes; one that has ended meanwhile does not matter."""
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, number)


def run(command, **more):
    """Run a command and return what it prints; a failure shows all that it said."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, **more)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout.strip()


class Site:
    """The running service. ``ports`` are those of its instances, reached without nginx."""

    def __init__(self, folder):
        self.folder = folder
        self.database_folder = folder / "postgres"
        self.state = folder / "var"
        self.port = free_port()
        self.ports = [free_port(), free_port()]
        self._programs = []
        self._tls = ssl._create_unverified_context()

    def start(self):
        server = run(["scripts/postgres.sh", "start", str(self.database_folder)])
        self.database_url = server.rpartition("/")[0] + "/toimintamallit"
        self._restore(server)
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "kb_site.settings.production",
            "DATABASE_URL": self.database_url,
            "SECRET_KEY": "known to the tests alone " * 3,
            "ALLOWED_HOSTS": HOST,
            "SITE_URL": f"https://{HOST}",
            "STATE_DIR": str(self.state),
            "ELASTICSEARCH_URL": "",
        }
        self.manage("collectstatic", "--noinput")
        for port in self.ports:
            self._start_instance(port)
        self._start_nginx()
        self.wait_until_ready()

    def stop(self):
        for program in self._programs:
            program.terminate()
        for program in self._programs:
            program.wait(timeout=PATIENCE)
        run(["scripts/postgres.sh", "stop", str(self.database_folder)])

    def manage(self, *arguments):
        return run([sys.executable, "manage.py", *arguments], env=self.environment)

    def main(self, port):
        """Return the process id of granian at a port."""
        return int((self.folder / f"{port}.pid").read_text())

    def get(self, path, *, method="GET", headers=None, body=None, port=None, source=None):
        """Ask nginx, or an instance by its port; ``source`` is the address to ask from."""
        began = time.monotonic()
        more = {"timeout": 60, "source_address": (source, 0) if source else None}
        if port is None:
            connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self._tls, **more)
        else:
            connection = http.client.HTTPConnection("127.0.0.1", port, **more)
        try:
            connection.request(method, path, body=body, headers={"Host": HOST} | (headers or {}))
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read(), time.monotonic() - began)
        finally:
            connection.close()

    def is_ready(self, port):
        try:
            return self.get("/health/ready", port=port).status == 200
        except OSError:
            return False

    def wait_until_ready(self):
        end = time.monotonic() + PATIENCE
        while not all(self.is_ready(port) for port in self.ports):
            assert time.monotonic() < end, self.log()
            time.sleep(0.2)

    def log(self):
        return "\n".join(path.read_text()[-3000:] for path in self.folder.glob("*.log"))

    def restart_one_after_the_other(self):
        """Do what the documentation tells to do after an update."""
        commands = self._here(documented.block("for port in 8001 8002; do"))
        run(["bash", "-ec", commands], env=os.environ | {"PATH": f"{self.folder}:{os.environ['PATH']}"})

    @contextmanager
    def frozen_database(self):
        """Stop all processes of the database server where they are, and let them go on afterwards."""
        main = int((self.database_folder / "data" / "postmaster.pid").read_text().split()[0])
        try:
            # The first one stops before the others are counted, so that none is added.
            send(signal.SIGSTOP, main)
            send(signal.SIGSTOP, *children(main))
            yield
        finally:
            send(signal.SIGCONT, *children(main), main)

    @contextmanager
    def dead_database(self):
        """Kill the database server, and start it again afterwards."""
        run(["scripts/postgres.sh", "stop", str(self.database_folder)])
        try:
            yield
        finally:
            port = self.database_url.rpartition(":")[2].partition("/")[0]
            run(["scripts/postgres.sh", "start", str(self.database_folder), port])

    @contextmanager
    def readers(self, paths, *, number=3):
        """Let readers ask for addresses, each a few times a second; yield the list of what they are answered."""
        answers, over = [], Event()

        def read(first):
            turn = first
            while not over.wait(0.3):
                path = paths[turn % len(paths)]
                try:
                    answers.append((path, self.get(path)))
                except OSError as error:
                    answers.append((path, error))
                turn += 1

        threads = [Thread(target=read, args=(first,)) for first in range(number)]
        for thread in threads:
            thread.start()
        try:
            yield answers
        finally:
            over.set()
            for thread in threads:
                thread.join()

    def _here(self, text):
        """Return a documented text with the ports and folders of this machine."""
        for documented_one, ours in (
            ("127.0.0.1:8001", f"127.0.0.1:{self.ports[0]}"),
            ("127.0.0.1:8002", f"127.0.0.1:{self.ports[1]}"),
            ("8001 8002", f"{self.ports[0]} {self.ports[1]}"),
            ("listen 443", f"listen 127.0.0.1:{self.port}"),
            ("/etc/ssl/toimintamallit", str(self.folder)),
            ("/etc/nginx/sites-available/toimintamallit", str(self.folder / "site.conf")),
            ("/srv/toimintamallit/var", str(self.state)),
            ("/srv/toimintamallit/.venv/bin", str(Path(sys.executable).parent)),
        ):
            text = text.replace(documented_one, ours)
        return text

    def _restore(self, server):
        """Fill the database by the documented way of a backup and its restoring."""
        # Where the tests' own server is PostgreSQL, the demo has often been loaded there already.
        source = os.environ.get("DATABASE_URL", "")
        source = source if source.startswith("postgres") else server
        template = run([sys.executable, "-c", FILL], env=os.environ | {"DATABASE_URL": source})
        database = source.rpartition("/")[0]
        run(["psql", "--quiet", "--command", "CREATE DATABASE toimintamallit", server])
        for beginning, url in (("pg_dump", f"{database}/{template}"), ("pg_restore", self.database_url)):
            run(
                ["bash", "-ec", f"cd {self.folder} && {documented.line(beginning)}"],
                env=os.environ | {"DATABASE_URL": url},
            )

    def _start_instance(self, port):
        command = self._here(documented.service()).replace("%i", str(port))
        script = UNIT.format(command=command, folder=self.folder, port=port)
        with (self.folder / f"{port}.log").open("w") as log:
            self._programs.append(
                subprocess.Popen(["sh", "-c", script], cwd=ROOT, env=self.environment, stdout=log, stderr=log)
            )

    def _start_nginx(self):
        key = ["-nodes", "-keyout", self.folder / "privkey.pem", "-out", self.folder / "fullchain.pem"]
        run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-days", "1", "-subj", f"/CN={HOST}", *key])
        site = self._here(documented.block("# /etc/nginx/sites-available/toimintamallit"))
        (self.folder / "site.conf").write_text(site)
        (self.folder / "nginx.conf").write_text(MAIN.format(folder=self.folder))
        for name, text in (("systemctl", SYSTEMCTL), ("nginx", SIGNALS)):
            (self.folder / name).write_text(text.format(folder=self.folder, nginx=NGINX))
            (self.folder / name).chmod(0o755)
        self._programs.append(subprocess.Popen([NGINX, "-c", self.folder / "nginx.conf"]))
