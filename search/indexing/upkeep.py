"""Pages → rows of the index, and the ways to keep the two together: refresh, touch, withdraw, sweep and rebuild."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, reduce
from hashlib import blake2b
from itertools import islice
from operator import or_
from typing import NamedTuple

import numpy as np
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Left
from django.db.models.lookups import In
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, get_page_models

from search import catalogue as catalogues
from search import copying, index_version
from search.catalogue import Catalogue
from search.findable import Entry, Findable
from search.memory.segments import NUMBER
from search.memory.texts import Words, read_word, read_words
from search.models import Document, IndexState, Word, encode
from search.terms import concepts, search_server, words
from search.terms.concepts import Concepts
from search.terms.words import WordKey

logger = logging.getLogger(__name__)

ROWS_A_QUERY = 500
PAGES_A_TRANSACTION = 200
"""Pages that are read and written together: other writers wait meanwhile, so few enough for a second."""
NOTHING: Mapping[str, object] = {
    "expires_at": None,
    "words": b"",
    "postings": b"",
    "stream": b"",
    "places": b"",
    "length": 0,
    "values": "{}",
    "sort_keys": "{}",
    "card": "{}",
    "passages": "[]",
}
"""What the columns of a row hold where the page may not be found."""
WRITTEN = (
    *("live_revision_id", "stamp", "recipe", "digest", "findable", "indexed_at"),
    *NOTHING,
)
"""Columns of a row that every writing of it sets."""
MOMENTS = frozenset({"indexed_at", "expires_at"})
"""Those of them that databases take in forms of their own."""
COLUMNS = ("page_id", *WRITTEN)
_NAMED = ", ".join(f'"{name}"' for name in COLUMNS)
_CHANGED = ", ".join(f'"{name}" = excluded."{name}"' for name in WRITTEN)
WRITE = " ".join(("INSERT INTO search_document", f"({_NAMED})", '{} ON CONFLICT ("page_id") DO UPDATE SET', _CHANGED))
"""Writes rows, wherever they come from. Plain SQL: instances and their fields take longer than the writing.

A row that is there stays the same row: a mark that another transaction is about to set on it is not lost.
"""
FEW_ROWS = 10
"""Rows that are sent with the statement itself, where more would be copied."""
MOST_SWEPT_BESIDE = 10
"""Pages that one publish mends beside its own; the minute's sweep takes the rest."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """Pages whose row of the index does not fit them: to be written anew, or to be removed."""

    stale: tuple[int, ...]
    gone: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides what a page's row looks like beside the page: analyser, names, fields, facets.

    ``digest`` stands in the row; a row with another one is made anew by the next sweep.
    """

    catalogue: Catalogue
    concepts: Concepts
    analyser: words.Analyser
    digest: str

    @classmethod
    def current(cls) -> Recipe:
        """Return the recipe of this moment."""
        catalogue = catalogues.current()
        now = concepts.current(catalogue, index_version.read())
        analyser = words.analyser()
        fields = [field.name for field in catalogue.fields]
        facets = [facet.name for facet in catalogue.facets]
        parts = (analyser.version, now.names_digest, fields, catalogue.labels_field, facets)
        return cls(catalogue, now, analyser, blake2b(repr(parts).encode(), digest_size=16).hexdigest())

    def read(self, entries: Sequence[Entry]) -> list[Words]:
        """Return the words of pages."""
        return read_words(
            entries,
            fields={field.name: index for index, field in enumerate(self.catalogue.fields)},
            labels_field=self.catalogue.labels_field,
            analyser=self.analyser,
            names=self.concepts.names,
        )


class KnownWords:
    """The words that the table has for certain, so that one rebuild asks for them only once.

    Only words that were committed count, and all are read anew when another process has deleted words.
    """

    def __init__(self) -> None:
        self._numbers: set[int] = set()
        self._stamp: int | None = None

    def read(self) -> Set[int]:
        """Return the numbers of words in the table, or of most of them, under the lock of the caller's transaction."""
        stamp = index_version.of(index_version.WORDS)
        if not self._numbers or stamp != self._stamp:
            self._numbers = set(Word.objects.values_list("number", flat=True).iterator(chunk_size=10_000))
            self._stamp = stamp
        return self._numbers

    def add(self, numbers: Iterable[int]) -> None:
        """Take in numbers that the caller's transaction has inserted or read, once it is committed."""
        fresh = list(numbers)
        transaction.on_commit(lambda: self._numbers.update(fresh))


