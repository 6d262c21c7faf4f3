"""All that decides what the row of a page looks like, beside the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from search import catalogue as catalogues
from search import index_version
from search.catalogue import Catalogue
from search.findable import Entry
from search.indexing.word_rows import KnownWords
from search.memory.texts import DocumentWords, read_words
from search.terms import concepts, words
from search.terms.concepts import Concepts


@dataclass(frozen=True, slots=True)
class Recipe:
    """The analyser, names, fields and facets by which rows are made.

    ``digest`` stands in each row; a row with another one is made anew by the next sweep. ``known`` are words that a
    rebuild need not ask for.
    """

    catalogue: Catalogue
    concepts: Concepts
    analyser: words.Analyser
    digest: str
    known: KnownWords | None = None

    @classmethod
    def current(cls) -> Recipe:
        catalogue = catalogues.current()
        now = concepts.current(catalogue, index_version.read())
        analyser = words.analyser()
        fields = [field.name for field in catalogue.fields]
        facets = [facet.name for facet in catalogue.facets]
        parts = (analyser.version, now.names_digest, fields, catalogue.labels_field, facets, catalogue.edition)
        return cls(catalogue, now, analyser, blake2b(repr(parts).encode(), digest_size=16).hexdigest())

    def read(self, entries: Sequence[Entry]) -> list[DocumentWords]:
        return read_words(entries, self.catalogue, analyser=self.analyser, names=self.concepts.names)
