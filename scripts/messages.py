"""Keeps the translation catalogues at the sources' state. Needs gettext's programs (make services).

Usage: python scripts/messages.py update|check

update  collects the strings of the sources into locale/*/LC_MESSAGES/django.po and compiles every catalogue.
check   changes nothing and fails when a string of the sources is missing or no longer used, when a catalogue has gaps
        or uncertain ("fuzzy") entries, or when a compiled catalogue is not its source's.

Every catalogue is compiled and checked, but strings are collected into locale/ alone: other folders of the setting
LOCALE_PATHS translate what other packages say.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.core.management import call_command
from django.core.management.commands import makemessages

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("LC_MESSAGES") / "django.po"
NOT_OURS = ["var", "tests", "scripts", "docs", "test-results", "wagtailadmin"]
"""Folders whose strings are not collected; Wagtail's own catalogues say those of its templates."""


class Collect(makemessages.Command):
    """Django's own collector, which guesses no translation of a new string from a similar old one."""

    msgmerge_options: Sequence[str] = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]


@contextlib.contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """Stand in a folder for a while, because the collector reads the one that it stands in."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def output_of(*command: str | Path) -> str:
    """Return what a gettext program prints, or end with its complaint."""
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        sys.exit(f"{command[0]}: {result.stderr.strip()}")
    return result.stdout


def collect(root: Path) -> None:
    """Bring the catalogues of locale/ in a tree to that tree's sources. A new date alone changes no file."""
    before = {path: path.read_text() for path in (root / "locale").glob(f"*/{CATALOGUE}")}
    with working_in(root):
        call_command(Collect(), all=True, no_location=True, ignore_patterns=NOT_OURS, verbosity=0)
    for path, text in before.items():
        if _without_date(path.read_text()) == _without_date(text):
            path.write_text(text)


def _without_date(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith('"POT-Creation-Date:'))


def name_of(path: Path) -> str:
    """Return a file's path as a reader of the project knows it."""
    return str(path.relative_to(ROOT))


def catalogues() -> list[Path]:
    """Return every catalogue of the project, in order."""
    found = (path for path in ROOT.glob(f"**/{CATALOGUE}") if ".venv" not in path.parts)
    return sorted(found)


def compile_to(source: Path, target: Path) -> None:
    """Compile one catalogue, with gettext's check of placeholders."""
    output_of("msgfmt", "--check-format", "-o", target, source)


def strings(listing: str) -> list[str]:
    """Return the source strings of a catalogue's listing, without its header, obsolete ones included."""
    found = re.findall(r'^(?:#~ )?msgid (".*"(?:\n(?:#~ )?".*")*)', listing, re.MULTILINE)
    joined = ("".join(re.findall(r'"(.*)"', text)) for text in found)
    return [text for text in joined if text]


def problems_of_sources() -> list[str]:
    """Collect in a copy of the sources and say which strings locale/ lacks or no longer needs."""
    listed = output_of("git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    problems = []
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for relative in filter(None, listed.split("\0")):
            path = ROOT / relative
            if path.suffix in (".py", ".html", ".txt", ".po") and path.is_file():
                (copy / relative).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy / relative)
        collect(copy)
        for path in sorted((copy / "locale").glob(f"*/{CATALOGUE}")):
            ours = ROOT / path.relative_to(copy)
            unused = output_of("msgattrib", "--only-obsolete", path)
            problems += [f"{name_of(ours)}: no longer in the sources: {text}" for text in strings(unused)]
            missing = output_of("msgcomm", "--unique", path, ours)
            problems += [f"{name_of(ours)}: not collected: {text}" for text in strings(missing)]
    return problems


def problems_of(catalogue: Path) -> list[str]:
    """Say what is open in one catalogue and whether its compiled form is its own."""
    problems = []
    for option, meaning in (("--untranslated", "untranslated"), ("--only-fuzzy", "uncertain (fuzzy)")):
        listing = output_of("msgattrib", option, "--no-obsolete", catalogue)
        problems += [f"{name_of(catalogue)}: {meaning}: {text}" for text in strings(listing)]
    compiled = catalogue.with_suffix(".mo")
    with tempfile.TemporaryDirectory() as name:
        fresh = Path(name) / "fresh.mo"
        compile_to(catalogue, fresh)
        if not compiled.exists() or output_of("msgunfmt", compiled) != output_of("msgunfmt", fresh):
            problems.append(f"{name_of(compiled)}: not compiled from its source")
    return problems


def main() -> None:
    """Do what the argument says."""
    match sys.argv[1:]:
        case ["update"]:
            collect(ROOT)
            for catalogue in catalogues():
                compile_to(catalogue, catalogue.with_suffix(".mo"))
        case ["check"]:
            problems = problems_of_sources()
            for catalogue in catalogues():
                problems += problems_of(catalogue)
            if problems:
                sys.exit("\n".join([*problems, "Mend with: make messages, then translate what is open."]))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    # The collector must find locale/ where it stands, not the folder that the settings name.
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    main()
