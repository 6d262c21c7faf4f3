"""The ledger of adoption: dated facts of which region uses which model, never overwritten."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from operating_models.models.regions import Region
from operating_models.models.typed import TypedRow


class AdoptionStatus(models.TextChoices):
    """The states of an adoption in the order of the furthest one; an ended adoption stands apart."""

    PLANNED = "planned", _("planned")
    PILOTING = "piloting", _("being piloted")
    ADOPTING = "adopting", _("being adopted")
    IN_USE = "in_use", _("in use")
    ESTABLISHED = "established", _("established")
    ENDED = "ended", _("ended")


STEPS = tuple(status for status in AdoptionStatus if status != AdoptionStatus.ENDED)
ADOPTED = (AdoptionStatus.ADOPTING, AdoptionStatus.IN_USE, AdoptionStatus.ESTABLISHED)
"""A region with one of these has begun to take the model into use: each is counted as an adoption."""
IN_USE = (AdoptionStatus.IN_USE, AdoptionStatus.ESTABLISHED)
"""A region with one of these uses the model: what "käytössä" means wherever models or regions are counted."""


class DatePrecision(models.TextChoices):
    DAY = "day", _("day")
    MONTH = "month", _("month")
    YEAR = "year", _("year")
    UNKNOWN = "unknown", _("not known")


class EndReason(models.TextChoices):
    RESOURCES = "resources", _("resources")
    TURNOVER = "turnover", _("staff turnover")
    LEADERSHIP = "leadership", _("no leadership support")
    FIT = "fit", _("did not fit local needs")
    RESULTS = "results", _("poor results")
    REPLACED = "replaced", _("replaced by another model")
    TECHNICAL = "technical", _("technical obstacles")
    OTHER = "other", _("other")


class ReporterRole(models.TextChoices):
    REPORTER = "reporter", _("reporter of the region")
    CURATOR = "curator", _("national staff")
    LOADER = "loader", _("loaded from a file")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to a precision. ``day`` is its first day; of an unknown date, the day of recording."""

    day: date
    precision: DatePrecision

    @classmethod
    def parse(cls, text: str | None, *, recorded: date) -> PartialDate:
        """Read "2024", "2024-03" or "2024-03-15"; None and "" are unknown. Raises ValueError for other texts."""
        if not text:
            return cls(recorded, DatePrecision.UNKNOWN)
        numbers = [int(part) for part in text.split("-")]
        precision = {1: DatePrecision.YEAR, 2: DatePrecision.MONTH, 3: DatePrecision.DAY}.get(len(numbers))
        if precision is None:
            raise ValueError(f"not a date: {text}")
        return cls(date(*numbers, *[1] * (3 - len(numbers))), precision)

    @property
    def last_day(self) -> date:
        """The last day of the month or year that is told; the day itself of other dates."""
        match self.precision:
            case DatePrecision.MONTH:
                return self.day.replace(day=monthrange(self.day.year, self.day.month)[1])
            case DatePrecision.YEAR:
                return self.day.replace(month=12, day=31)
            case _:
                return self.day

    def __str__(self) -> str:
        match self.precision:
            case DatePrecision.DAY:
                return date_format(self.day)
            case DatePrecision.MONTH:
                return date_format(self.day, "YEAR_MONTH_FORMAT")
            case DatePrecision.YEAR:
                return str(self.day.year)
            case _:
                return gettext("time not known")


END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)
"""The moment as known at which everything counts, also what a server recorded whose clock is ahead of this one's."""


class LedgerError(Exception):
    """Somebody tried to change or delete a row of the ledger."""


class LedgerQuerySet(QuerySet):
    def update(self, **kwargs: object) -> int:
        raise LedgerError(gettext("What has been recorded is never changed. Record a new row that supersedes it."))

    def delete(self) -> tuple[int, dict[str, int]]:
        raise LedgerError(gettext("What has been recorded is never deleted. Record a new row that retracts it."))

    def redact(self, names: Iterable[str]) -> int:
        """Empty the named free texts; the only change that the database lets through. Returns the number of rows."""
        return super().update(redacted_at=timezone.now(), **dict.fromkeys(names, ""))


