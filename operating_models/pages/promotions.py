"""Models that stand above the hits of a search because curators have picked them for its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone

from operating_models.components.cards import findable_ids
from operating_models.components.model_links import link_models
from operating_models.models import PromotedModel
from operating_models.models.page_texts import Told, tell_row
from search.criteria import Criteria
from search.rules import QUERY_CHARACTERS
from search.terms import words
from search.terms.concepts import read_bases

MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Promotion:
    """A picked model: why it was picked, else its short description, and the language of that."""

    title: str
    url: str
    text: str
    language: str
    text_language: str


def choose(criteria: Criteria) -> tuple[PromotedModel, ...]:
    """Return what is picked for the words of a search, on its first page and while nothing is selected.

    Drafts, restricted and expired models are never shown: the model must be findable. One query, and a second one
    where something is picked for these words.
    """
    if not criteria.words or criteria.selections or criteria.page > 1:
        return ()
    picked = PromotedModel.objects.on(timezone.localdate())
    asked = read_bases(criteria.words[:QUERY_CHARACTERS], words.analyser())
    fitting = [
        key
        for key, lines in picked.values_list("pk", "words")
        if any(_is_same(asked, read_bases(line, words.analyser())) for line in lines)
    ]
    shown: dict[int, PromotedModel] = {}
    # Which pages are findable is asked of the few alone: the database would look through all of them first.
    allowed = picked.filter(pk__in=fitting, page_id__in=findable_ids()).select_related("page") if fitting else ()
    for row in allowed:
        shown.setdefault(row.page_id, row)
    return tuple(shown.values())[:MOST_SHOWN]


def present(row: PromotedModel, request: HttpRequest) -> Promotion:
    link = link_models([row.page], request)[row.page_id]
    text = tell_row(row, "reason") or Told(row.page.lead, row.page.original_language)
    return Promotion(link.title, link.url, str(text.text), link.language, text.language)


def _is_same(asked: Sequence[tuple[str, ...]], wanted: Sequence[tuple[str, ...]]) -> bool:
    """Tell whether both have the same words in any form and order: each word has one of the other that it may be."""
    if not asked or len(asked) != len(wanted):
        return False
    left = list(wanted)
    for bases in asked:
        partner = next((other for other in left if not set(other).isdisjoint(bases)), None)
        if partner is None:
            return False
        left.remove(partner)
    return True