def refresh(page_ids: Iterable[int]) -> None:
    """Write the rows of pages as the database has them now, a batch of them in a transaction."""
    recipe = Recipe.current()
    for some in _chunks(dict.fromkeys(page_ids), PAGES_A_TRANSACTION):
        _refresh_what_can_be(some, recipe)


def touch(page_ids: Iterable[int]) -> None:
    """Mark the rows of pages as old in the caller's transaction, and write them anew when that has been committed.

    For facts beside a page. A process that dies between the two leaves the mark, and the next sweep sees it.
    """
    ids = list(dict.fromkeys(page_ids))
    mark(ids)
    transaction.on_commit(lambda: refresh(ids), robust=True)


def mark(page_ids: Iterable[int]) -> None:
    """Mark the rows of pages as old, for the next sweep if nothing writes them before."""
    for some in _chunks(page_ids):
        Document.objects.filter(page_id__in=some).update(recipe="")


def withdraw(page_ids: Iterable[int]) -> None:
    """Make pages unfindable at once, in the caller's transaction if there is one."""
    ids = list(page_ids)
    with transaction.atomic():
        index_version.change(index_version.DOCUMENTS)
        for some in _chunks(ids):
            Document.objects.filter(page_id__in=some).update(
                findable=False, stamp=index_version.draw(), digest="", recipe=""
            )
        search_server.note_changes(ids)


def write(page_id: int, entry: Entry, *, live_revision_id: int | None = None) -> None:
    """Write the row of a findable page from its entry."""
    with transaction.atomic():
        index_version.change(index_version.DOCUMENTS)
        recipe = Recipe.current()
        _write({page_id: _Told.of(entry, recipe)}, recipe, live_revisions={page_id: live_revision_id})


def sweep(*, most: int | None = None) -> int:
    """Mend the rows that do not fit their pages, at most ``most`` pages; return how many it mended.

    It finds what a process left behind that died between saving a page and writing its row.
    """
    recipe = Recipe.current()
    found = find_stale(recipe)
    remove(found.gone)
    stale = found.stale[:most]
    failed = sum(_refresh_what_can_be([page_id], recipe) for page_id in stale)
    if found.stale == stale and not failed:
        IndexState.objects.filter(name=index_version.DOCUMENTS).update(analyser=recipe.analyser.version)
    return len(stale) + len(found.gone)


def remove(page_ids: Iterable[int]) -> None:
    """Remove the rows of pages."""
    for some in _chunks(page_ids):
        with transaction.atomic():
            index_version.change(index_version.DOCUMENTS)
            Document.objects.filter(page_id__in=some).delete()