class LedgerRow(TypedRow):
    """A row that is recorded once. The database refuses to change or delete it (operating_models/ledger.py)."""

    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)
    is_demonstration = models.BooleanField(_("made up for demonstration"), default=False, editable=False)

    objects = LedgerQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: object, **kwargs: object) -> None:
        """Record a new row. Raises LedgerError for one that has been recorded before."""
        if not self._state.adding:
            raise LedgerError(gettext("What has been recorded is never changed. Record a new row that supersedes it."))
        with transaction.atomic():
            super().save(*args, **kwargs)

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        raise LedgerError(gettext("What has been recorded is never deleted. Record a new row that retracts it."))


class StandingQuerySet(LedgerQuerySet):
    """Rows that a later one may correct or take back."""

    def standing(self, known: datetime | None = None) -> Self:
        """Reports that no later row supersedes and that retract nothing, as known at a moment (default: all)."""
        known = known or END_OF_TIME
        superseded = Q(superseded_by__isnull=False, superseded_by__recorded_at__lte=known)
        return self.filter(recorded_at__lte=known, is_retraction=False).exclude(superseded)


class AdoptionReportQuerySet(StandingQuerySet):
    def in_region(self, region: Region) -> AdoptionReportQuerySet:
        return self.filter(region=region)

    def of_pages(self, page_ids: Iterable[int]) -> AdoptionReportQuerySet:
        return self.filter(page_id__in=page_ids)

    def as_of(self, day: date | None = None, *, known: datetime | None = None) -> AdoptionReportQuerySet:
        """The standing report that gives each region's status of each model on a day (default: today).

        The latest by valid date, then key: the clocks of servers differ, so which came later the key says.
        """
        day = day or timezone.localdate()
        candidates = AdoptionReport.objects.standing(known).filter(
            valid_date__lte=day, page=OuterRef("page"), region=OuterRef("region")
        )
        latest = candidates.order_by("-valid_date", "-pk").values("pk")[:1]
        return self.standing(known).filter(pk=Subquery(latest))

    def newest_first(self) -> AdoptionReportQuerySet:
        return self.order_by("-valid_date", "-pk")

    def with_dispute(self, known: datetime | None = None) -> AdoptionReportQuerySet:
        """Tell in ``is_disputed`` whether the owner disputes a report: the latest of its answers that takes a side."""
        sides = OwnerAnswer.objects.filter(
            report=OuterRef("pk"), verdict__in=SIDES, recorded_at__lte=known or END_OF_TIME
        )
        latest = sides.order_by("-pk").values("verdict")[:1]
        return self.annotate(latest_verdict=Subquery(latest)).annotate(
            is_disputed=Case(When(latest_verdict=Verdict.DISPUTED, then=True), default=False)
        )


