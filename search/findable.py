"""What a page says of itself to the search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Passage:
    """A plain text of a page.

    ``field`` names a ``catalogue.Field``; several passages may share one, and words of several passages of one field
    count as standing in one field. ``language`` is the code of the text's, such as "fi".
    """

    field: str
    text: str
    language: str = "fi"


@dataclass(frozen=True, slots=True)
class Entry:
    """One findable page, whole: its words, facet values, sort keys and card.

    ``concepts`` are keys of concepts ("theme:access") whose labels count as words of the page; the labels themselves
    are read at query time, so that renaming a term indexes nothing anew. ``values`` has the codes of each facet.
    ``sort_keys`` has for each sort of the catalogue a number or, for a text sort, a collation key. ``card`` is what a
    result list needs to draw a hit, as JSON with codes in place of labels and no address.
    """

    passages: tuple[Passage, ...]
    concepts: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort_keys: Mapping[str, float | str] = field(default_factory=dict)
    card: Json = field(default_factory=dict)
    expires_at: datetime | None = None


class Findable:
    """Mixin of a Wagtail page type that the public search covers."""

    def as_document(self) -> Entry:
        """Say of the live page what the search may know: published texts and facts beside the page, never a draft."""
        raise NotImplementedError

    @classmethod
    def as_documents(cls, page_ids: Sequence[int]) -> dict[int, Entry]:
        """Say the same of many pages of this type by their keys; a type that can read them together overrides it."""
        return {page.pk: page.as_document() for page in cls.objects.filter(pk__in=page_ids)}
