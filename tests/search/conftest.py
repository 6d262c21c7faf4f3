"""A small search for the tests of the room: a catalogue, concepts, and entries written without page types."""

from __future__ import annotations

import secrets

import pytest
from django.utils import timezone
from wagtail.models import Page

from search import catalogue as catalogues
from search import index_version
from search.catalogue import Catalogue, Choice, Concept, Facet, Field, Sort
from search.criteria import Criteria
from search.elasticsearch.index import Cluster
from search.findable import Entry, Passage
from search.finding.results import find
from search.terms import concepts
from tests.search.writing import write_entry

FIELDS = (Field("title", 8), Field("lead", 3), Field("labels", 3), Field("body", 1))

CONCEPTS = (
    Concept(
        "region:13",
        {"fi": "Keski-Suomen hyvinvointialue", "sv": "Mellersta Finlands välfärdsområde"},
        ("Keski-Suomi", "Hyvaks"),
        is_name=True,
    ),
    Concept(
        "region:16",
        {"fi": "Pohjanmaan hyvinvointialue", "sv": "Österbottens välfärdsområde"},
        ("Pohjanmaa", "Österbotten"),
        is_name=True,
    ),
    Concept("region:17", {"fi": "Pohjois-Pohjanmaan hyvinvointialue"}, ("Pohjois-Pohjanmaa", "Pohde"), is_name=True),
    Concept("region:15", {"fi": "Etelä-Pohjanmaan hyvinvointialue"}, ("Etelä-Pohjanmaa",), is_name=True),
    Concept("theme:access", {"fi": "hoitoon ja palveluun pääsy", "sv": "tillgång till vård", "en": "access to care"}),
    Concept(
        "theme:mind",
        {"fi": "mielen hyvinvointi", "sv": "psykiskt välbefinnande", "en": "mental wellbeing"},
        ("mielenterveys",),
    ),
    Concept(
        "target:elderly",
        {"fi": "ikäihmiset", "sv": "äldre", "en": "older people"},
        ("vanhus", "ikääntynyt", "seniori"),
    ),
    Concept(
        "target:families",
        {"fi": "lapset ja lapsiperheet", "sv": "barn och barnfamiljer", "en": "children and families"},
    ),
    Concept("synonyms:ips", {}, ("IPS", "sijoita ja valmenna", "työhönvalmennus")),
    Concept(
        "synonyms:dementia",
        equals=(("fi", "muistisairaus"), ("fi", "dementia"), ("sv", "minnessjukdom"), ("en", "memory disorder")),
    ),
)


def make_catalogue(concepts=CONCEPTS):
    return Catalogue(
        fields=FIELDS,
        facets=(
            Facet("region", "Alue", vocabulary="region"),
            Facet("theme", "Teema", vocabulary="theme"),
            Facet("target", "Kohderyhmä", vocabulary="target"),
            Facet("status", "Tila", choices=(Choice("planned", "Suunnitteilla"), Choice("in_use", "Käytössä"))),
            Facet("tag", "Asiasana", listed=False),
        ),
        sorts=(Sort("newest", "uusin", descending=True), Sort("title", "otsikko", text=True)),
        labels_field="labels",
        title_field="title",
        default_sort="newest",
        similar_by=("theme", "target"),
        concepts=lambda: concepts,
    )


@pytest.fixture(scope="session")
def catalogue(django_db_setup, django_db_blocker):
    made = make_catalogue()
    with django_db_blocker.unblock():
        # Kept as by a server: what is read in a test's transaction is not, and would be read again at each search.
        concepts.current(made, index_version.read())
    return made


@pytest.fixture
def use_catalogue(catalogue, monkeypatch):
    """Let everything that asks for the deployment's catalogue have the small one."""
    monkeypatch.setattr(catalogues, "current", lambda: catalogue)
    return catalogue


def entry(title, body="", lead="", *, language="fi", concepts=(), values=None, sort_keys=None, **more):
    """Return an entry with a passage for each text given."""
    texts = (("title", title), ("lead", lead), ("body", body))
    return Entry(
        passages=tuple(Passage(field, text, language) for field, text in texts if text),
        concepts=tuple(concepts),
        values=values or {},
        sort_keys={"newest": 0.0, "title": title} | (sort_keys or {}),
        **more,
    )


@pytest.fixture(scope="session")
def cluster(search_server_url):
    """A real Elasticsearch, with indexes of this process's own that go with it."""
    cluster = Cluster(search_server_url, prefix=f"test-{secrets.token_hex(4)}")
    yield cluster
    # A busy machine is no failure here.
    client = cluster.waiting(60.0)
    left = client.indices.get_alias(index=f"{cluster.prefix}*").body
    if left:
        client.indices.delete(index=",".join(left))


class Library:
    """Writes entries as documents of plain pages, and finds them again by their titles."""

    def __init__(self, catalogue):
        self.catalogue = catalogue
        self.root = Page.objects.order_by("path").first()
        self.titles = {}

    def add(self, *entries):
        pages = []
        for one in entries:
            title = one.passages[0].text if one.passages else "untitled"
            page = self.root.add_child(instance=Page(title=title[:200] or "untitled", slug=f"page-{len(self.titles)}"))
            self.titles[page.pk] = title
            write_entry(page.pk, one)
            pages.append(page)
            self.root.refresh_from_db()
        return pages

    def change(self, page, one):
        self.titles[page.pk] = one.passages[0].text
        write_entry(page.pk, one)

    def find(self, words="", *, sort="", page=1, now=None, **selections):
        selections = {
            facet: (codes,) if isinstance(codes, str) else tuple(codes) for facet, codes in selections.items()
        }
        criteria = Criteria(words=words, selections=selections, sort=sort, page=page)
        return find(criteria, self.catalogue, now=now or timezone.now())

    def full(self, words, **more):
        return [self.titles[hit.page_id] for hit in self.find(words, **more).hits if not hit.partial]

    def partial(self, words, **more):
        return [self.titles[hit.page_id] for hit in self.find(words, **more).hits if hit.partial]


@pytest.fixture
def library(db, use_catalogue):
    return Library(use_catalogue)
