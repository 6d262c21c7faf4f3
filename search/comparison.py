"""Compares a copy of the documents, as an engine holds it, with their rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from search.models import Document


@dataclass(frozen=True, slots=True)
class Difference:
    """Pages whose document a copy lacks, has as it was before, or has although it may not be found."""

    missing: tuple[int, ...] = ()
    old: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()

    @property
    def pages(self) -> tuple[int, ...]:
        return (*self.missing, *self.old, *self.gone)


def compare(copied: Mapping[int, int]) -> Difference:
    """Compare the findable documents with ``copied``: the stamps in a copy, by page."""
    listed = dict(Document.objects.filter(findable=True).values_list("page_id", "stamp"))
    return Difference(
        missing=tuple(sorted(listed.keys() - copied.keys())),
        old=tuple(sorted(key for key in listed.keys() & copied.keys() if listed[key] != copied[key])),
        gone=tuple(sorted(copied.keys() - listed.keys())),
    )
