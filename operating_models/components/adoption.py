"""Adoption as tables and lists show it: each region's latest status, and all that has been reported of a model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy

from operating_models.components import maps
from operating_models.components.breadcrumbs import RegionalLinks
from operating_models.components.cards import FURTHEST_FIRST, StatusCount, count_statuses
from operating_models.components.maps import TileMap
from operating_models.models import (
    AdoptionReport,
    AdoptionStatus,
    DatePrecision,
    EndReason,
    RegionKind,
    ReporterRole,
    Verdict,
)
from operating_models.models.adoption import USING, AdoptionReportQuerySet
from operating_models.report_texts import LABELLED, names_of
from search.models import Document

VERBS = {
    AdoptionStatus.ADOPTING: gettext_lazy("began to adopt"),
    AdoptionStatus.IN_USE: gettext_lazy("took into use"),
    AdoptionStatus.ESTABLISHED: gettext_lazy("has established"),
}

STILL = {
    AdoptionStatus.PLANNED: gettext_lazy("Still planned"),
    AdoptionStatus.PILOTING: gettext_lazy("Still being piloted"),
    AdoptionStatus.ADOPTING: gettext_lazy("Still being adopted"),
    AdoptionStatus.IN_USE: gettext_lazy("Still in use"),
    AdoptionStatus.ESTABLISHED: gettext_lazy("Still in use"),
}
"""Labels of the button that renews a report, by its status; an ended adoption has none."""


@dataclass(frozen=True, slots=True)
class AdoptionRow:
    """A region's status of a model today. A model's page draws the region, a region's page the model.

    ``dispute`` has the owner's words where the page has read them; ``renewed_label`` is "" when nothing was renewed.
    """

    region_name: str
    region_url: str
    status: str
    status_label: str
    since_label: str
    note: str
    source: str
    report_url: str
    reasons: tuple[str, ...] = ()
    is_disputed: bool = False
    dispute: str = ""
    renewed_label: str = ""
    is_demonstration: bool = False
    model_title: str = ""
    model_url: str = ""


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A free text of a report under the label of its column."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What the owner has said of a report. ``verdict`` is a code of ``Verdict``."""

    verdict: str
    label: str
    text: str
    date_label: str
    is_redacted: bool


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report with all that stands in it and was said of it. ``earlier`` are those that it corrects, newest first.

    A retraction is told in ``retracted_label``: it says nothing itself, and stands for the report that it took back.
    """

    key: int
    url: str
    date_label: str
    recorded_label: str
    region_name: str
    status: str
    status_label: str
    reasons: tuple[str, ...]
    note: str
    texts: tuple[LabelledText, ...]
    source: str
    answers: tuple[AnswerRow, ...]
    renewed_label: str
    is_disputed: bool
    dispute: str
    by_national_staff: bool
    is_demonstration: bool
    is_redacted: bool
    retracted_label: str = ""
    retraction_note: str = ""
    earlier: tuple[ReportRow, ...] = ()


def day_label(day: date | datetime) -> str:
    """Return a day as it is written in Finnish, in local time."""
    return date_format(timezone.localtime(day) if isinstance(day, datetime) else day, "j.n.Y")


def with_all_said(reports: AdoptionReportQuerySet) -> AdoptionReportQuerySet:
    """Read reports with what ``report_rows`` needs: three queries, however many reports."""
    return reports.with_dispute().select_related("region").prefetch_related("answers", "renewals")


@dataclass(frozen=True, slots=True)
class RecentAdoption:
    """A region's latest report of using a model, told as an event."""

    region_name: str
    status: str
    status_label: str
    verb: str
    model_title: str
    model_url: str
    date_label: str


def adoption_row(report: AdoptionReport, links: RegionalLinks) -> AdoptionRow:
    """Make a row of a region's latest report, read with its dispute."""
    return AdoptionRow(
        region_name=report.region.short_name_fi,
        region_url=links.region_url(report.region.code),
        status=report.status,
        status_label=capfirst(report.get_status_display()),
        since_label=str(report.valid_from),
        note=report.note,
        source=report.source,
        report_url=reverse("adoption_report", args=[report.pk]),
        reasons=_reasons(report),
        is_disputed=report.is_disputed,
        is_demonstration=report.is_demonstration,
    )


def adoption_rows(current: Iterable[AdoptionReport], links: RegionalLinks) -> Iterator[AdoptionRow]:
    """Make rows of regions' latest reports, read with all that was said of them."""
    for report in current:
        renewed = _renewed(report, only_last=True)
        yield replace(adoption_row(report, links), dispute=_dispute(report), renewed_label=renewed)


def count_regions(current: list[AdoptionReport]) -> tuple[StatusCount, ...]:
    """Count regions by status; the national value is no region."""
    statuses = [report.status for report in current if report.region.kind != RegionKind.NATIONAL]
    return count_statuses({status.value: statuses.count(status.value) for status in AdoptionStatus})


