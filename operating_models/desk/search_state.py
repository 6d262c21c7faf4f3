"""A page of the admin that tells how the search is: which engine answers, what waits for it, and what it refused."""

from __future__ import annotations

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
from search.elasticsearch import deployment, mirror, outbox
from search.elasticsearch.circuit_breaker import EngineFailed
from search.elasticsearch.models import Delivery
from search.models import Document, IndexState
from search.terms import words

VIEW, CHANGE = "search.view_delivery", "search.change_delivery"
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class SetAside:
    """A page whose change the engine refuses: ``edit_url`` is empty for a page that is gone."""

    page_id: int
    title: str
    edit_url: str
    error: str
    waiting_since: datetime


@dataclass(frozen=True, slots=True)
class SearchReport:
    """How the search is at a moment.

    ``is_outside`` tells whether the settings name a search server; without one the other facts about it are empty.
    ``trouble`` is why it does not answer. ``lag`` is since when the oldest change waits.
    """

    documents: int
    analyser: str
    made_by: str
    is_outside: bool
    answers: bool = False
    has_index: bool = False
    trouble: str = ""
    waiting: int = 0
    lag: datetime | None = None
    set_aside: tuple[SetAside, ...] = ()
    set_aside_count: int = 0
    rebuilt_at: datetime | None = None

    @property
    def fits_analyser(self) -> bool:
        """Whether the rows were made by the analyser that reads queries."""
        return not self.made_by or self.made_by == self.analyser


def read_report() -> SearchReport:
    """Read the state of the search; asks the search server, which may take its timeout."""
    states = {
        state.name: state for state in IndexState.objects.filter(name__in=(index_version.DOCUMENTS, mirror.MIRROR))
    }
    rows = states.get(index_version.DOCUMENTS)
    common = {
        "documents": Document.objects.filter(findable=True).count(),
        "analyser": words.analyser().version,
        "made_by": rows.analyser if rows else "",
    }
    chosen = deployment.current()
    if chosen is None:
        return SearchReport(**common, is_outside=False)
    trouble, has_index = "", False
    try:
        chosen.engine.cluster.status()
        has_index = chosen.index().exists()
    except EngineFailed as error:
        trouble = str(error)
    waiting = outbox.state()
    rebuilt = states.get(mirror.MIRROR)
    return SearchReport(
        **common,
        is_outside=True,
        answers=not trouble,
        has_index=has_index,
        trouble=trouble,
        waiting=waiting.waiting,
        lag=waiting.oldest,
        set_aside=_read_set_aside(),
        set_aside_count=waiting.set_aside,
        rebuilt_at=rebuilt.changed_at if rebuilt else None,
    )


def _read_set_aside() -> tuple[SetAside, ...]:
    rows = list(Delivery.objects.filter(set_aside=True).order_by("waiting_since", "page_id")[:MOST_SHOWN])
    pages = Page.objects.in_bulk([row.page_id for row in rows])
    return tuple(
        SetAside(
            page_id=row.page_id,
            title=pages[row.page_id].get_admin_display_title() if row.page_id in pages else str(row.page_id),
            edit_url=reverse("wagtailadmin_pages:edit", args=[row.page_id]) if row.page_id in pages else "",
            error=row.last_error,
            waiting_since=row.waiting_since,
        )
        for row in rows
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
    chosen = Delivery.objects.filter(set_aside=True)
    if told:
        chosen = chosen.filter(page_id=int(told)) if told.isascii() and told.isdigit() else chosen.none()
    ids = list(chosen.values_list("page_id", flat=True))
    outbox.try_again(ids)
    outbox.deliver_at_once(ids)
    left = Delivery.objects.filter(page_id__in=ids).count()
    if left:
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
