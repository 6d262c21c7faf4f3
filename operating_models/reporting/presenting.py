"""What a region and an owner see of reports: the form's page, a report's page, the models of our region."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_

from django.db.models import Exists, Max, OuterRef, Q, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext

from operating_models.components.adoption import STILL, ReportRow, day_label, report_rows, with_all_said
from operating_models.components.breadcrumbs import Crumb
from operating_models.components.cards import findable_ids
from operating_models.components.model_links import ModelLink
from operating_models.models import (
    AdoptionRenewal,
    AdoptionReport,
    AdoptionStatus,
    OperatingModelIndexPage,
    OperatingModelPage,
    OwnerAnswer,
    Region,
    RegionPage,
)
from operating_models.models.adoption import AdoptionReportQuerySet
from operating_models.models.presented import public_now
from operating_models.reporting import commands, people
from operating_models.reporting.forms import ReportForm

UNTOUCHED_AFTER = timedelta(days=365)
RECENT = 10
"""How many of a region's latest reports are listed."""
AWAITING = 50
"""How many reports that wait for an answer are listed; the number of all is told too."""


@dataclass(frozen=True, slots=True)
class RegionChoice:
    code: str
    name: str
    selected: bool = False


@dataclass(frozen=True, slots=True)
class ReportView:
    """The page of the form, and the form on a model's page. Without a region there is only the choice of one.

    ``just_saved`` is what somebody else has recorded while the form was being filled in.
    """

    model: ModelLink
    action: str
    region: RegionChoice | None
    choices: tuple[RegionChoice, ...]
    form: ReportForm | None = None
    current: ReportRow | None = None
    just_saved: ReportRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedReport:
    """A report in a list of "our region's models"; ``url`` is its own page."""

    model: ModelLink
    status: str
    status_label: str
    since_label: str
    recorded_label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OurRow(ListedReport):
    """A model that our region has reported on, with what can be done in one click."""

    renewed_label: str
    is_disputed: bool
    change_url: str
    renew_url: str
    renew_label: str