def draw_map(current: Iterable[AdoptionReport], links: RegionalLinks) -> TileMap | None:
    """Draw where each region stands with a model; None when none has reported. The whole country is on no map."""
    statuses = {
        report.region.code: AdoptionStatus(report.status)
        for report in current
        if report.region.kind != RegionKind.NATIONAL
    }
    if not statuses:
        return None
    nothing = gettext("no report")
    return maps.draw_statuses(
        gettext("Where each region stands with the model"),
        [
            maps.RegionOnMap(
                region.code,
                str(region),
                f"{region}: {statuses[region.code].label if region.code in statuses else nothing}",
                links.region_url(region.code),
                status=statuses.get(region.code, ""),
            )
            for region in links.regions
            if region.kind != RegionKind.NATIONAL
        ],
        signs=[maps.Sign(status.value, str(status.label)) for status in FURTHEST_FIRST],
    )


def report_rows(reports: Sequence[AdoptionReport]) -> tuple[ReportRow, ...]:
    """Make rows of the reports of a model, in their order; what was corrected stands under what corrected it."""
    by_key = {report.pk: report for report in reports}
    answered_for = {report.supersedes_id for report in reports}
    return tuple(_with_earlier(report, by_key) for report in reports if report.pk not in answered_for)


def _with_earlier(report: AdoptionReport, by_key: dict[int, AdoptionReport]) -> ReportRow:
    corrected, step = [], report
    while step.supersedes_id in by_key:
        step = by_key[step.supersedes_id]
        corrected.append(step)
    if not report.is_retraction:
        return replace(report_row(report), earlier=tuple(report_row(found) for found in corrected))
    taken_back, *others = corrected
    return replace(
        report_row(taken_back),
        retracted_label=day_label(report.recorded_at),
        retraction_note=report.note,
        earlier=tuple(report_row(found) for found in others),
    )


def report_row(report: AdoptionReport) -> ReportRow:
    """Make a row of one report, read with all that was said of it."""
    texts = ((report._meta.get_field(name).verbose_name, getattr(report, name)) for name in names_of(LABELLED))
    return ReportRow(
        key=report.pk,
        url=reverse("adoption_report", args=[report.pk]),
        date_label=str(report.valid_from),
        recorded_label=day_label(report.recorded_at),
        region_name=report.region.short_name_fi,
        status=report.status,
        status_label=str(report.get_status_display()),
        reasons=_reasons(report),
        note=report.note,
        texts=tuple(LabelledText(capfirst(label), text) for label, text in texts if text),
        source=report.source,
        answers=tuple(
            AnswerRow(
                answer.verdict,
                str(answer.get_verdict_display()),
                answer.text,
                day_label(answer.recorded_at),
                answer.redacted_at is not None,
            )
            for answer in report.answers.all()
        ),
        renewed_label=_renewed(report),
        is_disputed=report.is_disputed,
        dispute=_dispute(report),
        by_national_staff=report.reporter_role == ReporterRole.CURATOR,
        is_demonstration=report.is_demonstration,
        is_redacted=report.redacted_at is not None,
    )


def recent_adoptions(page_ids: QuerySet[Document], request: HttpRequest, *, most: int) -> tuple[RecentAdoption, ...]:
    """Return the latest reports of regions that use one of the pages, told as events; two queries.

    ``page_ids`` are for use in another query. Those without a known date come last.
    """
    reports = (
        AdoptionReport.objects.filter(page__in=page_ids, status__in=USING)
        .exclude(region__kind=RegionKind.NATIONAL)
        .as_of()
        .select_related("page", "region")
    )
    dated = reports.exclude(precision=DatePrecision.UNKNOWN).newest_first()[:most]
    undated = reports.filter(precision=DatePrecision.UNKNOWN).newest_first()[:most]
    return tuple(
        RecentAdoption(
            region_name=report.region.short_name_fi,
            status=report.status,
            status_label=capfirst(report.get_status_display()),
            verb=str(VERBS[AdoptionStatus(report.status)]),
            model_title=report.page.title,
            model_url=report.page.get_url(request) or "",
            date_label="" if report.precision == DatePrecision.UNKNOWN else str(report.valid_from),
        )
        for report in [*dated, *undated][:most]
    )


def _reasons(report: AdoptionReport) -> tuple[str, ...]:
    """Return why an adoption ended, the reason in words last and in place of the word "other"."""
    codes = [reason for reason in report.reasons if not (reason == EndReason.OTHER and report.other_reason)]
    labels = [str(EndReason(code).label) for code in codes]
    return (*labels, report.other_reason) if report.other_reason else tuple(labels)


def _dispute(report: AdoptionReport) -> str:
    """Return the owner's words of the dispute that holds."""
    if not report.is_disputed:
        return ""
    return next(answer.text for answer in reversed(list(report.answers.all())) if answer.verdict == Verdict.DISPUTED)


def _renewed(report: AdoptionReport, *, only_last: bool = False) -> str:
    """Return "still in use" with the days on which the region said so, newest first; "" when it has not."""
    days = [day_label(renewal.renewed_on) for renewal in report.renewals.all()]
    still = STILL.get(AdoptionStatus(report.status), "")
    return f"{still} {', '.join(days[:1] if only_last else days)}" if days else ""
