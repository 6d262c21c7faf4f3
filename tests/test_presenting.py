"""Modules that make values for templates get what was found: they neither search nor count nor write the log."""

from __future__ import annotations

import pytest
from django.core.checks import Error
from wagtail.models import Page, get_page_models

from operating_models.checks import check_page_types
from operating_models.models import ThemePage
from operating_models.models.presented import PresentedPage, context_of
from tests.test_architecture import ROOT, imports_of, is_in

ASKING = (
    "search.finding.results.find",
    "search.finding.selection",
    "search.finding.suggestions.suggest",
    "search.finding.similar.similar",
    "search.log",
    "operating_models.statistics.counting.read",
    "operating_models.statistics.counting.read_selected",
    "operating_models.statistics.counting.standings",
)
"""What searches, counts or writes the log. A module of them is asking too: its functions are reached through it."""
MODULES = ("search.finding.results", "search.finding.suggestions", "operating_models.statistics.counting")


def presenting_modules():
    folders = ("operating_models/components", "operating_models/pages")
    found = [path for folder in folders for path in (ROOT / folder).glob("*.py") if path.stem not in ("views", "urls")]
    rooms = (ROOT / "operating_models", ROOT / "home")
    found += [path for room in rooms for path in room.glob("**/presenting.py")]
    return sorted([*found, ROOT / "operating_models/replication/compare.py", ROOT / "home/front.py"])


def test_modules_that_present_are_found():
    names = {str(path.relative_to(ROOT)) for path in presenting_modules()}
    assert {
        "home/front.py",
        "operating_models/components/cards.py",
        "operating_models/pages/listing.py",
        "operating_models/pages/statistics.py",
        "operating_models/reporting/presenting.py",
    } <= names


@pytest.mark.parametrize("path", presenting_modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_module_that_presents_asks_nothing(path):
    asking = [
        str(found)
        for found in imports_of(path)
        if found.module in MODULES or any(is_in(found.module, name) for name in ASKING)
    ]
    assert asking == []


def test_every_page_type_has_a_view():
    presented = [model for model in get_page_models() if issubclass(model, PresentedPage)]
    assert len(presented) >= 12
    assert all(context_of.dispatch(model) is not context_of.dispatch(Page) for model in presented)
    assert check_page_types() == []


def test_check_names_the_page_type_without_a_view(monkeypatch):
    found = context_of.dispatch
    unknown = found(Page)
    monkeypatch.setattr(
        "operating_models.checks.context_of.dispatch", lambda kind: unknown if kind is ThemePage else found(kind)
    )
    [error] = check_page_types()
    assert isinstance(error, Error)
    assert error.obj is ThemePage
    assert "ThemePage" in error.msg
    assert error.id == "operating_models.E001"
    assert "context_of.register" in error.hint
