"""What one search covers: its fields, facets, sorts and concepts, declared once by the room above."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Field:
    """A kind of text with the weight of one occurrence of a word in it."""

    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet as a reader sees it; ``parent`` is the code of the one that it belongs to, empty for none."""

    code: str
    label: str | Promise
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """A way to narrow: ``name`` is its URL parameter.

    Its values are the concepts whose key begins with ``vocabulary`` and a colon, in their order, or else ``choices``.
    An unlisted facet (tags) narrows and shows a chip, but has no list; any value that a document has is known.
    ``renamed`` returns of the given codes the former ones, with what they are called now: old addresses lead on.
    """

    name: str
    label: str | Promise
    vocabulary: str = ""
    choices: tuple[Choice, ...] = ()
    listed: bool = True
    renamed: Callable[[Collection[str]], Mapping[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of results. Ties end in the page's key; partial hits always follow the full ones.

    For readers of its ``languages`` a sort has keys of their own, whose name ends in the language.
    """

    name: str
    label: str | Promise
    descending: bool = False
    text: bool = False
    languages: tuple[str, ...] = ()

    def variants(self) -> Iterator[Sort]:
        """Yield the order itself, and that of the readers of each language that has its own keys."""
        yield self
        for language in self.languages:
            yield replace(self, name=f"{self.name}_{language}", languages=())


@dataclass(frozen=True, slots=True)
class Concept:
    """A group of equal words.

    ``key`` is "vocabulary:code" for a vocabulary term, "synonyms:code" or "synonyms:number" for a free synonym set.
    ``labels`` are by language, ``equals`` further words as pairs of language and word, ``synonyms`` words in whatever
    language.
    ``is_name`` marks a proper name (a region): recognised before analysis, inflected too, as one term without parts,
    and never by a part of it. Of one that ``is_whole`` (a programme) no single word of a longer label finds it.
    ``broader`` and ``related`` are keys of other concepts, as SKOS has them; ``parent``, the key of the one that it
    belongs to in its vocabulary, is broader too.
    """

    key: str
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    synonyms: tuple[str, ...] = ()
    equals: tuple[tuple[str, str], ...] = ()
    is_name: bool = False
    is_whole: bool = False
    parent: str = ""
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """All that one search covers. ``concepts`` reads the vocabularies from the database, in their order.

    A catalogue equals nothing but itself, so that caches take it as a key.
    ``labels_field`` names the field in which the labels of a page's concepts count. ``title_field`` holds the title
    that results show, its first passage; ``lead_field`` what they show below it when the words of the query stand in
    no text. ``similar_by`` names the facets whose values make two pages similar. ``default_sort`` orders a search
    without words; with words it is relevance, called ``RELEVANCE``. A new ``edition`` makes all rows anew: it is
    raised when pages say something else of themselves than before.
    """

    fields: tuple[Field, ...]
    facets: tuple[Facet, ...]
    sorts: tuple[Sort, ...]
    labels_field: str
    title_field: str
    default_sort: str
    concepts: Callable[[], Iterable[Concept]]
    lead_field: str = "lead"
    similar_by: tuple[str, ...] = ()
    page_size: int = 20
    edition: int = 1

    @property
    def orders(self) -> tuple[Sort, ...]:
        """The sorts by all their keys: those of each language for itself."""
        return tuple(variant for sort in self.sorts for variant in sort.variants())

    def order(self, name: str, language: str) -> str:
        """Return the name of the keys by which a sort orders for the readers of a language."""
        own = f"{name}_{language}"
        return own if any(sort.name == name and language in sort.languages for sort in self.sorts) else name

    def facet(self, name: str) -> Facet:
        return {facet.name: facet for facet in self.facets}[name]


RELEVANCE = "relevance"


@cache
def current() -> Catalogue:
    """Return the catalogue that the deployment names in ``SEARCH_CATALOGUE``."""
    return import_string(settings.SEARCH_CATALOGUE)
