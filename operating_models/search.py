"""What the public search of operating models covers: fields and weights, facets, sorts and concepts."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from operating_models.models import NOT_ASSESSED, VOCABULARIES, AdoptionStatus, EvidenceLevel, Region, TextLanguage
from operating_models.models.keywords import current_slugs
from operating_models.models.texts import BODY, LABELS, LEAD, TITLE
from operating_models.site_languages import PREFIXED
from search.catalogue import Catalogue, Choice, Concept, Facet, Field, Sort

EVIDENCE_CHOICES = (
    *(Choice(level.value, level.label) for level in reversed(EvidenceLevel) if level != EvidenceLevel.NO_EFFECT),
    Choice(NOT_ASSESSED, _("Not assessed")),
    Choice(EvidenceLevel.NO_EFFECT.value, EvidenceLevel.NO_EFFECT.label),
)
"""The order of the sort by evidence."""


def read_concepts() -> Iterator[Concept]:
    """Read the vocabularies from the database as groups of equal words, in the order of their lists."""
    for vocabulary in VOCABULARIES:
        if not vocabulary.is_searched:
            continue
        for term in vocabulary.terms.objects.in_order():
            yield Concept(
                term.key,
                labels=term.labels,
                synonyms=term.further_names,
                is_name=term.is_proper_name,
                is_whole=vocabulary.is_whole,
                parent=term.parent_key,
            )


def _facets(*, listed: bool) -> Iterator[Facet]:
    """Yield the facets of vocabularies. Terms that the search does not know have the values that documents have."""
    for vocabulary in VOCABULARIES:
        if vocabulary.is_listed == listed:
            terms = vocabulary.name if vocabulary.is_searched else ""
            yield Facet(vocabulary.name, vocabulary.facet, vocabulary=terms, listed=listed)


REGION_OF_ORIGIN, *FACETS_OF_TERMS = _facets(listed=True)

CATALOGUE = Catalogue(
    fields=(Field(TITLE, 8), Field(LEAD, 3), Field(LABELS, 3), Field(BODY, 1)),
    facets=(
        REGION_OF_ORIGIN,
        Facet("used_in", _("In use in region"), vocabulary=Region.vocabulary),
        *FACETS_OF_TERMS,
        Facet(
            "status",
            _("Adoption status"),
            choices=tuple(Choice(status.value, status.label) for status in AdoptionStatus),
        ),
        Facet("evidence", _("Evidence"), choices=EVIDENCE_CHOICES),
        Facet(
            "language",
            _("Language of the texts"),
            choices=tuple(Choice(language.value, language.label) for language in TextLanguage),
        ),
        *_facets(listed=False),
        Facet("tag", _("Tag"), listed=False, renamed=current_slugs),
    ),
    sorts=(
        Sort("newest", _("newest"), descending=True),
        Sort("most_used", _("most in use"), descending=True),
        Sort("evidence", _("strongest evidence"), descending=True),
        Sort("title", _("title"), text=True, languages=PREFIXED),
    ),
    labels_field=LABELS,
    title_field=TITLE,
    similar_by=tuple(vocabulary.name for vocabulary in VOCABULARIES if vocabulary.is_similar),
    default_sort="newest",
    concepts=read_concepts,
    edition=5,
)
