"""Concepts of a file → rows, known by their addresses; and a whole vocabulary taken away again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from search.analysis.analyser import Analyser
from search.batches import ROWS_A_QUERY, in_batches
from search.models import ImportedConcept, ImportedVocabulary
from search.terms import concepts, imported, label_readings, state_files, words
from search.terms.compiled import Bases, ImportedLabel
from search.terms.label_readings import content_words, read_words
from search.vocabularies.skos_files import Label, LabelKind, SkosConcept, SkosFile

ReadingProgress = Callable[[int, int], None]
"""Is told the number of concepts done and that of all."""


@dataclass(frozen=True, slots=True)
class ImportedRows:
    """How many concepts of a vocabulary an import added, changed and removed, and how many it left as they were."""

    added: int
    changed: int
    removed: int
    unchanged: int


class LabelReader:
    """Reads labels with the analyser, those that have been read before not again."""

    def __init__(self, known: Mapping[tuple[str, str], Bases] | None = None) -> None:
        self._analyser: Analyser = words.analyser()
        self._known = dict(known or {})

    def read(self, concept: SkosConcept) -> tuple[ImportedLabel, ...]:
        """Return the labels of a concept with their base forms; without those that have no word."""
        read = (
            ImportedLabel(
                one.language,
                one.text,
                self._bases(one.language, one.text),
                is_preferred=one.kind is LabelKind.PREFERRED,
                is_hidden=one.kind is LabelKind.HIDDEN,
            )
            for one in concept.labels
        )
        return tuple(one for one in read if one.bases)

    def _bases(self, language: str, text: str) -> Bases:
        found = self._known.get((language, text))
        if found is None:
            read = content_words(read_words(text, language or None, self._analyser))
            found = self._known[language, text] = tuple(reading.bases for _, reading in read)
        return found


def save(
    name: str, file: SkosFile, source: str, *, licence: str = "", progress: ReadingProgress = lambda done, total: None
) -> ImportedRows:
    """Make the vocabulary of that name what the file says, and let every process know.

    ``source`` is the name of the file, ``licence`` what somebody knows of it beside the file.

    Words are read before anything is written, so that other writers wait for the writing alone.
    """
    rules = label_readings.rules(words.analyser())
    before = ImportedVocabulary.objects.filter(name=name).first()
    reader = LabelReader(_bases_of(before) if before is not None and before.reading == rules else None)
    rows = {}
    for done, one in enumerate(file.concepts, 1):
        rows[one.address] = _row(one, reader)
        progress(done, len(file.concepts))
    described = {"title": file.title, "address": file.address, "licence": licence or file.licence, "source": source}
    with transaction.atomic():
        vocabulary, _ = ImportedVocabulary.objects.update_or_create(
            name=name,
            defaults=described | {"digest": _digest(rows), "reading": rules, "imported_at": timezone.now()},
        )
        found = _write(vocabulary, rows)
        concepts.touch()
    imported.current()
    return found


def remove(name: str) -> int:
    """Take a vocabulary away and return its number of concepts. Raises ImportedVocabulary.DoesNotExist."""
    with transaction.atomic():
        vocabulary = ImportedVocabulary.objects.get(name=name)
        count = vocabulary.concepts.count()
        vocabulary.delete()
        concepts.touch()
    return count


def read_again(progress: ReadingProgress = lambda done, total: None) -> int:
    """Read the words of all vocabularies anew, as after a change of the analyser; return the number of these."""
    rules = label_readings.rules(words.analyser())
    vocabularies = list(ImportedVocabulary.objects.order_by("pk"))
    for vocabulary in vocabularies:
        total = vocabulary.concepts.count()
        reader = LabelReader()
        rows = {}
        for done, row in enumerate(vocabulary.concepts.order_by("pk").iterator(), 1):
            rows[row.address] = _row(_concept(row), reader)
            progress(done, total)
        with transaction.atomic():
            unchanged = ImportedVocabulary.objects.filter(pk=vocabulary.pk, digest=vocabulary.digest)
            # Who has imported it meanwhile has read its words with this analyser.
            if unchanged.update(digest=_digest(rows), reading=rules):
                _write(vocabulary, rows)
                concepts.touch()
    return len(vocabularies)


def _row(concept: SkosConcept, reader: LabelReader) -> ImportedConcept:
    packed = [imported.pack_label(label) for label in reader.read(concept)]
    content = (packed, list(concept.broader), list(concept.related), list(concept.equal))
    return ImportedConcept(
        address=concept.address,
        words=packed,
        broader=content[1],
        related=content[2],
        equal=content[3],
        digest=state_files.digest(content),
    )


def _concept(row: ImportedConcept) -> SkosConcept:
    """Return a concept as its file told it."""
    labels = (imported.unpack_label(one) for one in row.words)
    return SkosConcept(
        address=row.address,
        labels=tuple(Label(one.language, _kind(one), one.text) for one in labels),
        broader=tuple(row.broader),
        related=tuple(row.related),
        equal=tuple(row.equal),
    )


def _kind(label: ImportedLabel) -> LabelKind:
    if label.is_preferred:
        return LabelKind.PREFERRED
    return LabelKind.HIDDEN if label.is_hidden else LabelKind.ALTERNATIVE


def _digest(rows: Mapping[str, ImportedConcept]) -> str:
    return state_files.digest(sorted((address, row.digest) for address, row in rows.items()))


def _bases_of(vocabulary: ImportedVocabulary) -> dict[tuple[str, str], Bases]:
    """Return the base forms of the labels that a vocabulary has, by language and text."""
    packed = vocabulary.concepts.order_by("pk").values_list("words", flat=True).iterator()
    labels = (imported.unpack_label(one) for some in packed for one in some)
    return {(label.language, label.text): label.bases for label in labels}


def _write(vocabulary: ImportedVocabulary, rows: Mapping[str, ImportedConcept]) -> ImportedRows:
    """Make the rows of a vocabulary these, in the caller's transaction; what is unchanged is not written."""
    there = dict(vocabulary.concepts.values_list("address", "digest"))
    gone = there.keys() - rows.keys()
    changed = {address for address in there.keys() & rows.keys() if there[address] != rows[address].digest}
    for some in in_batches(sorted(gone | changed)):
        vocabulary.concepts.filter(address__in=some).delete()
    fresh = [row for address, row in rows.items() if address in changed or address not in there]
    for row in fresh:
        row.vocabulary = vocabulary
    ImportedConcept.objects.bulk_create(fresh, batch_size=ROWS_A_QUERY)
    return ImportedRows(len(fresh) - len(changed), len(changed), len(gone), len(rows) - len(fresh))
