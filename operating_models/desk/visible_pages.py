"""Which pages the lists and choosers of the admin show to a user: live ones, and drafts of one's own region.

Wagtail 8.0.1 shows every page in its page chooser and in the report of page types; its explorer and search do as here.
"""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from wagtail.admin.views.chooser import ChosenMultipleView
from wagtail.admin.views.reports.page_types_usage import PageTypesUsageReportView
from wagtail.models import Page
from wagtail.permissions import policy_registry


def visible_to(user: AbstractBaseUser, pages: QuerySet[Page]) -> QuerySet[Page]:
    own = policy_registry.get_by_type(Page).explorable_instances(user)
    return pages.filter(Q(live=True) | Q(pk__in=own.values_list("pk", flat=True)))


def narrow_chooser(pages: QuerySet[Page], request: HttpRequest) -> QuerySet[Page]:
    """Narrow what the page chooser lists, under a page that one may see; Http404 under another."""
    parent = request.resolver_match.kwargs.get("parent_page_id")
    if parent is not None:
        _find(request, [str(parent)])
    return visible_to(request.user, pages)


def _find(request: HttpRequest, keys: list[str]) -> None:
    """Raise Http404 when one of these keys is of no page that the user may see."""
    wanted = {int(key) for key in keys if key.isdecimal()}
    found = visible_to(request.user, Page.objects.filter(pk__in=wanted))
    if len(wanted) != len(set(keys)) or found.count() != len(wanted):
        raise Http404


class ChosenVisiblePages(ChosenMultipleView):
    def get(self, request: HttpRequest) -> HttpResponse:
        _find(request, request.GET.getlist("id"))
        return super().get(request)


class VisiblePageTypesUsage(PageTypesUsageReportView):
    def decorate_paginated_queryset(self, page_types: QuerySet) -> QuerySet:
        """Leave out the page that was edited last where the user may not see it."""
        decorated = super().decorate_paginated_queryset(page_types)
        last = [item.last_edited_page.pk for item in decorated if item.last_edited_page]
        visible = set(visible_to(self.request.user, Page.objects.filter(pk__in=last)).values_list("pk", flat=True))
        for item in decorated:
            if item.last_edited_page and item.last_edited_page.pk not in visible:
                item.last_edited_page = None
        return decorated
