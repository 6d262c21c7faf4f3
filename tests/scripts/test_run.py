"""`make run` tells a newcomer what it does and what to do when it cannot, in a few lines and without a traceback."""

from __future__ import annotations

import ast
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from benchmarks.scratch import database_url
from home import demo_accounts
from scripts import serve

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
SECONDS = 120
"""How long a program may take on a busy machine."""


def start(code, **variables):
    """Start a program that can import the scripts by name, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(SCRIPTS), "PYTHONUNBUFFERED": "1"} | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )


def run(code, **variables):
    """Run such a program, and return its exit code, output and errors."""
    program = start(code, **variables)
    output, errors = program.communicate(timeout=SECONDS)
    return program.returncode, output, errors


def run_step(command, *arguments):
    return run(f"import sys, steps\nsteps.run('Counting', [sys.executable, {command!r}, *{arguments!r}])")


def make_run(**variables):
    return run("import run\nrun.main()", **variables)


@pytest.fixture
def taken():
    """Return a port that a program listens to."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture
def free():
    """Return a port that nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_step_that_succeeds_is_one_line_whatever_it_prints():
    code, output, errors = run_step("-c", "print('many\\nlines')")
    assert (code, output, errors) == (0, "→ Counting … 0 s\n", "")


def test_step_that_fails_shows_what_it_printed_and_which_command_it_was():
    code, output, errors = run_step("-c", "print('one\\ntwo'); raise SystemExit(3)")
    assert (code, output) == (1, "→ Counting … failed\n")
    assert errors.startswith("  one\n  two\n")
    assert f"What failed: {sys.executable} -c" in errors


def test_step_that_fails_shows_the_last_lines_of_many():
    _code, _output, errors = run_step("-c", "print(*range(100), sep='\\n'); raise SystemExit(1)")
    shown = [line.strip() for line in errors.partition("\n\n")[0].splitlines()]
    assert shown == ["… 60 lines before these", *map(str, range(60, 100))]


def test_crash_of_a_step_whose_reason_is_unknown_keeps_its_traceback():
    _code, _output, errors = run_step("-c", "1 / 0")
    assert "Traceback" in errors
    assert "ZeroDivisionError: division by zero" in errors


def test_packages_that_cannot_be_fetched_mean_the_network(free):
    index = f"http://127.0.0.1:{free}/simple"
    _code, _output, errors = run_step(
        "-m", "pip", "--isolated", "download", "--retries=1", "--no-deps", "--index-url", index, "wagtail"
    )
    assert "Check the network connection." in errors
    assert "Traceback" not in errors


def test_database_server_that_does_not_answer_is_named_without_a_traceback(free):
    code, _output, errors = run(
        "import sys, steps\nsteps.run('Updating', [sys.executable, 'manage.py', 'migrate'])",
        DATABASE_URL=f"postgresql://nobody@127.0.0.1:{free}/nothing",
        DJANGO_SETTINGS_MODULE="kb_site.settings.test",
    )
    assert code == 1
    assert "The database server that DATABASE_URL names does not answer." in errors
    assert "OperationalError" in errors
    assert "Traceback" not in errors


def test_taken_port_is_told_with_a_free_one_before_anything_is_installed(taken):
    code, output, errors = make_run(PORT=str(taken))
    assert (code, output) == (1, "")
    assert errors.startswith(f"Another program uses port {taken}. Stop it, or choose another port: make run PORT=")
    assert int(errors.rpartition("=")[2]) > taken or errors.endswith("PORT=8000\n")


@pytest.mark.parametrize("port", ["0", "65536", "eighty", "-1", "८०"])
def test_what_is_no_port_is_told(port):
    code, output, errors = make_run(PORT=port)
    assert (code, output) == (1, "")
    assert errors == f"PORT must be a number from 1 to 65535, not “{port}”.\n"


def test_address_of_another_machine_is_told(free):
    code, output, errors = make_run(PORT=str(free), HOST="192.0.2.1")
    assert (code, output) == (1, "")
    assert errors.startswith("This machine has no address 192.0.2.1.")


@pytest.mark.parametrize("name", ["run.py", "environment.py", "steps.py"])
def test_old_python_can_read_the_script_that_refuses_it(name):
    ast.parse((SCRIPTS / name).read_text(), feature_version=(3, 7))


def test_old_python_is_told_which_one_is_needed(free):
    code, output, errors = run("import sys, run\nsys.version_info = (3, 9, 2)\nrun.main()", PORT=str(free))
    assert (code, output) == (1, "")
    assert errors.startswith("Python 3.11 or newer is needed, this is ")


def test_python_without_venv_is_told_with_the_package_that_has_it(free):
    code, output, errors = run(
        "import run\nrun.environment.importlib.util.find_spec = lambda name: None\nrun.main()", PORT=str(free)
    )
    assert (code, output) == (1, "")
    assert errors == "Python's module venv is missing. On Debian: apt-get install python3-venv\n"


STEP_THAT_WAITS = """
import sys, environment, run, steps
wait = "import time; print('waits', flush=True); time.sleep(600)"
environment.bring_to = lambda lock: steps.run("Waiting", [sys.executable, "-c", wait])
run.main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopping_in_a_step_ends_it_in_words(number, free):
    program = start(STEP_THAT_WAITS, PORT=str(free))
    assert program.stdout.read(len("→ Waiting …")) == "→ Waiting …"
    # The step's own program begins.
    time.sleep(1)
    program.send_signal(number)
    output, errors = program.communicate(timeout=SECONDS)
    assert program.returncode == 130
    assert output == " stopping\n"
    assert errors == "Stopped before the service was ready. `make run` goes on from here.\n"


