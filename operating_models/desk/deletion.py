"""What cannot be deleted, and the pages of the admin that say why and what to do instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import PROTECT, Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.pages.bulk_actions import DeleteBulkAction
from wagtail.models import Page

from operating_models.desk.withdrawal import may_withdraw
from operating_models.models import AdoptionReport, EvidenceAssessment, OperatingModelPage
from operating_models.models.taxonomy import Used

LISTED = 20
"""How many models an explanation names; the number of all is told too."""


@dataclass(frozen=True, slots=True)
class LinkedPage:
    """A model named in an explanation, with the address of its editor."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class ProtectedPage:
    """A page that cannot be deleted because of reports or assessments of itself or of models under it.

    ``withdraw_url`` is empty for pages that are no models or that the user may not withdraw, ``unpublish_url`` when
    the user may not unpublish it or it is not live.
    """

    title: str
    reports: int
    assessments: int
    models: int
    withdraw_url: str
    unpublish_url: str
    history_url: str


@dataclass(frozen=True, slots=True)
class ProtectedTerm:
    """A term that cannot be deleted: the models that use it, and how many other rows point to it."""

    title: str
    kind: str
    models: int
    named: tuple[LinkedPage, ...]
    others: int
    edit_url: str


@dataclass(frozen=True, slots=True)
class ProtectedFile:
    """An image or document that cannot be deleted: how many pages use it, and those that the user may know of."""

    title: str
    kind: str
    pages: int
    named: tuple[LinkedPage, ...]
    edit_url: str


def explain_protected_pages(request: HttpRequest, pages: Iterable[Page]) -> HttpResponse | None:
    """Say why pages cannot be deleted, and what to do instead; None when all of them can be deleted."""
    protected = [found for page in pages if (found := _protected_page(request, page))]
    return explain(request, reverse("wagtailadmin_explore_root"), pages=protected) if protected else None


def explain(request: HttpRequest, back_url: str, **protected: list[object]) -> HttpResponse:
    """Show the page of what is not deleted: ``pages``, ``terms`` or ``files``."""
    told = protected | {"back_url": get_valid_next_url_from_request(request) or back_url}
    return TemplateResponse(request, "operating_models/desk/protected.html", told)


def _protected_page(request: HttpRequest, page: Page) -> ProtectedPage | None:
    reports = AdoptionReport.objects.filter(page__path__startswith=page.path)
    assessments = EvidenceAssessment.objects.filter(page__path__startswith=page.path)
    models = set(reports.values_list("page_id", flat=True)) | set(assessments.values_list("page_id", flat=True))
    if not models:
        return None
    page = page.specific
    is_model = isinstance(page, OperatingModelPage)
    may_unpublish = page.permissions_for_user(request.user).can_unpublish()
    withdraw = reverse("operating_models_withdraw", args=[page.pk])
    return ProtectedPage(
        title=page.get_admin_display_title(),
        reports=reports.count(),
        assessments=assessments.count(),
        models=0 if is_model else len(models),
        withdraw_url=withdraw if is_model and may_withdraw(request.user, page) else "",
        unpublish_url=reverse("wagtailadmin_pages:unpublish", args=[page.pk]) if may_unpublish else "",
        history_url=reverse("wagtailadmin_pages:history", args=[page.pk]),
    )


class DeletePagesWithoutReports(DeleteBulkAction):
    """Deletes the chosen pages, unless one of them has reports or assessments: then it says so and asks nothing."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        pages, _others = self.get_actionable_objects()
        return explain_protected_pages(request, pages) or super().dispatch(request, *args, **kwargs)


def explain_used_terms(request: HttpRequest, rows: Sequence[Model]) -> HttpResponse | None:
    """Say which models use the terms that somebody wants to delete; None when nothing uses any of them."""
    protected = [found for row in rows if isinstance(row, Used) and (found := _protected_term(row))]
    return explain(request, _url(rows[0], "list"), terms=protected) if protected else None


def _protected_term(term: Used) -> ProtectedTerm | None:
    pages = term.using_pages()
    others = [row for row in _protected_rows(term) if row not in pages]
    if not pages and not others:
        return None
    named = (LinkedPage(page.title, reverse("wagtailadmin_pages:edit", args=[page.pk])) for page in pages[:LISTED])
    return ProtectedTerm(
        title=str(term),
        kind=capfirst(term._meta.verbose_name),
        models=len(pages),
        named=tuple(named),
        others=len(others),
        edit_url=_url(term, "edit"),
    )


def _protected_rows(term: Used) -> list[Model]:
    """Return the rows that the database would not let go without: an investment's programme, a page's region."""
    return [
        row
        for relation in term._meta.related_objects
        if relation.on_delete is PROTECT
        for row in relation.related_model._default_manager.filter(**{relation.field.name: term})
    ]


def _url(term: Model, view: str) -> str:
    viewset = type(term).snippet_viewset
    return reverse(viewset.get_url_name(view), args=[term.pk] if view == "edit" else [])
