"""The commands that write the ledger: report, correct, retract, renew, answer, and remove a name or texts.

Each is one transaction. Commands for one region wait for each other at the region's row (on SQLite at the database),
so that what a command has looked at cannot change before it writes. The public form and the admin's form record
through them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from operating_models import ledger
from operating_models.models import (
    AdoptionRenewal,
    AdoptionReport,
    AdoptionReporter,
    AdoptionStatus,
    AnswerAuthor,
    EvidenceAssessment,
    EvidenceRecorder,
    OperatingModelPage,
    OwnerAnswer,
    PartialDate,
    Redaction,
    Region,
    RenewalAuthor,
    ReporterRole,
    Verdict,
)
from operating_models.models.adoption import Person
from operating_models.report_texts import BESIDE_REASONS, names_of

User = AbstractBaseUser | AnonymousUser

NAME = "name"
"""What a redaction removes beside texts: the name of who recorded the row."""


class OutdatedError(Exception):
    """Somebody has recorded a report since the reporter looked. ``latest`` is the newest one."""

    def __init__(self, latest: AdoptionReport) -> None:
        super().__init__(gettext("Another report of the same model and region has just been saved."))
        self.latest = latest


@dataclass(frozen=True, slots=True)
class Statement:
    """What a region says of where it stands with a model. ``reasons`` are codes of EndReason.

    The texts are those that report_texts.py declares, each under the name of its column; they are plain.
    """

    status: AdoptionStatus
    when: PartialDate
    reasons: Sequence[str] = ()
    other_reason: str = ""
    note: str = ""
    changed_locally: str = ""
    results: str = ""
    cost: str = ""
    contact_unit: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Basis:
    """What the reporter had before the eyes: the key of the newest report (None: there was none), the one form sent.

    ``supersedes`` is the key of the report that the new one corrects.
    """

    latest: int | None
    token: UUID | None = None
    supersedes: int | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A report in the ledger; ``is_new`` is false when the same form had been sent before."""

    report: AdoptionReport
    is_new: bool


def regions_of(user: User) -> list[Region]:
    """Return the regions for which a user reports, in order."""
    return list(Region.objects.reported_by(user)) if user.is_authenticated and user.is_active else []


def may_report(user: User, region: Region) -> bool:
    """Say whether a user may report for a region: its own reporters, and national staff for all."""
    return user.is_active and (region in regions_of(user) or user.has_perm("operating_models.add_adoptionreport"))


def may_answer(user: User, page: OperatingModelPage) -> bool:
    """Say whether a user speaks for the owner of a model: those who may edit its page."""
    return user.is_authenticated and page.permissions_for_user(user).can_edit()


def latest_report(page: OperatingModelPage, region: Region) -> AdoptionReport | None:
    """Return the report recorded last of a model and region, standing or not: what a form is based on."""
    return AdoptionReport.objects.of_pages([page.pk]).in_region(region).order_by("-pk").first()


def current_report(page: OperatingModelPage, region: Region) -> AdoptionReport | None:
    """Return the report that gives the region's status of today."""
    return AdoptionReport.objects.of_pages([page.pk]).in_region(region).as_of().first()


def name_of(user: AbstractBaseUser) -> str:
    return user.get_full_name() or user.get_username()


@transaction.atomic
def record(
    user: AbstractBaseUser, page: OperatingModelPage, region: Region, statement: Statement, basis: Basis
) -> Recorded:
    """Record where a region stands with a model.

    Raises PermissionDenied for a region that is not the user's, OutdatedError when another report came in between, and
    ValidationError for a statement that is not valid.
    """
    report = AdoptionReport(
        page=page,
        region=region,
        status=statement.status,
        valid_date=statement.when.day,
        precision=statement.when.precision,
        reasons=list(statement.reasons),
        **{name: getattr(statement, name) for name in names_of()},
        supersedes_id=basis.supersedes,
    )
    return _record(user, report, basis)


@transaction.atomic
def retract(user: AbstractBaseUser, report: AdoptionReport, basis: Basis, *, note: str = "") -> Recorded:
    """Take a wrong report back with a new row; the report stays in the ledger and holds no longer.

    Raises as ``record`` does; OutdatedError also when the report has been corrected or taken back already.
    """
    retraction = AdoptionReport(
        page=report.page,
        region=report.region,
        status=report.status,
        valid_date=report.valid_date,
        precision=report.precision,
        reasons=report.reasons,
        **{name: getattr(report, name) for name in names_of(BESIDE_REASONS)},
        note=note,
        supersedes=report,
        is_retraction=True,
    )
    return _record(user, retraction, basis)


