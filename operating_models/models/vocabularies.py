"""The vocabularies of models, declared once: whatever shows, searches, counts or copies terms reads this list."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from operating_models.models.programmes import Programme, ProgrammeGoal, Project
from operating_models.models.regions import Region
from operating_models.models.taxonomy import ServiceClass, Setting, TargetGroup, Term, Theme


class PanelGroup(Enum):
    """The part of the editor's first tab in which terms are chosen."""

    REGION = "region"
    CLASSIFICATION = "classification"
    FUNDING = "funding"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A vocabulary: ``terms`` is the class of its terms, which says its name and the page's field that holds them.

    A model has at most one term where ``is_single``, and at least one where ``is_required``. ``facet`` is the label of
    the facet whose values the terms are; one that is not ``is_listed`` narrows only by address. Terms are groups of
    equal words for the search where ``is_searched``; where ``is_whole``, their labels are names of which a single word
    finds nothing. ``facts_place`` is its place in the facts box of a model's page
    and ``compared_place`` that among the rows of models side by side, from 1, and 0 for none. ``is_carried`` tells
    whether a local version begins with its terms, ``is_similar`` whether shared terms make two models similar.
    """

    terms: type[Term]
    panel_group: PanelGroup
    facet: Promise
    is_single: bool = False
    is_required: bool = False
    is_listed: bool = True
    is_searched: bool = True
    is_whole: bool = False
    facts_place: int = 0
    compared_place: int = 0
    is_carried: bool = False
    is_similar: bool = False

    @property
    def name(self) -> str:
        """The vocabulary in concept keys ("theme:access") and, as its facet, in addresses."""
        return self.terms.vocabulary

    @property
    def relation(self) -> str:
        """The name of the page's field."""
        return self.terms.page_relation


def _classification(terms: type[Term], facet: Promise, **options: object) -> Vocabulary:
    """Return a vocabulary of what models are about: a local version has the same terms, similar models share them."""
    return Vocabulary(terms, PanelGroup.CLASSIFICATION, facet, is_carried=True, is_similar=True, **options)


VOCABULARIES = (
    Vocabulary(Region, PanelGroup.REGION, _("Region of origin")),
    _classification(TargetGroup, _("Target group"), is_required=True, facts_place=1, compared_place=1),
    _classification(Theme, _("Theme"), is_required=True, facts_place=3, compared_place=2),
    _classification(ServiceClass, _("Service class"), facts_place=2, compared_place=4),
    _classification(Setting, _("Setting"), facts_place=4, compared_place=3),
    Vocabulary(Programme, PanelGroup.FUNDING, _("Programme"), is_whole=True),
    Vocabulary(ProgrammeGoal, PanelGroup.FUNDING, _("Programme goal"), is_listed=False, is_whole=True, facts_place=5),
    Vocabulary(Project, PanelGroup.FUNDING, _("Project"), is_single=True, is_listed=False, is_searched=False),
)
"""All vocabularies, in the order of lists, facets and the editor."""
