"""A page of the admin that tells how the search is: which engine answers, what waits for it, and what it refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.models import Page

from search import index_version
from search.models import Document, IndexState
from search.terms import search_server, words
from search.terms.search_server import RefusedChange, ServerState

VIEW, CHANGE = "search.view_delivery", "search.change_delivery"


@dataclass(frozen=True, slots=True)
class SetAside:
    """A page whose change the search server refuses: ``edit_url`` is empty for a page that is gone."""

    page_id: int
    title: str
    edit_url: str
    error: str
    waiting_since: datetime


@dataclass(frozen=True, slots=True)
class SearchReport:
    """The state of the search at a moment; ``server`` is None where the settings name no search server.

    ``made_by`` is the analyser that made the rows, empty before the first row.
    """

    documents: int
    analyser: str
    made_by: str
    server: ServerState | None = None
    set_aside: tuple[SetAside, ...] = ()

    @property
    def fits_analyser(self) -> bool:
        """Whether the rows were made by the analyser that reads queries."""
        return not self.made_by or self.made_by == self.analyser


def read_report() -> SearchReport:
    """Read the state of the search; asks the search server, which may take its timeout."""
    made_by = IndexState.objects.filter(name=index_version.DOCUMENTS).values_list("analyser", flat=True).first()
    server = search_server.current()
    state = server.read_state() if server is not None else None
    return SearchReport(
        documents=Document.objects.filter(findable=True).count(),
        analyser=words.analyser().version,
        made_by=made_by or "",
        server=state,
        set_aside=_name_pages(state.refused) if state is not None else (),
    )


def _name_pages(refused: Sequence[RefusedChange]) -> tuple[SetAside, ...]:
    pages = Page.objects.in_bulk([change.page_id for change in refused])
    return tuple(
        SetAside(
            page_id=change.page_id,
            title=pages[change.page_id].get_admin_display_title() if change.page_id in pages else str(change.page_id),
            edit_url=reverse("wagtailadmin_pages:edit", args=[change.page_id]) if change.page_id in pages else "",
            error=change.error,
            waiting_since=change.waiting_since,
        )
        for change in refused
    )


def show_search(request: HttpRequest) -> HttpResponse:
    """Show the report; by POST let one page that was set aside, or all, be tried again at once."""
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    if request.method == "POST":
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        _try_again(request)
        return redirect("operating_models_search")
    context = {"report": read_report(), "now": timezone.now(), "may_change": request.user.has_perm(CHANGE)}
    return TemplateResponse(request, "operating_models/desk/search_state.html", context)


def _try_again(request: HttpRequest) -> None:
    told = request.POST.get("page", "")
    server = search_server.current()
    is_page = told.isascii() and told.isdigit()
    if server is None or (told and not is_page) or server.retry(int(told) if is_page else None):
        messages.warning(request, gettext("The search server has not taken all changes. See below."))
    else:
        messages.success(request, gettext("The search server took the changes."))


def permissions() -> QuerySet[Permission]:
    """Return the permissions that groups may be given for this page."""
    return Permission.objects.filter(
        content_type__app_label="search", codename__in=[name.partition(".")[2] for name in (VIEW, CHANGE)]
    )


class SearchMenuItem(MenuItem):
    """The page's place among the reports, for those who may see it."""

    def __init__(self) -> None:
        super().__init__(
            _("State of the search"), reverse("operating_models_search"), name="search", icon_name="search", order=1500
        )

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(VIEW)
