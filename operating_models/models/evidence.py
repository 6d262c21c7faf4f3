"""How strong the evidence for a model is: national staff's assessments, recorded once as reports of adoption are."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from operating_models.models.adoption import LedgerRow, Person, StandingQuerySet


class EvidenceLevel(models.TextChoices):
    """Levels of evidence after the scale of Kasvun tuki (the Finnish register of support for families)."""

    DESCRIBED = "1", _("1 Well described")
    REASONED = "2", _("2 Theoretically justified")
    SLIGHT = "3", _("3 Slight documented evidence")
    MODERATE = "4", _("4 Moderate documented evidence")
    STRONG = "5", _("5 Strong documented evidence")
    NO_EFFECT = "no-effect", _("No effect")


NOT_ASSESSED = "none"
"""Code of a model whose evidence nobody has assessed, in the search's facet."""

EVIDENCE_MEANINGS = {
    EvidenceLevel.DESCRIBED: _("The model has been described so that others can try it."),
    EvidenceLevel.REASONED: _("Research or theory gives reason to expect that the model works."),
    EvidenceLevel.SLIGHT: _("Follow-up of clients or practice points to an effect."),
    EvidenceLevel.MODERATE: _("A study with a comparison points to an effect."),
    EvidenceLevel.STRONG: _("Several studies with a comparison show an effect."),
    EvidenceLevel.NO_EFFECT: _("Studies have found no effect."),
}


LATEST_FIRST = ("-assessed_on", "-recorded_at", "-pk")


class EvidenceQuerySet(StandingQuerySet):
    def as_of(self, day: date | None = None, *, known: datetime | None = None) -> EvidenceQuerySet:
        """The standing assessment that holds of each model on a day (default: today): the latest by its date."""
        of_page = EvidenceAssessment.objects.standing(known).filter(
            assessed_on__lte=day or timezone.localdate(), page=OuterRef("page")
        )
        return self.standing(known).filter(pk=Subquery(of_page.order_by(*LATEST_FIRST).values("pk")[:1]))


class EvidenceAssessment(LedgerRow):
    """National staff's judgement of the evidence for a model. The database refuses to change or delete one.

    A later row may correct it or take it back.
    """

    page = models.ForeignKey(
        "operating_models.OperatingModelPage",
        verbose_name=_("operating model"),
        on_delete=models.PROTECT,
        related_name="evidence_assessments",
    )
    level = models.CharField(_("level of evidence"), max_length=10, choices=EvidenceLevel)
    assessor = models.CharField(
        _("assessor"), max_length=200, help_text=_("The assessing body. Example: Terveyden ja hyvinvoinnin laitos")
    )
    assessed_on = models.DateField(_("assessed on"), default=timezone.localdate)
    source = models.URLField(_("source"), blank=True)
    note = models.TextField(_("grounds"), blank=True)
    supersedes = models.OneToOneField(
        "self",
        verbose_name=_("corrects the assessment"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="superseded_by",
        error_messages={"unique": _("Somebody has corrected this assessment meanwhile. See what stands now.")},
    )
    is_retraction = models.BooleanField(
        _("only takes the earlier assessment back"),
        default=False,
        help_text=_("The earlier assessment was a mistake."),
    )
    redacted_at = models.DateTimeField(_("texts removed"), null=True, blank=True, editable=False)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence assessment")
        verbose_name_plural = _("evidence assessments")
        ordering = LATEST_FIRST
        constraints = [
            models.CheckConstraint(
                condition=Q(is_retraction=False) | Q(supersedes__isnull=False), name="evidence_retraction_has_object"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page}: {self.get_level_display()}, {date_format(self.assessed_on)}"

    def clean(self) -> None:
        super().clean()
        if self.assessed_on and self.assessed_on > timezone.localdate():
            raise ValidationError({"assessed_on": gettext("The date is in the future. An assessment has been made.")})
        if self.supersedes and self.supersedes.page_id != self.page_id:
            raise ValidationError({"supersedes": gettext("The corrected assessment is of another model.")})
        if self.is_retraction and self.supersedes is None:
            raise ValidationError({"supersedes": gettext("Choose the assessment that is taken back.")})


class EvidenceRecorder(Person):
    assessment = models.OneToOneField(EvidenceAssessment, on_delete=models.CASCADE, related_name="recorder")

    class Meta(Person.Meta):
        verbose_name = _("person who recorded an assessment")
        verbose_name_plural = _("persons who recorded assessments")
