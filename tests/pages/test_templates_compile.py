"""A template that nobody has asked for yet fails here, not in front of a reader."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.template import engines
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parent.parent.parent


def own_templates():
    """Return the names under which the project's own templates are loaded."""
    folders = [ROOT / "templates", *ROOT.glob("[a-z]*/templates")]
    return sorted(str(path.relative_to(folder)) for folder in folders for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", own_templates())
def test_template_compiles(name):
    template = get_template(name)
    assert template.backend is engines["django"]
    assert ROOT in Path(template.origin.name).parents
