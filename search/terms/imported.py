"""The imported concepts of this moment: compiled from the rows once, kept in a file, mapped by every process."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence

from search.models import ImportedConcept, ImportedVocabulary
from search.terms import state_files
from search.terms.compiled import FORMAT, NOTHING, CompiledConcepts, ConceptRow, ImportedLabel, compile_rows

logger = logging.getLogger(__name__)

KIND = "imported"
TRIES = 8
"""How often rows are read again because somebody imports meanwhile."""
ROWS_AT_ONCE = 2_000

_NEWEST: dict[str, CompiledConcepts] = {}
"""Those that all threads of the process share, by what they were made of; one at most."""

PREFERRED, ALTERNATIVE, HIDDEN = "p", "a", "h"
"""How a label stands in ``ImportedConcept.words``."""


def current() -> CompiledConcepts:
    """Return the imported concepts as the database has them."""
    name = _name()
    if not name:
        return NOTHING
    found = _NEWEST.get(name) or _attach(name)
    if found is None:
        name, content = _compile()
        is_kept = bool(name) and state_files.write(KIND, name, content)
        found = (_attach(name) if is_kept else None) or CompiledConcepts(content)
    _NEWEST.clear()
    _NEWEST[name] = found
    return found


def read_rows() -> Iterator[ConceptRow]:
    """Read the concepts of all vocabularies, in the order in which they were imported."""
    rows = ImportedConcept.objects.order_by("vocabulary", "pk")
    columns = ("address", "words", "broader", "related", "equal")
    for address, words, *relations in rows.values_list(*columns).iterator(chunk_size=ROWS_AT_ONCE):
        yield ConceptRow(address, tuple(map(unpack_label, words)), *map(tuple, relations))


def pack_label(label: ImportedLabel) -> list[object]:
    kind = PREFERRED if label.is_preferred else HIDDEN if label.is_hidden else ALTERNATIVE
    return [label.language, label.text, label.bases, kind]


def unpack_label(packed: Sequence[object]) -> ImportedLabel:
    language, text, bases, kind = packed
    return ImportedLabel(language, text, tuple(map(tuple, bases)), kind == PREFERRED, kind == HIDDEN)


def _name() -> str:
    """Return what tells two contents of all vocabularies apart; empty where there are none."""
    digests = list(ImportedVocabulary.objects.order_by("pk").values_list("name", "digest"))
    return state_files.digest([FORMAT, *digests]) if digests else ""


def _compile() -> tuple[str, bytes]:
    """Return the rows compiled, with what tells their content apart; they are of one moment."""
    for _ in range(TRIES):
        name = _name()
        content = compile_rows(read_rows())
        if _name() == name:
            return name, content
    logger.warning("Vocabularies change faster than they can be read; a moment's words may be missing.")
    return "", content


def _attach(name: str) -> CompiledConcepts | None:
    content = state_files.attach(KIND, name)
    try:
        return None if content is None else CompiledConcepts(content)
    except (ValueError, KeyError, json.JSONDecodeError) as error:
        logger.warning("The compiled vocabularies cannot be used, so they are made anew: %s", error)
        return None