class AdoptionReport(LedgerRow):
    """A region's statement, valid from a date, of where it stands with a model. The database refuses to change one."""

    page = models.ForeignKey(
        "operating_models.OperatingModelPage",
        verbose_name=_("operating model"),
        on_delete=models.PROTECT,
        related_name="adoption_reports",
    )
    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="adoption_reports"
    )
    status = models.CharField(_("adoption status"), max_length=12, choices=AdoptionStatus)
    valid_date = models.DateField(
        _("valid from"), help_text=_("The first day of the period when only the month or the year is known.")
    )
    precision = models.CharField(
        _("how exactly the date is known"), max_length=8, choices=DatePrecision, default=DatePrecision.DAY
    )
    reasons = models.JSONField(_("reasons for ending"), default=list, blank=True)
    other_reason = models.CharField(_("other reason"), max_length=300, blank=True)
    note = models.TextField(_("in words"), blank=True, help_text=_("Example: In use at every station of the region."))
    changed_locally = models.TextField(
        _("what was changed locally"),
        blank=True,
        help_text=_("Example: The first contact is by telephone, because distances are long."),
    )
    results = models.TextField(
        _("results seen"), blank=True, help_text=_("What has changed so far, also what has not worked.")
    )
    cost = models.CharField(
        _("cost"), max_length=200, blank=True, help_text=_("When known. Example: half of a nurse's working time")
    )
    contact_unit = models.CharField(
        _("contact unit"),
        max_length=200,
        blank=True,
        help_text=_(
            "A unit that others may ask, never a person. Example: Outpatient services, advice for older people"
        ),
    )
    source = models.CharField(_("source"), max_length=300, blank=True, help_text=_("A web address or a document."))
    reporter_role = models.CharField(
        _("role of the reporter"), max_length=10, choices=ReporterRole, default=ReporterRole.CURATOR, editable=False
    )
    reporter_region = models.ForeignKey(
        Region,
        verbose_name=_("region of the reporter"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    supersedes = models.OneToOneField(
        "self",
        verbose_name=_("corrects the report"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="superseded_by",
    )
    token = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    """Of the form that was sent, so that sending it twice records one report."""
    redacted_at = models.DateTimeField(_("texts removed"), null=True, blank=True, editable=False)
    is_retraction = models.BooleanField(
        _("only takes the earlier report back"), default=False, help_text=_("The earlier report was a mistake.")
    )

    objects = AdoptionReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("adoption report")
        verbose_name_plural = _("adoption reports")
        ordering = ["-valid_date", "-pk"]
        indexes = [models.Index(fields=["page", "region", "-valid_date"], name="adoption_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_retraction=False) | Q(supersedes__isnull=False), name="adoption_retraction_has_object"
            ),
            models.CheckConstraint(
                condition=~Q(reporter_role=ReporterRole.REPORTER) | Q(reporter_region=F("region")),
                name="adoption_reported_by_own_region",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page} – {self.region}: {self.get_status_display()}, {self.valid_from}"

    def clean(self) -> None:
        super().clean()
        if self.status == AdoptionStatus.ENDED and not self.reasons:
            raise ValidationError({"reasons": gettext("Say why the adoption ended.")})
        if EndReason.OTHER in self.reasons and not self.other_reason.strip():
            raise ValidationError({"other_reason": gettext("Say in words what the other reason was.")})
        if self.valid_date and self.valid_date > timezone.localdate():
            raise ValidationError({"valid_date": gettext("The date is in the future. Report what is true today.")})
        if self.valid_date and self.region_id:
            self._refuse_when_region_is_not_there()
        if self.reporter_role == ReporterRole.REPORTER and self.reporter_region_id != self.region_id:
            raise ValidationError({"region": gettext("A region reports only for itself.")})
        corrected = self.supersedes
        if corrected and (corrected.page_id, corrected.region_id) != (self.page_id, self.region_id):
            raise ValidationError({"supersedes": gettext("The corrected report is of another model or region.")})
        if self.is_retraction and corrected is None:
            raise ValidationError({"supersedes": gettext("Choose the report that is taken back.")})

    def _refuse_when_region_is_not_there(self) -> None:
        region, when = self.region, self.valid_from
        if region.valid_from and when.last_day < region.valid_from:
            day, message = (
                region.valid_from,
                gettext("%(region)s exists from %(day)s on. Tell of earlier use in words."),
            )
        elif region.valid_until and when.day > region.valid_until:
            day = region.valid_until
            message = gettext("%(region)s existed until %(day)s. Its successor reports what is true now.")
        else:
            return
        raise ValidationError({"valid_date": message % {"region": region, "day": date_format(day)}})

    @property
    def valid_from(self) -> PartialDate:
        return PartialDate(self.valid_date, DatePrecision(self.precision))


class Person(models.Model):
    """Who recorded a row of the ledger: a person's data, in a row that can be erased while the fact stays."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class AdoptionReporter(Person):
    report = models.OneToOneField(AdoptionReport, on_delete=models.CASCADE, related_name="reporter")

    class Meta(Person.Meta):
        verbose_name = _("person who reported")
        verbose_name_plural = _("persons who reported")


class AdoptionRenewal(LedgerRow):
    """A region's word that what it has reported still holds. It begins nothing, so it counts nowhere."""

    report = models.ForeignKey(AdoptionReport, on_delete=models.PROTECT, related_name="renewals")
    renewed_on = models.DateField(_("still in use on"), default=timezone.localdate)

    class Meta:
        verbose_name = _("renewal of a report")
        verbose_name_plural = _("renewals of reports")
        ordering = ["-renewed_on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["report", "renewed_on"], name="adoption_renewed_once_a_day")]

    def __str__(self) -> str:
        return f"{self.report}: {date_format(self.renewed_on)}"


class RenewalAuthor(Person):
    renewal = models.OneToOneField(AdoptionRenewal, on_delete=models.CASCADE, related_name="author")

    class Meta(Person.Meta):
        verbose_name = _("person who renewed a report")
        verbose_name_plural = _("persons who renewed a report")


class Verdict(models.TextChoices):
    CONFIRMED = "confirmed", _("confirms")
    COMMENTED = "commented", _("comments")
    DISPUTED = "disputed", _("disputes")


SIDES = (Verdict.CONFIRMED, Verdict.DISPUTED)
"""Answers that take a side; the latest of them holds."""


class OwnerAnswer(LedgerRow):
    """What the owner of a model says of a region's report."""

    report = models.ForeignKey(AdoptionReport, on_delete=models.PROTECT, related_name="answers")
    verdict = models.CharField(_("answer"), max_length=10, choices=Verdict)
    text = models.TextField(_("in words"), blank=True)
    token = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    """Of the form that was sent, so that sending it twice records one answer."""
    redacted_at = models.DateTimeField(_("texts removed"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("owner's answer")
        verbose_name_plural = _("owners' answers")
        ordering = ["recorded_at", "pk"]

    def __str__(self) -> str:
        return f"{self.report}: {self.get_verdict_display()}"

    def clean(self) -> None:
        super().clean()
        if self.verdict in (Verdict.COMMENTED, Verdict.DISPUTED) and not self.text.strip():
            raise ValidationError({"text": gettext("Say in words what you mean.")})


class AnswerAuthor(Person):
    answer = models.OneToOneField(OwnerAnswer, on_delete=models.CASCADE, related_name="author")

    class Meta(Person.Meta):
        verbose_name = _("person who answered a report")
        verbose_name_plural = _("persons who answered a report")


@dataclass(frozen=True, slots=True)
class CurrentAdoption:
    """A region's status of a model today."""

    region_code: str
    region_kind: str
    status: AdoptionStatus


def current_adoptions(page_ids: Iterable[int]) -> dict[int, tuple[CurrentAdoption, ...]]:
    """Return each model's adoptions of today by the page's key, in the order of regions; one query for all."""
    rows = (
        AdoptionReport.objects.of_pages(page_ids)
        .as_of()
        .order_by("region__order", "region__code")
        .values_list("page_id", "region__code", "region__kind", "status", named=True)
    )
    found: dict[int, list[CurrentAdoption]] = {}
    for row in rows:
        adoption = CurrentAdoption(row.region__code, row.region__kind, AdoptionStatus(row.status))
        found.setdefault(row.page_id, []).append(adoption)
    return {page_id: tuple(adoptions) for page_id, adoptions in found.items()}


def furthest_status(adoptions: Iterable[CurrentAdoption]) -> AdoptionStatus | None:
    """Return a model's adoption status: the furthest current one anywhere.

    Ended only when every reporting region's latest is ended; None for a model without reports.
    """
    statuses = {adoption.status for adoption in adoptions}
    reached = [status for status in STEPS if status in statuses]
    if reached:
        return reached[-1]
    return AdoptionStatus.ENDED if statuses else None
