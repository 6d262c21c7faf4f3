"""Facts about a model that its writers do not set: dated rows beside the page, never through its revisions."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from operating_models.models.typed import TypedRow

REVIEW_AFTER_MONTHS = 12


class FactQuerySet(QuerySet):
    def latest_first(self) -> FactQuerySet:
        return self.order_by("-recorded_at", "-pk")


def _model_of(*, related_name: str) -> models.ForeignKey:
    """Return a fact's field for the model that it is about."""
    return models.ForeignKey(
        "operating_models.OperatingModelPage",
        verbose_name=_("operating model"),
        on_delete=models.CASCADE,
        related_name=related_name,
    )


class Fact(TypedRow):
    """What every fact has: when it was recorded and by whom. The latest comes first."""

    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-recorded_at", "-pk"]


class ReviewDate(Fact):
    """A review-by date that national staff set in place of the computed one."""

    page = _model_of(related_name="review_dates")
    review_by = models.DateField(_("to be reviewed by"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta(Fact.Meta):
        verbose_name = _("review date")
        verbose_name_plural = _("review dates")

    def __str__(self) -> str:
        return f"{self.page}: {date_format(self.review_by)}"


class WithdrawalQuerySet(FactQuerySet):
    def in_force(self) -> WithdrawalQuerySet:
        """Return of each withdrawn model the row that holds: the latest, unless it takes the withdrawal back."""
        later = Withdrawal.objects.filter(page=OuterRef("page")).latest_first()
        return self.filter(pk=Subquery(later.values("pk")[:1]), is_in_force=True)


class Withdrawal(Fact):
    """National staff's or the owner's word that a model is no longer recommended, and what replaces it.

    The page stays at its address and says so. The latest row holds; one with ``is_in_force`` false takes it back.
    """

    page = _model_of(related_name="withdrawals")
    is_in_force = models.BooleanField(_("withdrawn"), default=True)
    withdrawn_on = models.DateField(_("withdrawn on"), default=timezone.localdate)
    reason = models.CharField(
        _("reason"),
        max_length=300,
        blank=True,
        help_text=_("One sentence that readers see. Example: Joined with the model of the whole country."),
    )
    successor = models.ForeignKey(
        "operating_models.OperatingModelPage",
        verbose_name=_("successor"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The model that readers are led to."),
    )

    objects = WithdrawalQuerySet.as_manager()

    class Meta(Fact.Meta):
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")

    def __str__(self) -> str:
        return f"{self.page}: {date_format(self.withdrawn_on)}"

    def clean(self) -> None:
        super().clean()
        if self.withdrawn_on and self.withdrawn_on > timezone.localdate():
            raise ValidationError({"withdrawn_on": gettext("The date is in the future. A withdrawal holds at once.")})
        if self.is_in_force and not self.reason.strip():
            raise ValidationError({"reason": gettext("Say in one sentence why the model is withdrawn.")})
        if self.successor_id and self.successor_id == self.page_id:
            raise ValidationError({"successor": gettext("A model cannot be its own successor.")})


class Redaction(Fact):
    """The log of removing a name or free text from a report, an answer to it or an assessment. The fact stays."""

    report = models.ForeignKey(
        "operating_models.AdoptionReport",
        verbose_name=_("adoption report"),
        null=True,
        on_delete=models.PROTECT,
        related_name="redactions",
    )
    answer = models.ForeignKey(
        "operating_models.OwnerAnswer",
        verbose_name=_("owner's answer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="redactions",
    )
    assessment = models.ForeignKey(
        "operating_models.EvidenceAssessment",
        verbose_name=_("evidence assessment"),
        null=True,
        on_delete=models.PROTECT,
        related_name="redactions",
    )
    removed = models.JSONField(_("what was removed"), default=list)
    reason = models.CharField(
        _("reason"), max_length=300, help_text=_("Without personal data. Example: The text named a client.")
    )

    class Meta(Fact.Meta):
        verbose_name = _("redaction")
        verbose_name_plural = _("redactions")
        constraints = [
            models.CheckConstraint(
                condition=Q(report__isnull=True) ^ Q(assessment__isnull=True), name="redaction_of_one_row"
            )
        ]

    def __str__(self) -> str:
        return f"{self.report or self.assessment}: {', '.join(self.removed)}"


class ShownModelQuerySet(FactQuerySet):
    def on(self, day: date) -> ShownModelQuerySet:
        """Rows that are shown on a day and whose model is public then, in their order."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day, page__live=True).order_by(
            "order", "-since", "pk"
        )


class ShownModel(Fact):
    """A model that national staff show to readers from one day to another."""

    since = models.DateField(_("from"), default=timezone.localdate)
    until = models.DateField(_("until"), null=True, blank=True, help_text=_("Empty: until further notice."))
    order = models.PositiveSmallIntegerField(_("order"), default=0, help_text=_("Smaller numbers come first."))

    objects = ShownModelQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["order", "-since", "pk"]

    def __str__(self) -> str:
        return f"{self.page}: {date_format(self.since)}"

    def clean(self) -> None:
        super().clean()
        if self.since and self.until and self.until < self.since:
            raise ValidationError({"until": gettext("The last day is before the first day.")})


REASON_LENGTH = 300


def _reason_in(label: Promise) -> models.CharField:
    return models.CharField(label, max_length=REASON_LENGTH, blank=True)


class FeaturedModel(ShownModel):
    """A model lifted to the front page, with the reason that readers see."""

    page = _model_of(related_name="featured")
    reason = models.CharField(
        _("reason"),
        max_length=300,
        help_text=_("One sentence that readers see. Example: Chosen as the model of the year by …"),
    )
    reason_sv = _reason_in(_("reason in Swedish"))
    reason_en = _reason_in(_("reason in English"))

    class Meta(ShownModel.Meta):
        verbose_name = _("featured model")
        verbose_name_plural = _("featured models")


class PromotedModel(ShownModel):
    """A model shown above the hits of a search for certain words, marked as a pick. It stays a hit where it is one."""

    page = _model_of(related_name="promoted")
    words = models.JSONField(_("search words"), default=list)
    reason = models.CharField(
        _("reason"),
        max_length=300,
        blank=True,
        help_text=_("One sentence that readers see under the name. Empty: the short description of the model."),
    )
    reason_sv = _reason_in(_("reason in Swedish"))
    reason_en = _reason_in(_("reason in English"))

    class Meta(ShownModel.Meta):
        verbose_name = _("promoted model")
        verbose_name_plural = _("promoted models")


def months_after(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day when it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - date.resolution).day
    return date(year, month, min(day.day, last))


def review_by(*, published_on: date | None, override: ReviewDate | None) -> date | None:
    """Return when a model is to be reviewed: 12 months after its last publishing, or when national staff said.

    ``override`` is the latest date that they set. It holds until the model is published on it or later, since that
    publishing is the review.
    """
    if override and (published_on is None or published_on < override.review_by):
        return override.review_by
    return months_after(published_on, REVIEW_AFTER_MONTHS) if published_on else None
