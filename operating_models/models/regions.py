"""Regions: the 21 wellbeing services counties, Helsinki, HUS Group, Åland, and the value of the whole country."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from operating_models.models.taxonomy import NAMED_IN, Term, TermQuerySet, in_readers_language
from search.terms.concepts import reader_language


class RegionKind(models.TextChoices):
    COUNTY = "county", _("wellbeing services county")
    CITY = "city", _("city")
    GROUP = "group", _("joint authority")
    AUTONOMOUS = "autonomous", _("autonomous region")
    NATIONAL = "national", _("whole country")


ORGANISER_KINDS = (RegionKind.COUNTY, RegionKind.CITY)
"""Those who organise health and social services: 21 counties and Helsinki, the denominator of all shares."""


class RegionQuerySet(TermQuerySet):
    def valid_on(self, day: date) -> RegionQuerySet:
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day), Q(valid_until__isnull=True) | Q(valid_until__gte=day)
        )

    def reported_by(self, user: AbstractBaseUser) -> RegionQuerySet:
        """Those for which a user reports as a member of the region's group."""
        return self.filter(reporter_group__user=user.pk).in_order()

    def of_the_country(self) -> RegionQuerySet:
        """All regions but the national value, which counts in no number of regions."""
        return self.exclude(kind=RegionKind.NATIONAL)


class Region(Term):
    """A region. Its names are proper names for the search: recognised in any case form, as one term without parts."""

    vocabulary = "region"
    page_relation = "further_regions"
    label_field = "short_name"

    short_name_fi = models.CharField(_("short Finnish name"), max_length=60)
    short_name_sv = models.CharField(_("short Swedish name"), max_length=60, blank=True)
    short_name_en = models.CharField(_("short English name"), max_length=60, blank=True)
    inside_fi = models.CharField(
        _("“in the region” in Finnish"), max_length=80, blank=True, help_text=_("Example: Kainuussa, Pirkanmaalla")
    )
    inside_sv = models.CharField(
        _("“in the region” in Swedish"), max_length=80, blank=True, help_text=_("Example: i Kajanaland, på Åland")
    )
    inside_en = models.CharField(
        _("“in the region” in English"), max_length=80, blank=True, help_text=_("Example: in Kainuu, in Åland")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=RegionKind, default=RegionKind.COUNTY)
    collaborative_area = models.PositiveSmallIntegerField(
        _("collaborative area"), null=True, blank=True, help_text=_("1–5; empty for Åland and the whole country.")
    )
    collaborative_area_name_fi = models.CharField(
        _("Finnish name of the collaborative area"), max_length=60, blank=True
    )
    collaborative_area_name_sv = models.CharField(
        _("Swedish name of the collaborative area"), max_length=60, blank=True
    )
    collaborative_area_name_en = models.CharField(
        _("English name of the collaborative area"), max_length=60, blank=True
    )

    valid_from = models.DateField(
        _("exists from"), null=True, blank=True, help_text=_("The first day. Empty: from the beginning.")
    )
    valid_until = models.DateField(
        _("exists until"), null=True, blank=True, help_text=_("The last day, when regions are joined or split.")
    )
    successors = models.ManyToManyField(
        "self",
        verbose_name=_("successors"),
        symmetrical=False,
        blank=True,
        related_name="predecessors",
        help_text=_("Regions that go on with what this one used, after its last day."),
    )
    reporter_group = models.OneToOneField(
        "auth.Group",
        verbose_name=_("group of reporters"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )

    objects = RegionQuerySet.as_manager()

    class Meta(Term.Meta):
        verbose_name = _("region")
        verbose_name_plural = _("regions")

    @property
    def further_names(self) -> tuple[str, ...]:
        """Every name by which the region is recognised, beside its labels."""
        return tuple(name for name in (self.name_fi, self.name_sv, self.name_en, *self.synonym_list) if name)

    @property
    def is_proper_name(self) -> bool:
        """Whether the names are proper names: "Valtakunnallinen" is a word of everyday texts and none."""
        return self.kind != RegionKind.NATIONAL

    @property
    def inside(self) -> str:
        """Where something happens, inside a sentence: "Kainuussa", or a phrase that is right for every name."""
        language = reader_language()
        own = getattr(self, f"inside_{language}") if language in NAMED_IN else ""
        return own or gettext("in the region %(region)s") % {"region": self}

    @property
    def full_name(self) -> str:
        """The official name in the reader's language."""
        return in_readers_language(self, "name")

    @property
    def other_names(self) -> tuple[tuple[str, str], ...]:
        """The official names in other languages, where they are others, with the languages."""
        names = {language: getattr(self, f"name_{language}") for language in NAMED_IN}
        return tuple((language, name) for language, name in names.items() if name and name != self.full_name)

    @property
    def area_name(self) -> str:
        """The name of the collaborative area in the reader's language, "" for none."""
        return in_readers_language(self, "collaborative_area_name")

    def clean(self) -> None:
        super().clean()
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": gettext("The last day is before the first day.")})

    @property
    def is_organiser(self) -> bool:
        return self.kind in ORGANISER_KINDS
