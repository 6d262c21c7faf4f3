"""System checks: the guard of the ledger, and a view for each page type."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning
from wagtail.models import Page, get_page_models

from operating_models import ledger
from operating_models.models.presented import PresentedPage, context_of


def check_ledger(databases: Sequence[str] | None = None, **kwargs: object) -> list[CheckMessage]:
    """Say when the database would let somebody change an adoption report."""
    missing = [name for using in databases or () for name in ledger.missing_triggers(using)]
    if not missing:
        return []
    return [
        # No error: Django would refuse to run the very command that puts the triggers back.
        CheckWarning(
            f"The ledger of adoption is not guarded: {', '.join(missing)} missing in the database.",
            hint="Run `python manage.py migrate`, which puts the triggers back.",
            id="operating_models.W001",
        )
    ]


def check_page_types(app_configs: object = None, **kwargs: object) -> list[CheckMessage]:
    """Name the page types whose template would get nothing to show."""
    return [
        Error(
            f"The page type {model.__name__} has no registered view.",
            hint="Register a function of the page and the request with `context_of.register` (pages/views.py).",
            obj=model,
            id="operating_models.E001",
        )
        for model in get_page_models()
        if issubclass(model, PresentedPage) and context_of.dispatch(model) is context_of.dispatch(Page)
    ]
