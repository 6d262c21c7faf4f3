"""What the documentation promises about names can be checked against the sources."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_every_setting_from_the_environment_is_documented():
    read = set()
    for path in (ROOT / "kb_site" / "settings").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and re.fullmatch(r"env(\.\w+)?", ast.unparse(node.func)) and node.args:
                read.add(node.args[0].value)
    assert "SECRET_KEY" in read
    documented = set(re.findall(r"`([A-Z][A-Z_]+)`", (ROOT / "docs" / "operations.md").read_text()))
    assert read - documented == set()


def test_every_target_of_the_makefile_says_what_it_does():
    makefile = (ROOT / "Makefile").read_text()
    for_people, _of_others = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    explained = re.findall(r"^([a-z-]+):.* ## ", makefile, re.MULTILINE)
    assert set(explained) == set(for_people.split())


def test_every_picture_is_made_by_make_screenshots_and_shown_and_small():
    made = set(re.findall(r'Picture\("([a-z-]+)"', (ROOT / "scripts" / "screenshots.py").read_text()))
    there = {path.stem: path.stat().st_size for path in (ROOT / "docs" / "images").iterdir()}
    texts = "\n".join(path.read_text() for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
    shown = set(re.findall(r"!\[[^\]]+\]\((?:docs/)?images/([a-z-]+)\.png\)", texts))
    assert made == shown == set(there) != set()
    assert max(there.values()) < 250_000
