"""Files of SKOS → concepts: Turtle, RDF/XML and JSON-LD as national vocabularies are handed out."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote
from xml.sax import SAXParseException

from rdflib import Graph, Literal, URIRef
from rdflib.exceptions import ParserError
from rdflib.namespace import DC, DCTERMS, OWL, RDF, RDFS, SKOS, Namespace
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Node

from search.analysis.analyser import LANGUAGES

SKOSXL = Namespace("http://www.w3.org/2008/05/skos-xl#")
CC = Namespace("http://creativecommons.org/ns#")

FORMATS = {
    ".ttl": "turtle",
    ".nt": "turtle",
    ".rdf": "xml",
    ".xml": "xml",
    ".owl": "xml",
    ".jsonld": "json-ld",
    ".json": "json-ld",
}
"""What a file holds, by the end of its name. N-Triples are Turtle too, and its parser tells lines."""

LONGEST_LABEL = 200
SHOWN_OF_LONG = 40
"""Characters by which a label that is too long is told."""
LONGEST_ADDRESS = 500
NESTED_ENTITY = re.compile(rb"<!ENTITY\s[^>]*&[^>]*>")
"""An entity of XML that is made of others: a few of these can stand for a text that fills any memory."""
UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
"""Characters that no label has and no database takes."""


class LabelKind(StrEnum):
    PREFERRED = "preferred"
    ALTERNATIVE = "alternative"
    HIDDEN = "hidden"
    """Finds, and is never shown: a wrong spelling, an outdated word."""


KINDS = {
    SKOS.prefLabel: LabelKind.PREFERRED,
    SKOS.altLabel: LabelKind.ALTERNATIVE,
    SKOS.hiddenLabel: LabelKind.HIDDEN,
    SKOSXL.prefLabel: LabelKind.PREFERRED,
    SKOSXL.altLabel: LabelKind.ALTERNATIVE,
    SKOSXL.hiddenLabel: LabelKind.HIDDEN,
}
TITLES = (DCTERMS.title, DC.title, SKOS.prefLabel, RDFS.label)
LICENCES = (DCTERMS.license, CC.license, DCTERMS.rights, DC.rights)
READ = {
    *KINDS,
    *TITLES,
    *LICENCES,
    *(RDF.type, SKOSXL.literalForm, SKOS.inScheme, OWL.deprecated),
    *(SKOS.broader, SKOS.narrower, SKOS.related, SKOS.exactMatch),
}
"""All of a file that is kept while it is read: notes and history are most of a national vocabulary."""


class BrokenFile(Exception):
    """A file that cannot be read, with the line where the parser tells it."""


@dataclass(frozen=True, slots=True, order=True)
class Label:
    """``language`` is empty where the file tells none."""

    language: str
    kind: LabelKind
    text: str


@dataclass(frozen=True, slots=True)
class SkosConcept:
    """A concept of a file; relations are addresses (URIs), also of concepts that the file does not have."""

    address: str
    labels: tuple[Label, ...]
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    equal: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SkosFile:
    """What a file says, and what of it could not be taken.

    ``without_language`` are labels that are taken as words of any language, ``deprecated`` and ``without_labels`` the
    addresses of concepts that are left out, ``without_address`` the number of those that have none or too long a one.
    ``too_long`` are the beginnings of labels that are left out; ``other_languages`` counts others by their language.
    """

    title: str
    address: str
    licence: str
    concepts: tuple[SkosConcept, ...]
    deprecated: tuple[str, ...]
    without_labels: tuple[str, ...]
    without_address: int
    without_language: tuple[str, ...]
    too_long: tuple[str, ...]
    other_languages: dict[str, int]


class _ReadGraph(Graph):
    """A graph that keeps what is read of a vocabulary, so that a large file needs a fraction of the memory."""

    def add(self, triple: tuple[Node, Node, Node]) -> Graph:
        return super().add(triple) if triple[1] in READ else self


def read(path: Path) -> SkosFile:
    """Read a file by the end of its name. Raises BrokenFile."""
    graph = _ReadGraph()
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        raise BrokenFile(f"The name of the file ends in none of {', '.join(FORMATS)}.")
    try:
        content = path.read_bytes()
        if form == "xml":
            _refuse_nested_entities(content)
        else:
            content = content.decode("utf-8-sig")
        if form == "json-ld":
            _check_json(json.loads(content))
        # Addresses that the file does not tell whole are the same wherever it lies.
        graph.parse(data=content, format=form, publicID=f"file:///{quote(path.name)}")
    except OSError as error:
        raise BrokenFile(f"The file cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise BrokenFile(f"Line {line}: this is no text in UTF-8.") from error
    except BadSyntax as error:
        # The message begins with a line that names the place, and ends with the text around it.
        _, _, told = error.message.partition("\n")
        raise BrokenFile(f"Line {error.lines + 1}: {told.partition(' at ^')[0]}.") from error
    except SAXParseException as error:
        raise BrokenFile(f"Line {error.getLineNumber()}: {error.getMessage()}.") from error
    except json.JSONDecodeError as error:
        raise BrokenFile(f"Line {error.lineno}: {error.msg}.") from error
    except (ParserError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        # What parsers of rdflib raise for files that are well formed and make no sense.
        raise BrokenFile(f"The file cannot be understood: {type(error).__name__}: {error}") from error
    found = _Concepts(graph).read()
    if not found.concepts:
        raise BrokenFile("The file has no concept of SKOS with a label in Finnish, Swedish or English.")
    return found


def _refuse_nested_entities(content: bytes) -> None:
    if NESTED_ENTITY.search(content):
        raise BrokenFile("The file has entities of XML that are made of others, which no vocabulary needs.")


def _check_json(value: object) -> None:
    if not isinstance(value, dict | list):
        raise BrokenFile("Line 1: a file of JSON-LD is an object or a list.")
    _refuse_foreign_contexts(value)


def _refuse_foreign_contexts(value: object) -> None:
    """Refuse JSON-LD whose meaning stands on another machine: nothing is fetched for a file."""
    if isinstance(value, dict):
        contexts = value.get("@context", [])
        for context in contexts if isinstance(contexts, list) else [contexts]:
            if isinstance(context, str) or (isinstance(context, dict) and "@import" in context):
                raise BrokenFile("The file's @context stands at another address. Take the Turtle file in its place.")
        for one in value.values():
            _refuse_foreign_contexts(one)
    elif isinstance(value, list):
        for one in value:
            _refuse_foreign_contexts(one)


class _Concepts:
    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._without_language: dict[str, None] = {}
        self._too_long: dict[str, None] = {}
        self._other_languages: Counter[str] = Counter()

    def read(self) -> SkosFile:
        graph = self._graph
        every = set(graph.subjects(RDF.type, SKOS.Concept))
        addresses = sorted(one for one in every if isinstance(one, URIRef) and len(one) <= LONGEST_ADDRESS)
        deprecated = [str(one) for one in addresses if any(map(_is_true, graph.objects(one, OWL.deprecated)))]
        gone = set(deprecated)
        broader = self._relations(SKOS.broader, SKOS.narrower)
        related = self._relations(SKOS.related, SKOS.related)
        equal = self._relations(SKOS.exactMatch, SKOS.exactMatch)
        concepts = [
            SkosConcept(
                address=str(one),
                labels=tuple(self._labels(one)),
                broader=_without(broader[one], gone, one),
                related=_without(related[one], gone, one),
                equal=_without(equal[one], gone, one),
            )
            for one in addresses
            if str(one) not in gone
        ]
        scheme = self._scheme(addresses)
        return SkosFile(
            title=self._first(scheme, TITLES),
            address=str(scheme or "")[:LONGEST_ADDRESS],
            licence=self._first(scheme, LICENCES),
            concepts=tuple(one for one in concepts if one.labels),
            deprecated=tuple(deprecated),
            without_labels=tuple(one.address for one in concepts if not one.labels),
            without_address=len(every) - len(addresses),
            without_language=tuple(self._without_language),
            too_long=tuple(self._too_long),
            other_languages=dict(sorted(self._other_languages.items())),
        )

    def _relations(self, way: URIRef, back: URIRef) -> defaultdict[Node, set[str]]:
        """Return the addresses to which concepts are in a relation, also where only the other one tells it."""
        found: defaultdict[Node, set[str]] = defaultdict(set)
        pairs = (
            *self._graph.subject_objects(way),
            *((other, one) for one, other in self._graph.subject_objects(back)),
        )
        for one, other in pairs:
            if isinstance(other, URIRef) and len(other) <= LONGEST_ADDRESS:
                found[one].add(str(other))
        return found

    def _labels(self, concept: Node) -> Iterator[Label]:
        """Yield the labels of a concept in the languages that are read, the preferred ones first."""
        found: dict[tuple[str, str], LabelKind] = {}
        for kind, literal in self._literals(concept):
            text = _tidy(literal)
            language = (literal.language or "").lower().partition("-")[0]
            if language and language not in LANGUAGES:
                self._other_languages[language] += 1
            elif len(text) > LONGEST_LABEL:
                self._too_long.setdefault(f"{text[:SHOWN_OF_LONG]}…")
            elif text:
                if not language:
                    self._without_language.setdefault(text)
                found.setdefault((language, text), kind)
        order = {language: place for place, language in enumerate((*LANGUAGES, ""))}
        kinds = list(LabelKind)
        for (language, text), kind in sorted(
            found.items(), key=lambda one: (kinds.index(one[1]), order[one[0][0]], one[0][1])
        ):
            yield Label(language, kind, text)

    def _literals(self, concept: Node) -> Iterator[tuple[LabelKind, Literal]]:
        """Yield the labels of a concept; in SKOS-XL each is a thing of its own."""
        for way, kind in KINDS.items():
            for value in self._graph.objects(concept, way):
                forms = [value] if isinstance(value, Literal) else self._graph.objects(value, SKOSXL.literalForm)
                yield from ((kind, form) for form in forms if isinstance(form, Literal))

    def _scheme(self, addresses: Iterable[URIRef]) -> URIRef | None:
        """Return the scheme in which most concepts are, else one that the file describes."""
        known = sorted(one for one in self._graph.subjects(RDF.type, SKOS.ConceptScheme) if isinstance(one, URIRef))
        counted = Counter(scheme for one in addresses for scheme in self._graph.objects(one, SKOS.inScheme))
        return max(known, key=lambda one: counted[one], default=None)

    def _first(self, scheme: URIRef | None, ways: Iterable[URIRef]) -> str:
        """Return what the file says of its scheme, in Finnish if it does."""
        for way in ways:
            told = sorted(self._graph.objects(scheme, way)) if scheme is not None else []
            told.sort(key=lambda one: not isinstance(one, Literal) or one.language != "fi")
            if told:
                return _tidy(told[0])[:LONGEST_LABEL]
        return ""


def _tidy(text: Node) -> str:
    """Return a text in one line, without characters that nobody sees."""
    return " ".join(UNPRINTABLE.sub("", str(text)).split())


def _is_true(value: Node) -> bool:
    return str(value).lower() in ("true", "1")


def _without(addresses: Iterable[str], gone: set[str], own: str) -> tuple[str, ...]:
    return tuple(sorted(set(addresses) - gone - {str(own)}))


def circles(concepts: Iterable[SkosConcept]) -> list[tuple[str, ...]]:
    """Return the addresses of concepts that are broader than themselves, each circle once as the way round it."""
    broader = {one.address: one.broader for one in concepts}
    done: set[str] = set()
    found = []
    for first in broader:
        path: dict[str, Iterator[str]] = {}
        step: str | None = first if first not in done else None
        while step is not None or path:
            if step is not None:
                path[step] = iter(broader[step])
            last = next(reversed(path))
            step = next((other for other in path[last] if other in broader and other not in done), None)
            if step is None:
                done.add(last)
                del path[last]
            elif step in path:
                names = list(path)
                found.append(tuple(names[names.index(step) :]))
                step = None
    return found
