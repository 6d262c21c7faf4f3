"""Adoption as tables and lists show it: each region's latest status, and all that has been reported of a model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy

from operating_models.components import maps
from operating_models.components.breadcrumbs import RegionalLinks
from operating_models.components.cards import FURTHEST_FIRST, StatusCount, count_statuses
from operating_models.components.maps import TileMap
from operating_models.components.model_links import ModelLink, link_models
from operating_models.models import (
    AdoptionReport,
    AdoptionStatus,
    DatePrecision,
    EndReason,
    RegionKind,
    Verdict,
)
from operating_models.models.adoption import ADOPTED, AdoptionReportQuerySet
from operating_models.report_texts import LABELLED, names_of
from search.models import Document

EVENTS = {
    AdoptionStatus.ADOPTING: gettext_lazy("the adoption began %(in_region)s"),
    AdoptionStatus.IN_USE: gettext_lazy("taken into use %(in_region)s"),
    AdoptionStatus.ESTABLISHED: gettext_lazy("established %(in_region)s"),
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
class LabelledText:
    """A free text under the label of its field."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report to show, with what it corrects (newest first) and what took it back.

    ``retraction`` says nothing itself, and stands for the report that it took back. Address and link are there where a
    page leads to the region or to the model. Answers and renewals are told where the page has read them.
    """

    report: AdoptionReport
    earlier: tuple[ReportRow, ...] = ()
    retraction: AdoptionReport | None = None
    region_url: str = ""
    model: ModelLink | None = None

    @property
    def key(self) -> int:
        return self.report.pk

    @property
    def event(self) -> str:
        """What happened in the region, as the beginning of a sentence; only of a report of adoption."""
        return capfirst(EVENTS[AdoptionStatus(self.report.status)] % {"in_region": self.report.region.inside})

    @property
    def reasons(self) -> list[str]:
        """Why an adoption ended, the reason in words last and in place of the word "other"."""
        other = self.report.other_reason
        codes = [reason for reason in self.report.reasons if not (reason == EndReason.OTHER and other)]
        return [*(str(EndReason(code).label) for code in codes), *([other] if other else [])]

    @property
    def texts(self) -> list[LabelledText]:
        texts = [
            LabelledText(capfirst(self.report._meta.get_field(name).verbose_name), getattr(self.report, name))
            for name in names_of(LABELLED)
        ]
        return [labelled for labelled in texts if labelled.text]

    @property
    def dispute(self) -> str:
        """The owner's words of the dispute that holds."""
        disputes = [answer.text for answer in self.report.answers.all() if answer.verdict == Verdict.DISPUTED]
        return disputes[-1] if self.report.is_disputed else ""

    @property
    def still(self) -> str:
        return str(STILL.get(AdoptionStatus(self.report.status), ""))

    @property
    def renewed_days(self) -> list[str]:
        """The days on which the region said that it still holds, newest first."""
        return [day_label(renewal.renewed_on) for renewal in self.report.renewals.all()]


def day_label(day: date | datetime) -> str:
    """Return a day as it is written in Finnish, in local time."""
    return date_format(timezone.localtime(day) if isinstance(day, datetime) else day)


def with_all_said(reports: AdoptionReportQuerySet) -> AdoptionReportQuerySet:
    """Read reports with all that was said of them: three queries, however many reports."""
    return reports.with_dispute().select_related("region").prefetch_related("answers", "renewals")


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
        return ReportRow(report, tuple(map(ReportRow, corrected)))
    taken_back, *others = corrected
    return ReportRow(taken_back, tuple(map(ReportRow, others)), retraction=report)


def recent_adoptions(page_ids: QuerySet[Document], request: HttpRequest, *, most: int) -> tuple[ReportRow, ...]:
    """Return the latest reports of regions that use one of the pages, told as events; two queries, and one for titles.

    ``page_ids`` are for use in another query. Those without a known date come last.
    """
    reports = (
        AdoptionReport.objects.filter(page__in=page_ids, status__in=ADOPTED)
        .exclude(region__kind=RegionKind.NATIONAL)
        .as_of()
        .select_related("page", "region")
    )
    dated = reports.exclude(precision=DatePrecision.UNKNOWN).newest_first()[:most]
    undated = reports.filter(precision=DatePrecision.UNKNOWN).newest_first()[:most]
    latest = [*dated, *undated][:most]
    models = link_models((report.page for report in latest), request)
    return tuple(ReportRow(report, model=models[report.page_id]) for report in latest)
