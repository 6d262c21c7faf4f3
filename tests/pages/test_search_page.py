"""The search page by its addresses: they hold the whole state, counts are what a click brings, nothing breaks."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.db.models import Q
from django.test import Client
from django.utils.translation import override

from operating_models.models import OperatingModelPage
from search.criteria import Criteria
from search.finding.results import find
from tests.pages.reading import SEARCH, facet_counts, hits, read, search, shown_total, text_of, texts_of

# Outside a transaction the search keeps its index between requests, as it does for visitors.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo")]

FACETS = [
    "region",
    "used_in",
    "target_group",
    "theme",
    "service_class",
    "setting",
    "programme",
    "status",
    "evidence",
    "language",
]


def state(url):
    """Return the parameters of an address."""
    return parse_qs(urlsplit(url).query)


def follow(url):
    return read(url if url.startswith("/") else SEARCH + url)


def all_hits(**criteria):
    """Return the keys of all hits on all pages."""
    asked = Criteria(**criteria)
    first = find(asked)
    pages = [first, *(find(asked.with_page(number)) for number in range(2, first.pages + 1))]
    return {hit.page_id for results in pages for hit in results.hits}


class TestFacets:
    @pytest.mark.parametrize(
        ("words", "selections"),
        [
            ("", {}),
            ("neuvonta", {}),
            ("", {"region": ("15", "10"), "theme": ("digital-remote",)}),
            ("ikääntynyt kotona", {"status": ("piloting", "in_use"), "programme": ("rrp",)}),
        ],
    )
    def test_each_count_is_the_number_of_hits_when_that_value_alone_is_selected(self, words, selections):
        shown = find(Criteria(words=words, selections=selections))
        wrong = {}
        for facet in shown.facets:
            for value in facet.values:
                alone = {**selections, facet.name: (value.code,)}
                total = find(Criteria(words=words, selections=alone)).total
                if total != value.count:
                    wrong[facet.name, value.code] = (value.count, total)
        assert sum(len(facet.values) for facet in shown.facets) > 100
        assert wrong == {}

    def test_models_that_name_no_programme_are_found_as_such(self):
        found = all_hits(selections={"programme": ("none",)})
        unnamed = OperatingModelPage.objects.filter(Q(programmes=None) | Q(programmes__code="none"))
        assert found == set(unnamed.values_list("pk", flat=True))
        assert facet_counts(search(), "programme")["none"] == len(found) > 20

    def test_values_of_one_facet_widen_and_another_facet_narrows(self):
        one, other = all_hits(selections={"region": ("15",)}), all_hits(selections={"region": ("20",)})
        theme = all_hits(selections={"theme": ("prevention",)})
        both = {"region": ("15", "20")}
        assert all_hits(selections=both) == one | other
        assert all_hits(selections={**both, "theme": ("prevention",)}) == (one | other) & theme
        assert min(len(one), len(other), len((one | other) & theme)) > 0

    def test_page_shows_what_the_search_counts(self):
        soup = search("neuvonta", region=["15", "20"])
        results = find(Criteria(words="neuvonta", selections={"region": ("15", "20")}))
        assert shown_total(soup) == results.total
        for name in FACETS:
            assert facet_counts(soup, name) == {value.code: value.count for value in results.facet(name).values}

    def test_chosen_value_stays_in_its_list_at_zero_hits(self):
        soup = search("neuvola", region="91", theme="culture-nature")
        assert shown_total(soup) == 0
        checked = {(box["name"], box["value"]) for box in soup.select("input[checked]")}
        assert checked == {("region", "91"), ("theme", "culture-nature")}
        assert facet_counts(soup, "region")["91"] == 0
        assert len(soup.select(".chip")) == 2

    @pytest.mark.parametrize(
        ("words", "facet", "code"), [("", "status", "ended"), ('"lapsibudjetointi"', "evidence", "1")]
    )
    def test_few_hits_of_a_status_or_an_evidence_level_offer_the_search_without_it(self, words, facet, code):
        soup = search(words, **{facet: code})
        assert shown_total(soup) == 0
        (offered,) = soup.select("#wider-title + ul a")
        assert state(offered["href"]) == ({"q": [words]} if words else {})
        (chip,) = texts_of(soup, ".chip")
        assert text_of(offered).endswith(chip.partition(" (")[0])

    def test_facets_are_the_same_with_words_and_without(self):
        for words in ("", "neuvola", "xyzzy"):
            soup = search(words)
            assert [facet["id"] for facet in soup.select(".facet")] == [f"facet-{name}" for name in FACETS]
            sizes = [len(facet_counts(soup, name)) for name in FACETS]
            assert sizes == [25, 25, 13, 14, 23, 10, 8, 6, 7, 6]

    def test_investment_counts_for_its_programme(self):
        counts = facet_counts(search(), "programme")
        assert counts["rrp"] >= max(counts[f"rrp-p4-i{number}"] for number in range(1, 5)) > 0


class TestAddresses:
    ASKED = "?q=neuvonta&region=15&region=20&theme=prevention&sort=title"

    def test_chip_takes_away_its_value_and_keeps_the_rest(self):
        soup = follow(self.ASKED)
        chips = {text_of(chip): state(chip["href"]) for chip in soup.select(".chip")}
        rest = {"q": ["neuvonta"], "sort": ["title"]}
        assert chips == {
            "Keski-Suomi (Alue), poista": rest | {"region": ["20"], "theme": ["prevention"]},
            "Kainuu (Alue), poista": rest | {"region": ["15"], "theme": ["prevention"]},
            "Ehkäisevä työ ja hyte (Teema), poista": rest | {"region": ["15", "20"]},
        }
        clear = next(a for a in soup.select(".chips a:not(.chip)"))
        assert state(clear["href"]) == rest

    def test_sort_keeps_words_and_values_and_returns_to_the_first_page(self):
        soup = follow("?q=neuvonta&theme=prevention&p=2&sort=title")
        assert texts_of(soup, ".sorts [aria-current]") == ["otsikko"]
        links = soup.select(".sorts a")
        assert texts_of(soup, ".sorts a") == ["osuvuus", "uusin", "eniten käytössä", "vahvin näyttö", "otsikko"]
        for link in links:
            asked = state(link["href"])
            assert (asked["q"], asked["theme"], asked.get("p")) == (["neuvonta"], ["prevention"], None)
            chosen = follow(link["href"]).select_one(".sorts [aria-current]")
            assert text_of(chosen) == text_of(link)

    def test_form_sends_what_the_address_said(self):
        form = follow(self.ASKED).select_one("form#search")
        sent = {(box["name"], box["value"]) for box in form.select("input[checked], input[type=hidden]")}
        sent.add((form.select_one("input[name=q]")["name"], form.select_one("input[name=q]")["value"]))
        assert sent == {
            ("q", "neuvonta"),
            ("region", "15"),
            ("region", "20"),
            ("theme", "prevention"),
            ("sort", "title"),
        }
        assert form["method"] == "get"

    def test_pages_hold_twenty_hits_each_and_every_model_once(self):
        shown = [hits(search(p=number)) for number in (1, 2, 3)]
        assert [len(titles) for titles in shown] == [20, 20, 2]
        assert len({title for titles in shown for title in titles}) == 42
        soup = search(p=2)
        assert [state(soup.select_one(f"a[rel={rel}]")["href"]) for rel in ("prev", "next")] == [{}, {"p": ["3"]}]
        assert text_of(soup.select_one(".pagination [aria-current=page]")) == "Sivu 2"

    def test_sorts_put_models_in_their_order(self):
        with override("fi"):
            titles = [title for number in (1, 2, 3) for title in hits(search(sort="title", p=number))]
        order = str.maketrans({"å": "z1", "ä": "z2", "ö": "z3", "w": "v"})
        assert titles == sorted(titles, key=lambda title: title.casefold().translate(order))
        # More models are in use than one page holds, so the first page has no others.
        most_used = hits(search(sort="most_used"))
        assert most_used == hits(search(sort="most_used", status=["in_use", "established"]))

    def test_words_that_are_found_are_marked_in_title_and_text(self):
        card = search("hyvinvointineuvolaan").select_one(".card")
        assert texts_of(card, ".card__title mark") == ["hyvinvointineuvola"]
        assert card.select(".card__text mark")


LONG = "terveysneuvonta " * 625
ODD = [
    ({"p": "9999"}, 42),
    ({"p": "0"}, 42),
    ({"p": "-1"}, 42),
    ({"p": "2.5"}, 42),
    ({"p": "٣"}, 42),
    ({"p": "9" * 400}, 42),
    ({"p": ["2", "3"]}, 42),
    ({"sort": "cheapest"}, 42),
    ({"sort": "relevance"}, 42),
    ({"sort": ["title", "newest"], "q": "neuvola"}, 10),
    ({"region": "99"}, 42),
    ({"region": ["15", "15", "15", ""]}, 16),
    ({"theme": "' OR 1=1 --"}, 42),
    ({"theme": "\0"}, 42),
    ({"theme": [str(number) for number in range(900)]}, 42),
    ({"colour": "red"}, 42),
    ({"tag": "ei-ole"}, 42),
    ({"status": "in_use", "evidence": "none", "used_in": "fi"}, 0),
    ({"q": "\0"}, 42),
    ({"q": "neu\0vola"}, 0),
    ({"q": '"'}, 42),
    ({"q": '"neuvola'}, 10),
    ({"q": '"seniorin hyvinvointineuvola"'}, 1),
    ({"q": "'"}, 42),
    ({"q": "neuvola AND NOT (ikä* OR"}, 10),
    ({"q": "title:neuvola^9 ~2 -kotihoito +ikä"}, 23),
    ({"q": "%s %(q)s {{ q }} ${q}"}, 0),
    ({"q": "<script>alert(1)</script>"}, 2),
    ({"q": "\ud7ff￿🙂 ﷽ \u202e"}, 42),
    ({"q": "ja tai mutta"}, 32),
    ({"q": "----- ... ,,, !"}, 42),
    ({"q": "a"}, 37),
    ({"q": "ä" * 5000}, 0),
    ({"q": LONG[:10_000]}, 23),
    ({"q": "-" * 10_000}, 42),
    ({"q": ["neuvola", "koti"]}, 20),
    ({"q": "neuvola", "q2": "x", "csrfmiddlewaretoken": "x"}, 10),
]


LAST_PAGE = ("9999", ["2", "3"])
"""Values of "p" that lead to the last page; all others of them are no pages and lead to the first."""


@pytest.mark.sweep(12)
@pytest.mark.parametrize(
    ("parameters", "total"),
    ODD,
    ids=[re.sub(r"[^a-z=0-9]+", " ", str(parameters))[:40] for parameters, _ in ODD],
)
def test_odd_address_gives_a_sensible_page(parameters, total):
    soup = read(SEARCH, **parameters)
    assert len(soup.find_all("h1")) == 1
    assert shown_total(soup) == total
    assert len(soup.select(".hits .card")) == (2 if parameters.get("p") in LAST_PAGE else min(total, 20))
    assert bool(soup.select(".hits .card")) != bool(soup.select(".no-hits"))
    assert not soup.main.select("script")
    assert len(str(soup)) < 400_000


@pytest.mark.parametrize(
    "parameters",
    [{"colour": "red"}, {"sort": "x"}, {"region": "99"}, {"q": "\0"}, {"p": "x"}, {"theme": "\0"}, {"q": '"'}],
)
def test_nonsense_is_left_out(parameters):
    assert hits(read(SEARCH, **parameters)) == hits(search())
    assert not read(SEARCH, **parameters).select(".chip")


def test_page_behind_the_last_is_the_last_and_says_so():
    soup = search(p="9999")
    assert hits(soup) == hits(search(p=3))
    assert "9999" in text_of(soup.select_one(".results .notice"))


def test_long_query_says_how_much_of_it_was_used():
    soup = search(LONG[:10_000])
    assert "300" in text_of(soup.select_one(".results .notice"))
    assert shown_total(soup) == 23


def test_query_is_shown_as_it_was_typed_and_nothing_in_it_runs():
    soup = search('<b onclick="x">neuvola</b>')
    assert soup.select_one("#q")["value"] == '<b onclick="x">neuvola</b>'
    assert not soup.select("b[onclick]")


def test_search_that_finds_nothing_tells_what_was_understood_and_what_to_do():
    soup = search("xyzzy")
    assert shown_total(soup) == 0
    assert texts_of(soup, ".no-hits strong") == ["xyzzy"]
    themes = soup.select(".no-hits .tile")
    assert len(themes) == 13
    assert all(hits(read(tile["href"])) for tile in themes)
    mail = soup.select_one(".no-hits a[href^='mailto:']")["href"]
    assert "xyzzy" in mail
    assert not soup.select(".sorts")


def test_partial_hits_stand_apart_and_say_so():
    soup = search("seniorineuvola avaruusraketti")
    heads = texts_of(soup, ".partial-head")
    assert len(heads) == 1
    assert hits(soup)[:2] == ["Seniorineuvolan tarkastus", "Seniorin hyvinvointineuvola"]
    assert "Mikään malli ei vastaa kaikkia sanoja." in text_of(soup.select_one(".results .notice"))


def test_more_parameters_than_any_form_sends_are_refused_without_an_error():
    answer = Client().get(SEARCH, {"theme": [str(number) for number in range(2000)]})
    assert answer.status_code == 400


def test_head_request_and_other_methods_do_no_harm():
    assert Client().head(SEARCH).status_code == 200
    posted = Client().post(SEARCH, {"q": "neuvola"})
    assert posted.status_code == 200
    assert hits(BeautifulSoup(posted.content.decode(), "html.parser")) == hits(search())
