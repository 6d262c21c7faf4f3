"""What the public search of operating models covers: fields and weights, facets, sorts and concepts."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from operating_models.models import (
    NOT_ASSESSED,
    AdoptionStatus,
    EvidenceLevel,
    Programme,
    ProgrammeGoal,
    Region,
    RegionKind,
    ServiceClass,
    Setting,
    TargetGroup,
    Theme,
)
from operating_models.models.description import BODY, LABELS, LEAD, TITLE
from search.catalogue import Catalogue, Choice, Concept, Facet, Field, Sort

EVIDENCE_CHOICES = (
    *(Choice(level.value, level.label) for level in reversed(EvidenceLevel) if level != EvidenceLevel.NO_EFFECT),
    Choice(NOT_ASSESSED, _("Not assessed")),
    Choice(EvidenceLevel.NO_EFFECT.value, EvidenceLevel.NO_EFFECT.label),
)
"""The order of the sort by evidence."""


def read_concepts() -> Iterator[Concept]:
    """Read the vocabularies from the database as groups of equal words, in the order of their lists."""
    # "Valtakunnallinen" is a word of everyday texts and no proper name.
    for region in Region.objects.in_order():
        yield Concept(
            region.key, labels=region.labels, synonyms=region.all_names, is_name=region.kind != RegionKind.NATIONAL
        )
    parents = dict(Programme.objects.filter(parent__isnull=False).values_list("code", "parent__code"))
    for vocabulary in (TargetGroup, Theme, ServiceClass, Setting, Programme, ProgrammeGoal):
        for term in vocabulary.objects.in_order():
            parent = f"{Programme.vocabulary}:{parents[term.code]}" if term.code in parents else ""
            yield Concept(
                term.key,
                labels=term.labels,
                synonyms=term.synonym_list,
                parent=parent if vocabulary is Programme else "",
            )


CATALOGUE = Catalogue(
    fields=(Field(TITLE, 8), Field(LEAD, 3), Field(LABELS, 3), Field(BODY, 1)),
    facets=(
        Facet("region", _("Region of origin"), vocabulary=Region.vocabulary),
        Facet("used_in", _("In use in region"), vocabulary=Region.vocabulary),
        Facet("target_group", _("Target group"), vocabulary=TargetGroup.vocabulary),
        Facet("theme", _("Theme"), vocabulary=Theme.vocabulary),
        Facet("service_class", _("Service class"), vocabulary=ServiceClass.vocabulary),
        Facet("setting", _("Setting"), vocabulary=Setting.vocabulary),
        Facet("programme", _("Programme"), vocabulary=Programme.vocabulary),
        Facet(
            "status",
            _("Adoption status"),
            choices=tuple(Choice(status.value, status.label) for status in AdoptionStatus),
        ),
        Facet("evidence", _("Evidence"), choices=EVIDENCE_CHOICES),
        Facet("programme_goal", _("Programme goal"), vocabulary=ProgrammeGoal.vocabulary, listed=False),
        Facet("project", _("Project"), listed=False),
        Facet("tag", _("Tag"), listed=False),
    ),
    sorts=(
        Sort("newest", _("newest"), descending=True),
        Sort("most_used", _("most in use"), descending=True),
        Sort("evidence", _("strongest evidence"), descending=True),
        Sort("title", _("title"), text=True),
    ),
    labels_field=LABELS,
    title_field=TITLE,
    similar_by=("target_group", "theme", "service_class", "setting"),
    default_sort="newest",
    concepts=read_concepts,
)
