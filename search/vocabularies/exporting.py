"""The site's own concepts as SKOS, for those who keep vocabularies and for other sites."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, SKOS

from search.catalogue import Catalogue, Concept
from search.models import SynonymSet
from search.terms import concepts
from search.terms.compiled import IMPORTED

SEPARATOR = ":"


def export(catalogue: Catalogue, base: str, title: str) -> str:
    """Return all own concepts as Turtle; their addresses begin with ``base``."""
    graph = Graph()
    graph.bind("skos", SKOS)
    graph.bind("dcterms", DCTERMS)
    graph.bind("", base)
    scheme = URIRef(base)
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    graph.add((scheme, DCTERMS.title, Literal(title)))
    groups = {concepts.key_of(group): group for group in SynonymSet.objects.filter(in_use=True).order_by("pk")}
    read = concepts.read_own(catalogue, groups.values())
    addresses = {concept.key: _address(base, concept.key, groups.get(concept.key)) for concept in read}
    for concept in read:
        address = addresses[concept.key]
        graph.add((address, RDF.type, SKOS.Concept))
        graph.add((address, SKOS.inScheme, scheme))
        _label(graph, address, concept)
        _relate(graph, address, concept, addresses)
        reason = groups[concept.key].reason if concept.key in groups else ""
        if reason:
            graph.add((address, SKOS.note, Literal(reason)))
    return graph.serialize(format="turtle")


def _address(base: str, key: str, group: SynonymSet | None) -> URIRef:
    """Return the address of a concept: its vocabulary and code, of a set that came with the service its code."""
    vocabulary, _, code = key.partition(SEPARATOR)
    return URIRef(f"{base}{quote(vocabulary)}/{quote((group.code if group else '') or code)}")


def _label(graph: Graph, address: URIRef, concept: Concept) -> None:
    """Add the labels; of a set the first word of each language is the preferred one. No word is both."""
    preferred = dict(concept.labels) or dict(reversed(concept.equals))
    for language, text in preferred.items():
        graph.add((address, SKOS.prefLabel, Literal(text, lang=language)))
    for language, text in concept.equals:
        if preferred.get(language) != text:
            graph.add((address, SKOS.altLabel, Literal(text, lang=language)))
    for text in concept.synonyms:
        # Nobody has told in which language they are.
        graph.add((address, SKOS.altLabel, Literal(text)))


def _relate(graph: Graph, address: URIRef, concept: Concept, addresses: dict[str, URIRef]) -> None:
    for key in _known((concept.parent, *concept.broader), addresses):
        graph.add((address, SKOS.broader, _of(key, addresses)))
    for key in _known(concept.related, addresses):
        graph.add((address, SKOS.related, _of(key, addresses)))


def _known(keys: Iterable[str], addresses: dict[str, URIRef]) -> list[str]:
    return [key for key in keys if key in addresses or key.startswith(f"{IMPORTED}{SEPARATOR}")]


def _of(key: str, addresses: dict[str, URIRef]) -> URIRef:
    """Return the address of a concept; an imported one has its own."""
    return addresses.get(key) or URIRef(key.partition(SEPARATOR)[2])