SERVER = """
import os, sys, environment, run
environment.PYTHON = sys.executable
environment.bring_to = run.prepare = lambda anything: None
run.main()
"""


def answer_of(port, address):
    """Return the status and the text with which the server answers."""
    try:
        with urllib.request.urlopen(f"http://localhost:{port}{address}", timeout=SECONDS) as page:
            return page.status, page.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()


@pytest.mark.django_db(transaction=True)
def test_server_says_where_it_is_serves_what_readers_see_and_stops_in_words(free, tmp_path):
    for folder in ("images", "original_images"):
        (tmp_path / "media" / folder).mkdir(parents=True)
        (tmp_path / "media" / folder / "kuva.jpg").write_bytes(b"kuva")
    program = start(
        SERVER,
        PORT=str(free),
        DATABASE_URL=database_url(),
        DJANGO_SETTINGS_MODULE="kb_site.settings.dev",
        STATE_DIR=str(tmp_path),
        ELASTICSEARCH_URL="",
    )
    lines = []
    while not lines or "Ctrl-C stops." not in lines[-1]:
        lines.append(program.stdout.readline())
        assert lines[-1], program.stderr.read()
    assert lines[:3] == ["→ Starting the server\n", "\n", f"  The service       http://localhost:{free}/\n"]
    assert answer_of(free, "/kirjaudu/")[0] == 200
    assert answer_of(free, "/static/css/base.css")[0] == 200
    assert answer_of(free, "/media/images/kuva.jpg") == (200, "kuva")
    for missing in ("/ei-ole-tallaista/", "/media/original_images/kuva.jpg", "/media/images/muu.jpg"):
        status, page = answer_of(free, missing)
        assert status == 404
        assert "Sivua ei löytynyt" in page
    program.send_signal(signal.SIGINT)
    output, errors = program.communicate(timeout=SECONDS)
    assert program.returncode == 0
    # Requests that fail are printed, and nothing else.
    assert {re.search(r"Not Found|\b404\b", line) is not None for line in errors.splitlines()} == {True}, errors
    assert output == "\n→ Stopped. The data stays; `make run` serves it again.\n"


@pytest.mark.django_db
class TestWelcome:
    def test_every_demo_account_is_named_with_the_password(self):
        demo_accounts.make()
        text = "\n".join(serve.welcome("127.0.0.1", 8123))
        assert f"each with the password {demo_accounts.PASSWORD}\n" in text
        lines = [line.split(maxsplit=1) for line in text.splitlines() if line.startswith("    ")]
        assert lines == [[account.username, account.group] for account in demo_accounts.ACCOUNTS]

    def test_site_without_demo_accounts_names_none(self):
        text = "\n".join(serve.welcome("127.0.0.1", 8123))
        assert "http://localhost:8123/" in text
        assert demo_accounts.PASSWORD not in text

    @pytest.mark.parametrize(
        ("host", "address"),
        [
            ("0.0.0.0", "http://localhost:8123/"),
            ("::1", "http://localhost:8123/"),
            ("192.168.1.5", "http://192.168.1.5:8123/"),
            ("fd00::5", "http://[fd00::5]:8123/"),
        ],
    )
    def test_address_can_be_opened_on_this_machine(self, host, address):
        assert f"  The service       {address}" in list(serve.welcome(host, 8123))