@dataclass(frozen=True, slots=True)
class OurGroup:
    status: str
    label: str
    rows: tuple[OurRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentReport(ListedReport):
    """A report of our region that may be looked at, and taken back while it stands."""

    retract_url: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitingAnswer(ListedReport):
    region_name: str


@dataclass(frozen=True, slots=True)
class OurModels:
    """The page "our region's models". ``region`` is None for who reports for none or has not chosen one."""

    region: RegionChoice | None
    choices: tuple[RegionChoice, ...]
    untouched: tuple[OurRow, ...] = ()
    groups: tuple[OurGroup, ...] = ()
    recent: tuple[RecentReport, ...] = ()
    search_url: str = ""
    is_owner: bool = False
    awaiting: tuple[AwaitingAnswer, ...] = ()
    awaiting_total: int = 0


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The page of one report: what the region said, what it corrected, and what the owner says."""

    model: ModelLink
    report: ReportRow
    corrected_by: ReportRow | None


def public_reports() -> AdoptionReportQuerySet:
    """Return reports of the models that everybody may read."""
    return AdoptionReport.objects.filter(page__live=True, page__in=findable_ids())


def model_link(page: OperatingModelPage, request: HttpRequest) -> ModelLink:
    return ModelLink(page.pk, page.title, page.get_url(request) or "", page.original_language)


def crumbs(*steps: Crumb) -> tuple[Crumb, ...]:
    """Return the breadcrumbs of a page outside the tree."""
    return (Crumb(gettext("Front page"), reverse("wagtail_serve", args=("",))), *steps)


def choices_of(regions: Iterable[Region], chosen: Region | None) -> tuple[RegionChoice, ...]:
    return tuple(RegionChoice(region.code, region.full_name, region == chosen) for region in regions)


def _as_row(report: AdoptionReport | None) -> ReportRow | None:
    if report is None:
        return None
    return ReportRow(with_all_said(AdoptionReport.objects.filter(pk=report.pk)).get())


def report_view(
    page: OperatingModelPage,
    request: HttpRequest,
    regions: Iterable[Region],
    region: Region | None,
    *,
    form: ReportForm | None = None,
    just_saved: AdoptionReport | None = None,
) -> ReportView:
    """Present the form of a region's report, or the choice of a region; a new form where none has been sent."""
    if region and form is None:
        current, latest = commands.current_report(page, region), commands.latest_report(page, region)
        initial = {"region": region.code, "seen": latest and latest.pk}
        form = ReportForm(initial=initial, current=current, latest=latest)
    return ReportView(
        model=model_link(page, request),
        action=reverse("report_adoption", args=[page.pk]),
        region=RegionChoice(region.code, region.full_name, selected=True) if region else None,
        choices=choices_of(regions, region),
        form=form,
        current=_as_row(form.current) if form else None,
        just_saved=_as_row(just_saved),
    )


def beside_model(page: OperatingModelPage, request: HttpRequest) -> ReportView | None:
    """Present the form for the model's own page: to those who may report, and only of a public model."""
    regions = people.regions_for(request.user)
    if not regions or request.is_preview:
        return None
    return report_view(page, request, regions, regions[0] if len(regions) == 1 else None)


def report_page(report: AdoptionReport, request: HttpRequest) -> ReportPage:
    """Present a report; one that was corrected or taken back says by what."""
    related = AdoptionReport.objects.of_pages([report.page_id]).in_region(report.region).newest_first()
    rows = report_rows(list(with_all_said(related)))
    head = next(row for row in rows if report.pk in (row.key, *(found.key for found in row.earlier)))
    link = model_link(report.page, request)
    if head.key == report.pk:
        return ReportPage(link, head, None)
    return ReportPage(link, next(row for row in head.earlier if row.key == report.pk), head)


def our_models(request: HttpRequest, regions: list[Region], region: Region | None) -> OurModels:
    """Present where a region stands with each model, and for an owner the reports that wait for an answer."""
    owned = list(people.owned_regions(request.user))
    rows = list(_our_rows(region, request)) if region else []
    day = timezone.localdate() - UNTOUCHED_AFTER
    by_status = defaultdict(list)
    for _touched, row in rows:
        by_status[row.status].append(row)
    index = OperatingModelIndexPage.objects.filter(public_now()).first()
    index_url = (index.get_url(request) if index else None) or ""
    waiting = _awaiting(owned)
    return OurModels(
        region=RegionChoice(region.code, region.full_name, selected=True) if region else None,
        choices=choices_of(regions, region),
        untouched=tuple(
            row
            for touched, row in sorted(rows, key=lambda found: found[0])
            if touched < day and row.status != AdoptionStatus.ENDED
        ),
        groups=tuple(
            OurGroup(status.value, capfirst(status.label), tuple(by_status[status.value]))
            for status in AdoptionStatus
            if by_status[status.value]
        ),
        recent=tuple(_recent(region, request)) if region else (),
        search_url=f"{index_url}?{urlencode({'region': region.code})}" if region and index_url else index_url,
        is_owner=bool(owned),
        awaiting=tuple(
            AwaitingAnswer(**_listed(report, request), region_name=str(report.region)) for report in waiting[:AWAITING]
        ),
        awaiting_total=waiting.count(),
    )


def _listed(report: AdoptionReport, request: HttpRequest) -> dict[str, object]:
    """Return what every list says of a report (``ListedReport``)."""
    return {
        "model": model_link(report.page, request),
        "status": report.status,
        "status_label": capfirst(report.get_status_display()),
        "since_label": str(report.valid_from),
        "recorded_label": day_label(report.recorded_at),
        "url": reverse("adoption_report", args=[report.pk]),
    }


def _our_rows(region: Region, request: HttpRequest) -> Iterator[tuple[date, OurRow]]:
    """Yield the region's current statuses with the day on which each was last touched."""
    last = AdoptionRenewal.objects.filter(report=OuterRef("pk")).values("report").annotate(day=Max("renewed_on"))
    reports = (
        public_reports()
        .in_region(region)
        .as_of()
        .with_dispute()
        .annotate(renewed_on=Subquery(last.values("day")))
        .select_related("page")
        .order_by("page__title", "page_id")
    )
    for report in reports:
        recorded = timezone.localtime(report.recorded_at).date()
        touched = max(recorded, report.renewed_on or recorded)
        ended = report.status == AdoptionStatus.ENDED
        change = reverse("report_adoption", args=[report.page_id])
        yield (
            touched,
            OurRow(
                **_listed(report, request),
                renewed_label=day_label(report.renewed_on) if report.renewed_on else "",
                is_disputed=report.is_disputed,
                change_url=f"{change}?{urlencode({'alue': region.code})}",
                renew_url="" if ended else reverse("renew_report", args=[report.pk]),
                renew_label="" if ended else str(STILL[AdoptionStatus(report.status)]),
            ),
        )


def _recent(region: Region, request: HttpRequest) -> Iterator[RecentReport]:
    corrected = AdoptionReport.objects.filter(supersedes=OuterRef("pk"))
    reports = (
        public_reports()
        .in_region(region)
        .annotate(is_superseded=Exists(corrected))
        .select_related("page")
        .order_by("-recorded_at", "-pk")
    )
    for report in reports[:RECENT]:
        stands = not (report.is_superseded or report.is_retraction)
        state = gettext("corrected later") if report.is_superseded else ""
        yield RecentReport(
            **_listed(report, request),
            retract_url=reverse("retract_report", args=[report.pk]) if stands else "",
            state=gettext("takes a report back") if report.is_retraction else state,
        )


def _awaiting(owned: list[RegionPage]) -> AdoptionReportQuerySet:
    """Return standing reports of other regions on the models of these that have no answer yet, newest first."""
    if not owned:
        return AdoptionReport.objects.none()
    under = reduce(or_, (Q(page__path__startswith=page.path) for page in owned))
    answered = OwnerAnswer.objects.filter(report=OuterRef("pk"))
    return (
        public_reports()
        .standing()
        .filter(under, ~Exists(answered))
        .exclude(region__in=[page.region_id for page in owned])
        .select_related("page", "region")
        .order_by("-recorded_at", "-pk")
    )
