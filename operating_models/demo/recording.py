"""Writes made-up histories beside the demo's models: dates of publishing, and rows of the ledger marked as made up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from django.db import transaction

from operating_models.demo.histories import LAST_DAY, generate
from operating_models.demo.made_up import History, MadeUpReport
from operating_models.demo.reading import ModelFile
from operating_models.models import (
    AdoptionRenewal,
    AdoptionReport,
    EvidenceAssessment,
    EvidenceLevel,
    LoadedFile,
    OperatingModelPage,
    OwnerAnswer,
    Region,
    ReporterRole,
)
from operating_models.report_texts import names_of
from search.indexing import upkeep

TEXTS = [field.name for field in fields(MadeUpReport) if field.name in names_of()]
"""Texts that a made-up report may have."""

ASSESSOR = "Esittelyaineisto"
GROUNDS = "Keksitty esittelyä varten. Mallin näyttöä ei ole arvioitu."
"""What assessments of evidence say of themselves in the admin."""


@dataclass(frozen=True, slots=True)
class MadeUpRows:
    """How many rows were made up for the demo."""

    reports: int = 0
    answers: int = 0
    renewals: int = 0
    assessments: int = 0


def record(files: Sequence[ModelFile]) -> MadeUpRows:
    """Make up the histories of loaded models, and return what was recorded: nothing for models that have one already.

    Reports and assessments that people have recorded stay alone: beside them nothing is made up.
    """
    pages = {row.name: row.page for row in LoadedFile.objects.select_related("page")}
    written, touched, assessed = [], [], []
    with transaction.atomic():
        for history in generate(files, Region.objects.in_order()):
            page = pages[history.file.name]
            if history.evidence and not page.evidence_assessments.exists():
                assessed.append(_assess(page, history.evidence))
            has_history = page.adoption_reports.filter(is_demonstration=True).exists()
            if has_history or (page.first_published_at == history.published and not history.reports):
                continue
            # The history's date of publishing is earlier than the loading. That of the last publishing stays as it is,
            # so that no page of the demo waits for its review.
            OperatingModelPage.objects.filter(pk=page.pk).update(first_published_at=history.published)
            written.append(_write(page, history))
            touched.append(page.pk)
        EvidenceAssessment.objects.bulk_create(assessed)
        upkeep.touch([*touched, *(row.page_id for row in assessed)])
    return MadeUpRows(
        reports=sum(one.reports for one in written),
        answers=sum(one.answers for one in written),
        renewals=sum(one.renewals for one in written),
        assessments=len(assessed),
    )


def _assess(page: OperatingModelPage, level: EvidenceLevel) -> EvidenceAssessment:
    return EvidenceAssessment(
        page=page, level=level, assessor=ASSESSOR, assessed_on=LAST_DAY, note=GROUNDS, is_demonstration=True
    )


def _write(page: OperatingModelPage, history: History) -> MadeUpRows:
    regions = {region.code: region for region in Region.objects.all()}
    taken = set(page.adoption_reports.values_list("region__code", flat=True))
    reports = [report for report in history.reports if report.region not in taken]
    rows = _write_reports(page, reports, regions)
    answers = [
        OwnerAnswer(
            report=rows[report.region, report.number],
            verdict=answer.verdict,
            text=answer.text,
            recorded_at=answer.recorded_at,
            is_demonstration=True,
        )
        for report in reports
        for answer in report.answers
    ]
    renewals = [
        AdoptionRenewal(
            report=rows[report.region, report.number],
            renewed_on=moment.date(),
            recorded_at=moment,
            is_demonstration=True,
        )
        for report in reports
        for moment in report.renewals
    ]
    OwnerAnswer.objects.bulk_create(sorted(answers, key=lambda answer: answer.recorded_at))
    AdoptionRenewal.objects.bulk_create(sorted(renewals, key=lambda renewal: renewal.recorded_at))
    return MadeUpRows(len(reports), len(answers), len(renewals))


def _write_reports(
    page: OperatingModelPage, reports: Iterable[MadeUpReport], regions: Mapping[str, Region]
) -> dict[tuple[str, int], AdoptionReport]:
    """Write reports in their order and return the rows by region and number.

    A correction needs the key of what it corrects, so the rows before it are written first.
    """
    rows: dict[tuple[str, int], AdoptionReport] = {}
    waiting: list[AdoptionReport] = []
    for report in reports:
        corrected = None if report.corrects is None else rows[report.region, report.corrects]
        if corrected is not None and corrected.pk is None:
            _flush(waiting)
        row = _row(page, report, regions[report.region], corrected)
        rows[report.region, report.number] = row
        waiting.append(row)
    _flush(waiting)
    return rows


def _flush(waiting: list[AdoptionReport]) -> None:
    AdoptionReport.objects.bulk_create(waiting)
    waiting.clear()


def _row(
    page: OperatingModelPage, report: MadeUpReport, region: Region, corrected: AdoptionReport | None
) -> AdoptionReport:
    return AdoptionReport(
        page=page,
        region=region,
        status=report.status,
        valid_date=report.when.day,
        precision=report.when.precision,
        reasons=list(report.reasons),
        **{name: getattr(report, name) for name in TEXTS},
        reporter_role=ReporterRole.REPORTER,
        reporter_region=region,
        recorded_at=report.recorded_at,
        supersedes=corrected,
        is_retraction=report.is_retraction,
        is_demonstration=True,
    )
