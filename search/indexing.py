"""Pages → rows of the index, and the ways to keep the two together: refresh, touch, withdraw, sweep and rebuild."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2b
from itertools import islice

import numpy as np
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from wagtail.models import Page, PageViewRestriction, get_page_models

from search import catalogue as catalogues
from search import concepts, stamps, words
from search.catalogue import Catalogue
from search.concepts import Concepts
from search.findable import Entry, Findable
from search.models import Document, IndexState, Word
from search.segments import NUMBER
from search.texts import WordRow, Words, read_words

logger = logging.getLogger(__name__)

ROWS_A_QUERY = 500
MOST_SWEPT_BESIDE = 10
"""Pages that one publish mends beside its own; the minute's sweep takes the rest."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """Pages whose row of the index does not fit them: to be written anew, or to be removed."""

    stale: tuple[int, ...]
    gone: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides what a page's row looks like beside the page: analyser, names, fields.

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
        now = concepts.current(catalogue, stamps.read())
        analyser = words.analyser()
        fields = [field.name for field in catalogue.fields]
        parts = (analyser.version, now.names_digest, fields, catalogue.labels_field)
        return cls(catalogue, now, analyser, blake2b(repr(parts).encode(), digest_size=16).hexdigest())

    def read(self, entry: Entry) -> Words:
        """Return the words of a page."""
        return read_words(
            entry.passages,
            entry.concepts,
            fields={field.name: index for index, field in enumerate(self.catalogue.fields)},
            labels_field=self.catalogue.labels_field,
            analyser=self.analyser,
            names=self.concepts.names,
        )


def refresh(page_ids: Iterable[int]) -> None:
    """Write the rows of pages as the database has them now, each in a transaction of its own."""
    recipe = Recipe.current()
    for page_id in dict.fromkeys(page_ids):
        _refresh(page_id, recipe)


def touch(page_ids: Iterable[int]) -> None:
    """Mark the rows of pages as old in the caller's transaction, and write them anew when that has been committed.

    For facts beside a page. A process that dies between the two leaves the mark, and the next sweep sees it.
    """
    ids = list(dict.fromkeys(page_ids))
    Document.objects.filter(page_id__in=ids).update(recipe="")
    transaction.on_commit(lambda: refresh(ids), robust=True)


def withdraw(page_ids: Iterable[int]) -> None:
    """Make pages unfindable at once, in the caller's transaction if there is one."""
    ids = list(page_ids)
    with transaction.atomic():
        stamps.change(stamps.DOCUMENTS)
        for some in _chunks(ids):
            Document.objects.filter(page_id__in=some).update(findable=False, stamp=stamps.draw(), digest="", recipe="")


def write(page_id: int, entry: Entry, *, live_revision_id: int | None = None) -> None:
    """Write the row of a findable page from its entry."""
    with transaction.atomic():
        stamps.change(stamps.DOCUMENTS)
        _write(page_id, entry, live_revision_id=live_revision_id, recipe=Recipe.current())


def sweep(*, most: int | None = None) -> int:
    """Mend the rows that do not fit their pages, at most ``most`` pages; return how many it mended.

    It finds what a process left behind that died between saving a page and writing its row.
    """
    recipe = Recipe.current()
    found = find_stale(recipe)
    remove(found.gone)
    stale = found.stale[:most]
    failed = 0
    for page_id in stale:
        try:
            _refresh(page_id, recipe)
        except Exception:
            # One page that cannot be read must not keep the others out of the index.
            logger.exception("The search could not index page %s.", page_id)
            failed += 1
    if found.stale == stale and not failed:
        IndexState.objects.filter(name=stamps.DOCUMENTS).update(analyser=recipe.analyser.version)
    return len(stale) + len(found.gone)


def remove(page_ids: Iterable[int]) -> None:
    """Remove the rows of pages."""
    for some in _chunks(page_ids):
        with transaction.atomic():
            stamps.change(stamps.DOCUMENTS)
            Document.objects.filter(page_id__in=some).delete()


