"""Views of replication: making a local version, its difference from the source, and comparing models."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from operating_models.components.breadcrumbs import Crumb, regional_links_of
from operating_models.components.cards import public_model
from operating_models.models import OperatingModelPage, Region, RegionPage, Withdrawal
from operating_models.replication import addresses, compare, difference, local_versions
from search.criteria import Criteria
from search.finding.results import find

REGION = "alue"
"""Parameter of the form: the key of the region's page under which the draft is made."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of two compared pages, and the region that it belongs to."""

    page: OperatingModelPage
    region: Region
    url: str


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """All that the page of a difference reads.

    ``as_of`` is when the compared version of the source was published, None where that is the one of today: either
    ``is_now``, as the reader asked, or because the one that the local version was made of is not known.
    ``other_url`` compares with the other version of the source, "" where they say the same.
    """

    source: Side
    version: Side
    sections: tuple[difference.ComparedText, ...]
    as_of: datetime | None
    is_now: bool
    is_remembered: bool
    other_url: str

    @property
    def is_changed(self) -> bool:
        return any(section.is_changed for section in self.sections)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def adapt(request: HttpRequest, page_id: int) -> HttpResponse:
    """Ask whether a local version is to be made, and make it when the form is sent.

    The button of a model's page sends the form at once; only who writes in several regions is asked for one.
    """
    source = public_model(page_id)
    if not request.user.is_authenticated:
        return redirect(addresses.of_login(addresses.of_adapting(source.pk)))
    if Withdrawal.objects.in_force().filter(page=source).exists():
        # The page says why, and what replaces the model.
        return redirect(source.get_url(request) or "/")
    regions = local_versions.regions_for(request.user, source)
    if not regions:
        return _refuse(request, source)
    if request.method == "POST":
        chosen = _chosen(request, regions)
        if chosen is not None:
            return _make(request, source, chosen)
    context = _frame(source, request, _("Apply in own region")) | {
        "source": source,
        "choices": regions,
        "was_sent": request.method == "POST" and REGION in request.POST,
    }
    return TemplateResponse(request, "operating_models/adapt.html", context)


def _chosen(request: HttpRequest, regions: list[RegionPage]) -> RegionPage | None:
    """Return the region that the form names, or the only one; None where somebody has to choose."""
    named = request.POST.get(REGION, "")
    if not named and len(regions) == 1:
        return regions[0]
    return next((page for page in regions if str(page.pk) == named), None)


def _make(request: HttpRequest, source: OperatingModelPage, region_page: RegionPage) -> HttpResponse:
    made = local_versions.make(source, region_page, request.user)
    if made.is_new:
        text = _("A draft of a local version has been made. Tell what you kept, changed and dropped, and why.")
    else:
        text = _("You have already made this draft of a local version. It is here.")
    messages.success(request, text)
    return redirect("wagtailadmin_pages:edit", made.page.pk)


def _refuse(request: HttpRequest, source: OperatingModelPage) -> HttpResponse:
    own = source.get_parent().specific
    context = _frame(source, request, _("Apply in own region")) | {
        "source": source,
        "is_own": own.permissions_for_user(request.user).can_add_subpage(),
    }
    return TemplateResponse(request, "operating_models/adapt_refused.html", context, status=403)


@require_safe
def show_difference(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show what a public local version says differently from its public source."""
    version = public_model(page_id)
    if version.adapted_from_id is None:
        raise Http404
    source = public_model(version.adapted_from_id)
    revision = version.adapted_revision
    if revision is not None and revision.object_id != str(source.pk):
        # Somebody has chosen another source since the local version was made.
        revision = None
    then = revision.as_object() if revision else source
    is_now = revision is None or request.GET.get(addresses.VERSION) == addresses.NOW
    has_other = revision is not None and not difference.is_same(then, source)
    other_url = addresses.of_difference(version.pk, now=not is_now)
    view = DifferenceView(
        source=_side(source, request),
        version=_side(version, request),
        sections=difference.compare(source if is_now else then, version),
        as_of=None if is_now or revision is None else timezone.localtime(revision.created_at),
        is_now=is_now,
        is_remembered=revision is not None,
        other_url=other_url if has_other else "",
    )
    context = _frame(version, request, _("Difference from the source")) | {"difference": view}
    return TemplateResponse(request, "operating_models/difference.html", context)


def _side(page: OperatingModelPage, request: HttpRequest) -> Side:
    return Side(page, page.region, page.get_url(request) or "")


@require_safe
def show_comparison(request: HttpRequest) -> HttpResponse:
    """Show the models that the address names side by side."""
    asked = compare.read_address(request.GET)
    hits = [hit for hit in find(Criteria(words=asked.words)).hits if not hit.near] if asked.words else ()
    context = {"comparison": compare.read(asked, request, hits)}
    return TemplateResponse(request, "operating_models/compare.html", context)


def _frame(page: OperatingModelPage, request: HttpRequest, title: str) -> dict[str, object]:
    """Return the breadcrumb of a view under a model's page."""
    crumbs = regional_links_of(page, request).crumbs
    above = (*crumbs[:-1], Crumb(page.title, page.get_url(request) or ""))
    return {"breadcrumbs": (*above, Crumb(title))}