def rebuild(progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Write the rows of all pages anew, forget the words that none has any more, and return the number of pages.

    ``progress`` is called with the pages done and all pages. Searches go on meanwhile, on the old rows.
    """
    recipe = Recipe.current()
    ids = list(_live_pages().order_by("pk").values_list("pk", flat=True))
    remove(find_stale(recipe).gone)
    # The dictionaries stay: the collector of cycles need not look through them after every few pages.
    gc.freeze()
    known = KnownWords()
    done = 0
    for some in _chunks(ids, PAGES_A_TRANSACTION):
        _refresh_what_can_be(some, recipe, anew=True, known=known)
        done += len(some)
        progress(done, len(ids))
    with transaction.atomic():
        index_version.change(index_version.DOCUMENTS)
        _forget_words()
        IndexState.objects.filter(name=index_version.DOCUMENTS).update(analyser=recipe.analyser.version)
    return len(ids)


def find_stale(recipe: Recipe) -> Sweep:
    """Return the pages whose row is missing, older than the page, made by another recipe or not allowed."""
    row = Document.objects.filter(page_id=OuterRef("pk"))
    fitting = row.filter(recipe=recipe.digest).filter(
        Q(live_revision_id=OuterRef("live_revision_id"))
        | Q(live_revision_id__isnull=True, page__live_revision_id__isnull=True)
    )
    is_hidden = _is_hidden()
    allowed = row.filter(findable=True)
    stale = (
        _live_pages()
        .filter(~Exists(fitting) | (is_hidden & Exists(allowed)) | (~is_hidden & ~Exists(allowed)))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    gone = Document.objects.exclude(page_id__in=_live_pages()).order_by("page_id").values_list("page_id", flat=True)
    return Sweep(stale=tuple(stale), gone=tuple(gone))


def live_page_ids(*, below: Page) -> list[int]:
    """Return the keys of the live findable pages at a page and below it, by the tree as the database has it now."""
    return list(_live_pages().filter(path__startswith=below.path).order_by("pk").values_list("pk", flat=True))


def _is_hidden() -> Q:
    """Return the condition of a live page that may not be found: an alias, or restricted at it or above; one query.

    The restricted paths stand in it by themselves: joined by the beginning of paths, PostgreSQL would compare every
    page with every other one.
    """
    restricted: dict[int, set[str]] = {}
    for path in PageViewRestriction.objects.values_list("page__path", flat=True):
        restricted.setdefault(len(path), set()).add(path)
    # One comparison for each depth, however many are restricted: databases limit how deep a condition may be.
    below = (Q(In(Left("path", length), sorted(paths))) for length, paths in sorted(restricted.items()))
    return reduce(or_, below, Q(alias_of__isnull=False))


@cache
def _findable_types() -> tuple[type[Page], ...]:
    return tuple(model for model in get_page_models() if issubclass(model, Findable))


def _live_pages() -> QuerySet[Page]:
    """Return the live pages of findable types, whether they may be found or not."""
    types = ContentType.objects.get_for_models(*_findable_types()).values()
    return Page.objects.live().filter(content_type__in=[kind.pk for kind in types])


def _refresh_what_can_be(
    page_ids: Sequence[int], recipe: Recipe, *, anew: bool = False, known: KnownWords | None = None
) -> int:
    """Refresh pages together or, where that fails, one by one, and return how many of them failed.

    One page that cannot be read must not keep the others out of the index.
    """
    try:
        _refresh(page_ids, recipe, anew=anew, known=known)
    except Exception:
        if len(page_ids) > 1:
            return sum(_refresh_what_can_be([page_id], recipe, anew=anew, known=known) for page_id in page_ids)
        logger.exception("The search could not index page %s.", *page_ids)
        return 1
    return 0


def _refresh(page_ids: Sequence[int], recipe: Recipe, *, anew: bool = False, known: KnownWords | None = None) -> None:
    """Write, leave or remove the rows of pages, as the database has the pages now, in one transaction.

    The lock is taken before the pages are read, so that of two writers the later one has read the later pages.
    """
    with transaction.atomic():
        index_version.lock(index_version.DOCUMENTS)
        heads = {head.pk: head for head in _read_heads(page_ids)}
        told = {page_id: _Told.of(entry, recipe) for page_id, entry in _describe(heads).items()}
        there = Document.objects.filter(page_id__in=page_ids).values_list("page_id", "digest", "findable")
        rows = {page_id: (digest, findable) for page_id, digest, findable in there}
        changed = {}
        for page_id, one in told.items():
            if anew or rows.get(page_id) != (one.digest, one.entry is not None):
                changed[page_id] = one
            else:
                Document.objects.filter(page_id=page_id).update(
                    live_revision_id=heads[page_id].live_revision_id, recipe=recipe.digest
                )
        gone = rows.keys() - heads.keys()
        if changed or gone:
            index_version.change(index_version.DOCUMENTS)
            Document.objects.filter(page_id__in=gone).delete()
            live_revisions = {page_id: head.live_revision_id for page_id, head in heads.items()}
            _write(changed, recipe, live_revisions=live_revisions, known=known)


class _Head(NamedTuple):
    """What the index has to know of a page beside what the page says of itself."""

    pk: int
    content_type_id: int
    live_revision_id: int | None
    expire_at: datetime | None


def _read_heads(page_ids: Iterable[int]) -> Iterator[_Head]:
    """Yield the heads of those pages that are live and of a findable type."""
    found = _live_pages().filter(pk__in=page_ids).order_by("pk")
    return map(_Head._make, found.values_list(*_Head._fields))


def _describe(heads: Mapping[int, _Head]) -> dict[int, Entry | None]:
    """Return what each page says of itself, those of a type asked together; None for one that may not be found."""
    hidden = set(_live_pages().filter(_is_hidden(), pk__in=heads).values_list("pk", flat=True))
    entries: dict[int, Entry | None] = dict.fromkeys(heads)
    for model, kind in ContentType.objects.get_for_models(*_findable_types()).items():
        asked = [key for key, head in heads.items() if head.content_type_id == kind.pk and key not in hidden]
        for key, entry in (model.as_documents(asked) if asked else {}).items():
            entries[key] = entry if entry.expires_at else replace(entry, expires_at=heads[key].expire_at)
    return entries


@dataclass(frozen=True, slots=True)
class _Told:
    """What a page says of itself, None for one that may not be found, and as the columns of its row hold it.

    ``digest`` tells two rows of a page apart: what the page says and the recipe.
    """

    entry: Entry | None
    columns: Mapping[str, object]
    digest: str

    @classmethod
    def of(cls, entry: Entry | None, recipe: Recipe) -> _Told:
        """Put an entry into the columns of a row, all but its words."""
        columns = {} if entry is None else _project(entry)
        said = [recipe.digest, *map(str, columns.values()), *(entry.concepts if entry else ())]
        return cls(entry, columns, blake2b("\0".join(said).encode(), digest_size=16).hexdigest())


def _write(
    told: Mapping[int, _Told],
    recipe: Recipe,
    *,
    live_revisions: Mapping[int, int | None],
    known: KnownWords | None = None,
) -> None:
    """Write rows in the caller's transaction; without an entry, that of a live page that may not be found."""
    entries = {page_id: one.entry for page_id, one in told.items() if one.entry is not None}
    read = dict(zip(entries, recipe.read(list(entries.values())), strict=True))
    _add_words(read.values(), recipe.analyser, known)
    now = timezone.now()
    rows = [
        NOTHING
        | one.columns
        | (_arrays(read[page_id]) if page_id in read else {})
        | {
            "page_id": page_id,
            "live_revision_id": live_revisions.get(page_id),
            "stamp": index_version.draw(),
            "recipe": recipe.digest,
            "digest": one.digest,
            "findable": one.entry is not None,
            "indexed_at": now,
        }
        for page_id, one in told.items()
    ]
    _put(rows)
    search_server.note_changes(told)
    IndexState.objects.filter(name=index_version.DOCUMENTS, analyser="").update(analyser=recipe.analyser.version)


def _put(rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows or write over those that are there."""
    if not rows:
        return
    if copying.is_possible() and len(rows) > FEW_ROWS:
        source = copying.bring_in(Document, COLUMNS, ([row[name] for name in COLUMNS] for row in rows))
        values: list[object] = []
    else:
        adapt = connection.ops.adapt_datetimefield_value
        values = [adapt(row[name]) if name in MOMENTS else row[name] for row in rows for name in COLUMNS]
        places = f"({', '.join(['%s'] * len(COLUMNS))})"
        source = f"VALUES {', '.join([places] * len(rows))}"
    with connection.cursor() as cursor:
        cursor.execute(WRITE.format(source), values)


def _arrays(read: Words) -> dict[str, object]:
    """Return what a row holds as arrays."""
    return {
        "words": read.words,
        "postings": read.postings,
        "stream": read.stream,
        "places": read.places,
        "length": read.length,
    }


def _project(entry: Entry) -> dict[str, object]:
    """Return what a row holds of a page beside its words."""
    return {
        "expires_at": entry.expires_at,
        "values": encode({facet: list(codes) for facet, codes in entry.values.items()}),
        "sort_keys": encode(dict(entry.sort_keys)),
        "card": encode(dict(entry.card)),
        "passages": encode([[passage.field, passage.language, passage.text] for passage in entry.passages]),
    }


def _add_words(read: Iterable[Words], analyser: words.Analyser, known: KnownWords | None) -> None:
    """Analyse and insert the words that the table has not, in the order of their numbers.

    A number stands for one analysis, so that a word which the table has needs none: analysis is the dear part.
    """
    met = known.read() if known else frozenset()
    wanted: dict[int, WordKey] = {}
    for document in read:
        numbers = np.frombuffer(document.words, NUMBER).tolist()
        fresh = set(numbers) - met
        if fresh:
            wanted |= {number: key for number, key in zip(numbers, document.keys, strict=True) if number in fresh}
    for some in _chunks(sorted(wanted)):
        there = set(Word.objects.filter(number__in=some).values_list("number", flat=True))
        missing = [number for number in some if number not in there]
        Word.objects.bulk_create(
            (_make_word(number, wanted[number], analyser) for number in missing), ignore_conflicts=True
        )
    if known:
        known.add(wanted)


def _make_word(number: int, key: WordKey, analyser: words.Analyser) -> Word:
    reading = read_word(key, analyser)
    surface, language = key
    return Word(
        number=number,
        surface=surface,
        language=language,
        bases=" ".join(reading.bases),
        parts=" ".join(reading.parts),
    )


def _forget_words() -> None:
    """Delete the words that no document has."""
    used = [np.frombuffer(row, NUMBER) for row in Document.objects.values_list("words", flat=True).iterator()]
    index_version.change(index_version.WORDS)
    known = np.fromiter(Word.objects.values_list("number", flat=True).iterator(), np.uint64)
    unused = np.setdiff1d(known, np.concatenate(used)) if used else known
    for some in _chunks(unused.tolist()):
        Word.objects.filter(number__in=some).delete()


def _chunks(ids: Iterable[int], size: int = ROWS_A_QUERY) -> Iterator[Sequence[int]]:
    wanted = iter(ids)
    while some := list(islice(wanted, size)):
        yield some