def rebuild(progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Write the rows of all pages anew, forget the words that none has any more, and return the number of pages.

    ``progress`` is called with the pages done and all pages. Searches go on meanwhile, on the old rows.
    """
    recipe = Recipe.current()
    ids = list(_live_pages().order_by("pk").values_list("pk", flat=True))
    remove(find_stale(recipe).gone)
    for done, page_id in enumerate(ids, start=1):
        _refresh(page_id, recipe, anew=True)
        progress(done, len(ids))
    with transaction.atomic():
        stamps.change(stamps.DOCUMENTS)
        _forget_words()
        IndexState.objects.filter(name=stamps.DOCUMENTS).update(analyser=recipe.analyser.version)
    return len(ids)


def find_stale(recipe: Recipe) -> Sweep:
    """Return the pages whose row is missing, older than the page, made by another recipe or not allowed."""
    row = Document.objects.filter(page_id=OuterRef("pk"))
    fitting = row.filter(recipe=recipe.digest).filter(
        Q(live_revision_id=OuterRef("live_revision_id"))
        | Q(live_revision_id__isnull=True, page__live_revision_id__isnull=True)
    )
    is_hidden = Q(alias_of__isnull=False) | Q(Exists(_restrictions_of(OuterRef("path"))))
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


def _restrictions_of(path: OuterRef) -> QuerySet[PageViewRestriction]:
    """Return the view restrictions on the page at a path and on those above it, whose paths it begins with."""
    return PageViewRestriction.objects.alias(path=ExpressionWrapper(path, CharField())).filter(
        path__startswith=F("page__path")
    )


@cache
def _findable_types() -> tuple[type[Page], ...]:
    return tuple(model for model in get_page_models() if issubclass(model, Findable))


def _live_pages() -> QuerySet[Page]:
    """Return the live pages of findable types, whether they may be found or not."""
    types = ContentType.objects.get_for_models(*_findable_types()).values()
    return Page.objects.live().filter(content_type__in=[kind.pk for kind in types])


def _refresh(page_id: int, recipe: Recipe, *, anew: bool = False) -> None:
    """Write, leave or remove the row of a page, as the database has the page now.

    The lock is taken before the page is read, so that of two writers the later one has read the later page.
    """
    with transaction.atomic():
        stamps.lock(stamps.DOCUMENTS)
        page = _live_pages().filter(pk=page_id).first()
        if page is None:
            if Document.objects.filter(page_id=page_id).exists():
                stamps.change(stamps.DOCUMENTS)
                Document.objects.filter(page_id=page_id).delete()
            return
        is_hidden = page.alias_of_id is not None or page.get_view_restrictions().exists()
        entry = None if is_hidden else page.specific.as_document()
        if entry is not None and entry.expires_at is None:
            entry = replace(entry, expires_at=page.expire_at)
        digest = _digest(entry, recipe)
        if not anew and Document.objects.filter(page_id=page_id, digest=digest, findable=not is_hidden).exists():
            Document.objects.filter(page_id=page_id).update(
                live_revision_id=page.live_revision_id, recipe=recipe.digest
            )
            return
        stamps.change(stamps.DOCUMENTS)
        _write(page_id, entry, live_revision_id=page.live_revision_id, recipe=recipe)


def _write(page_id: int, entry: Entry | None, *, live_revision_id: int | None, recipe: Recipe) -> None:
    """Write a row in the caller's transaction; without an entry, that of a live page that may not be found."""
    columns: dict[str, object] = {
        "live_revision_id": live_revision_id,
        "stamp": stamps.draw(),
        "recipe": recipe.digest,
        "digest": _digest(entry, recipe),
        "findable": entry is not None,
        "expires_at": None,
        "words": b"",
        "postings": b"",
        "stream": b"",
        "places": b"",
        "length": 0,
        "values": {},
        "sort_keys": {},
        "card": {},
        "passages": [],
    }
    if entry is not None:
        read = recipe.read(entry)
        _add_words(read.rows.values())
        columns |= {
            "expires_at": entry.expires_at,
            "words": read.words,
            "postings": read.postings,
            "stream": read.stream,
            "places": read.places,
            "length": read.length,
            **_projections(entry),
        }
    Document.objects.update_or_create(page_id=page_id, defaults=columns)
    IndexState.objects.filter(name=stamps.DOCUMENTS, analyser="").update(analyser=recipe.analyser.version)


def _projections(entry: Entry) -> dict[str, object]:
    """Return what a row holds as JSON."""
    return {
        "values": {facet: list(codes) for facet, codes in entry.values.items()},
        "sort_keys": dict(entry.sort_keys),
        "card": dict(entry.card),
        "passages": [[passage.field, passage.language, passage.text] for passage in entry.passages],
    }


def _digest(entry: Entry | None, recipe: Recipe) -> str:
    """Return what tells two rows of a page apart: what the page says and the recipe."""
    said = [recipe.digest]
    if entry is not None:
        said += [_projections(entry), list(entry.concepts), entry.expires_at]
    text = json.dumps(said, cls=DjangoJSONEncoder, sort_keys=True)
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _add_words(rows: Iterable[WordRow]) -> None:
    """Insert the words that the table has not, in the order of their numbers."""
    wanted = {row.number: row for row in rows}
    for some in _chunks(sorted(wanted)):
        known = set(Word.objects.filter(number__in=some).values_list("number", flat=True))
        Word.objects.bulk_create(
            [
                Word(number=row.number, surface=row.surface, language=row.language, bases=row.bases, parts=row.parts)
                for row in (wanted[number] for number in some if number not in known)
            ],
            ignore_conflicts=True,
        )


def _forget_words() -> None:
    """Delete the words that no document has."""
    used = [np.frombuffer(row, NUMBER) for row in Document.objects.values_list("words", flat=True).iterator()]
    known = np.fromiter(Word.objects.values_list("number", flat=True).iterator(), np.uint64)
    unused = np.setdiff1d(known, np.concatenate(used)) if used else known
    for some in _chunks(unused.tolist()):
        Word.objects.filter(number__in=some).delete()


def _chunks(ids: Iterable[int]) -> Iterator[Sequence[int]]:
    wanted = iter(ids)
    while some := list(islice(wanted, ROWS_A_QUERY)):
        yield some