@transaction.atomic
def renew(user: AbstractBaseUser, report: AdoptionReport, *, day: date | None = None) -> AdoptionRenewal:
    """Say that a region's current report still holds on a day (today); once a day, however often it is said.

    Raises PermissionDenied for another region's report, and OutdatedError for one that holds no longer.
    """
    _role(user, report.region)
    _lock(report.region)
    current = current_report(report.page, report.region)
    if current is None or current.pk != report.pk:
        raise OutdatedError(current or report)
    renewal, is_new = AdoptionRenewal.objects.get_or_create(report=report, renewed_on=day or timezone.localdate())
    if is_new:
        RenewalAuthor.objects.create(renewal=renewal, user=user, name=name_of(user))
    return renewal


@transaction.atomic
def answer(
    user: AbstractBaseUser, report: AdoptionReport, verdict: Verdict, text: str = "", *, token: UUID | None = None
) -> OwnerAnswer:
    """Record what the owner of the model says of a report; the same form sent twice is one answer.

    Raises PermissionDenied for those who are not the owner's people, and ValidationError without the words that a
    comment or a dispute needs.
    """
    if not may_answer(user, report.page):
        raise PermissionDenied(gettext("Only the owner of the model answers its reports."))
    _lock(report.region)
    if token and (earlier := OwnerAnswer.objects.filter(token=token, report=report, author__user=user).first()):
        return earlier
    row = OwnerAnswer(report=report, verdict=verdict, text=text, token=token)
    row.full_clean(exclude=["report"])
    row.save()
    AnswerAuthor.objects.create(answer=row, user=user, name=name_of(user))
    return row


@transaction.atomic
def remove(
    user: AbstractBaseUser,
    row: AdoptionReport | EvidenceAssessment,
    names: Collection[str],
    *,
    reason: str,
    answer: OwnerAnswer | None = None,
) -> Redaction:
    """Remove a person's name (``NAME``) or free texts by their column's name, of a row or of an answer to a report.

    What is removed is gone; that it was, when, by whom and why is logged. Raises PermissionDenied, and ValueError for
    names that are no free text.
    """
    if not user.has_perm("operating_models.add_redaction"):
        raise PermissionDenied(gettext("Only national staff remove names and texts from what was recorded."))
    holder = answer or row
    texts = [name for name in names if name != NAME]
    if unknown := set(texts) - set(ledger.FREE_TEXTS[holder._meta.db_table]):
        raise ValueError(f"not free texts: {', '.join(sorted(unknown))}")
    if NAME in names:
        for people in _people_of(holder):
            people.delete()
    if texts:
        type(holder).objects.filter(pk=holder.pk).redact(texts)
    of_row = {"assessment" if isinstance(row, EvidenceAssessment) else "report": row}
    return Redaction.objects.create(**of_row, answer=answer, removed=sorted(names), reason=reason, recorded_by=user)


def _people_of(row: AdoptionReport | OwnerAnswer | EvidenceAssessment) -> tuple[QuerySet[Person], ...]:
    """Return who recorded a row; of a report also who said that it still holds."""
    match row:
        case AdoptionReport():
            return (
                AdoptionReporter.objects.filter(report=row),
                RenewalAuthor.objects.filter(renewal__report=row),
            )
        case OwnerAnswer():
            return (AnswerAuthor.objects.filter(answer=row),)
        case EvidenceAssessment():
            return (EvidenceRecorder.objects.filter(assessment=row),)


def _role(user: User, region: Region) -> ReporterRole:
    """Return as what a user reports for a region; a member of its group is its reporter. Raises PermissionDenied."""
    if not may_report(user, region):
        raise PermissionDenied(gettext("You may report only for your own region."))
    return ReporterRole.REPORTER if region in regions_of(user) else ReporterRole.CURATOR


def _lock(region: Region) -> None:
    """Wait for other commands for the region. The lock leaves rows that only refer to the region alone."""
    Region.objects.select_for_update(no_key=True).get(pk=region.pk)


def _record(user: AbstractBaseUser, report: AdoptionReport, basis: Basis) -> Recorded:
    """Save a new report with who recorded it, or return the one that the same user has saved with the same form."""
    role = _role(user, report.region)
    _lock(report.region)
    sent = AdoptionReport.objects.filter(token=basis.token, reporter__user=user)
    if basis.token and (earlier := sent.first()):
        return Recorded(earlier, is_new=False)
    latest = latest_report(report.page, report.region)
    if latest and latest.pk != basis.latest:
        raise OutdatedError(latest)
    if report.is_retraction and (taken := AdoptionReport.objects.filter(supersedes=report.supersedes).first()):
        raise OutdatedError(taken)
    report.token, report.reporter_role = basis.token, role
    report.reporter_region = report.region if role == ReporterRole.REPORTER else None
    report.full_clean(exclude=["page", "region", "supersedes"])
    report.save()
    AdoptionReporter.objects.create(report=report, user=user, name=name_of(user))
    return Recorded(report, is_new=True)
