"""What words and selections find: the conformance suite, run on whichever database the tests use.

Hits and counts are exact. The rules themselves are spelled out in reference.py.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from search.indexing import upkeep
from tests.search.conftest import entry


def counts(results, facet):
    return {value.code: value.count for value in results.facet(facet).values}


# Words


def test_inflected_word_finds_its_base_form(library):
    library.add(entry("Seniorineuvola", "Neuvonta kuuluu kaikille."), entry("Etälääkäri", "Vastaanotto etänä."))
    assert library.full("neuvonnan") == ["Seniorineuvola"]


def test_part_of_a_longer_word_is_a_full_hit(library):
    library.add(entry("Seniorineuvola"), entry("Etälääkäri"))
    assert library.full("neuvola") == ["Seniorineuvola"]


def test_part_of_the_querys_own_word_is_a_partial_hit(library):
    library.add(entry("Hoitoketju", "Potilaan polku."), entry("Etälääkäri"))
    results = library.find("sädehoito")
    assert (results.full, results.partial) == (0, 1)
    assert library.partial("sädehoito") == ["Hoitoketju"]


def test_shortened_word_is_found_by_what_it_stands_for(library):
    library.add(entry("Mielenterveys- ja päihdepalvelut"), entry("Hoitosuunnitelmat ja -polut"), entry("Muu"))
    assert library.full("mielenterveyspalvelu") == ["Mielenterveys- ja päihdepalvelut"]
    assert library.full("hoitopolku") == ["Hoitosuunnitelmat ja -polut"]
    assert library.full("mielenterveys- ja päihdepalvelu") == ["Mielenterveys- ja päihdepalvelut"]


def test_all_counting_words_are_needed_for_a_full_hit(library):
    library.add(entry("Seniorineuvola"), entry("Seniorin kotihoito"), entry("Lasten neuvola"))
    assert library.full("seniori neuvola") == ["Seniorineuvola"]
    assert set(library.partial("seniori neuvola")) == {"Seniorin kotihoito", "Lasten neuvola"}


def test_partial_hits_stay_away_when_there_are_enough_full_ones(library):
    library.add(
        *(entry(f"Neuvola {number}") for number in range(10)), entry("Neuvonta"), *(entry("x") for _ in range(30))
    )
    results = library.find("neuvola")
    assert (results.full, results.partial) == (10, 0)


def test_full_hits_come_before_partial_ones_in_every_sort(library):
    library.add(
        entry("Neuvola ja kuntoutus", sort_keys={"newest": 1.0}),
        entry("Aivan toinen kuntoutus", sort_keys={"newest": 9.0}),
        entry("Muu", sort_keys={"newest": 5.0}),
    )
    for sort in ("", "newest", "title"):
        titles = [library.titles[hit.page_id] for hit in library.find("neuvola kuntoutus", sort=sort).hits]
        assert titles == ["Neuvola ja kuntoutus", "Aivan toinen kuntoutus"]


def test_synonym_and_label_of_a_concept_find_each_other_in_three_languages(library):
    library.add(entry("Vanhusten ateriat"), entry("Seniorin neuvonta"), entry("Lasten ateriat"))
    for word in ("ikääntyneet", "äldre", "vanhus", "older people"):
        assert set(library.full(word)) == {"Vanhusten ateriat", "Seniorin neuvonta"}


def test_page_is_found_by_the_labels_of_its_concepts(library):
    library.add(entry("Ryhmä", concepts=["target:families", "region:13"]), entry("Muu"))
    for words in ("lapsiperheet", "barnfamiljer", "families", "Keski-Suomi", "Hyvaks", "Keski-Suomessa"):
        assert library.full(words) == ["Ryhmä"], words


def test_phrase_of_a_concept_needs_its_words_in_one_field(library):
    library.add(entry("Valmenna", "Sijoita vasta sitten."), entry("Sijoita ja valmenna"), entry("Työhönvalmennus"))
    assert set(library.full("IPS")) == {"Sijoita ja valmenna", "Työhönvalmennus"}


def test_region_is_found_by_its_names_and_never_by_a_part_of_another(library):
    library.add(
        entry("Ensimmäinen", "Malli syntyi Pohjanmaalla."),
        entry("Toinen", "Malli syntyi Etelä-Pohjanmaalla."),
        entry("Kolmas", concepts=["region:17"]),
        entry("Neljäs", "Etelä- ja Pohjois-Pohjanmaan yhteinen."),
    )
    assert library.full("Pohjanmaa") == ["Ensimmäinen"]
    assert set(library.full("Pohjois-Pohjanmaan hyvinvointialue")) == {"Kolmas", "Neljäs"}
    assert set(library.full("pohde")) == {"Kolmas", "Neljäs"}
    assert set(library.full("etelä-pohjanmaa")) == {"Toinen", "Neljäs"}


def test_quotation_marks_find_only_these_forms_in_this_order(library):
    library.add(
        entry("A", "Oman lääkärin malli."), entry("B", "Lääkärin oman työn malli."), entry("C", "Oma lääkäri.")
    )
    assert library.full('"oman lääkärin"') == ["A"]
    assert library.full("”lääkärin”") != []
    assert library.find('"oman lääkäri"').total == 0


def test_quotation_does_not_run_over_the_end_of_a_text(library):
    library.add(entry("Oma", "lääkäri"))
    assert library.find('"oma lääkäri"').total == 0


def test_swedish_compound_that_nothing_knows_is_found_in_part(library):
    library.add(entry("Psykisk hälsa", "Tjänster och mentalvård.", language="sv"), entry("Muu"))
    assert library.partial("mentalvårdstjänster") == ["Psykisk hälsa"]


def test_finnish_reading_that_the_index_has_beats_other_languages(library):
    library.add(entry("Tukea kotona", "Arki sujuu."), entry("Barn och vård", "Arken.", language="sv"))
    assert library.full("arki") == ["Tukea kotona"]


def test_very_common_word_only_ranks(library):
    library.add(
        *(entry(f"Palvelu {number}") for number in range(20)), entry("Palvelu ja robotti"), entry("Muu ja robotti")
    )
    assert set(library.full("palvelu robotti")) == {"Palvelu ja robotti", "Muu ja robotti"}
    assert library.full("palvelu robotti")[0] == "Palvelu ja robotti"
    assert library.find("palvelu").full == 21


def test_function_words_only_rank_unless_there_are_no_others(library):
    library.add(entry("Koti ja hoito"), entry("Hoito"), entry("Muu"))
    assert set(library.full("joka hoito")) == {"Koti ja hoito", "Hoito"}
    assert library.full("ja") == ["Koti ja hoito"]


def test_word_in_the_title_ranks_before_one_in_the_text(library):
    library.add(entry("Muu malli", "Robotti."), entry("Robotti", "Muu malli."), entry("Kolmas"))
    assert library.full("robotti") == ["Robotti", "Muu malli"]


def test_equal_hits_are_in_the_order_of_their_pages(library):
    pages = library.add(*(entry("Robotti") for _ in range(5)), entry("Muu"))
    assert [hit.page_id for hit in library.find("robotti").hits] == [page.pk for page in pages[:5]]


# Facets, sorts and pages


@pytest.fixture
def shelf(library):
    """Twelve documents of which every third is about robots, with a region, a theme and a state each."""
    for number in range(12):
        library.add(
            entry(
                f"Malli {number:02}",
                "Robotti auttaa." if number % 3 == 0 else "Ihminen auttaa.",
                values={
                    "region": (("13", "16")[number % 2],),
                    "theme": ("access", "mind")[: 1 + number % 2],
                    "status": ("planned",) if number < 4 else ("in_use",),
                    "tag": ("kone",) if number % 3 == 0 else (),
                },
                sort_keys={"newest": float(number)},
            )
        )
    return library


def test_search_without_words_finds_everything_newest_first(shelf):
    results = shelf.find()
    assert (results.total, results.full, results.partial) == (12, 12, 0)
    assert [shelf.titles[hit.page_id] for hit in results.hits][:2] == ["Malli 11", "Malli 10"]


def test_values_of_one_facet_widen_and_facets_narrow_each_other(shelf):
    assert shelf.find(region=("13", "16")).total == 12
    assert shelf.find(region="13", status="planned").total == 2
    assert shelf.find("robotti", region="13", status="planned").total == 1


def test_shown_count_is_the_number_of_hits_when_the_value_is_alone_in_its_facet(shelf):
    for words in ("", "robotti"):
        selected = {"region": "13", "status": ("planned",)}
        results = shelf.find(words, **selected)
        for facet in ("region", "theme", "status"):
            shown = counts(results, facet)
            assert sum(shown.values()) > 0, (words, facet)
            for code, count in shown.items():
                others = {name: codes for name, codes in selected.items() if name != facet}
                assert shelf.find(words, **others, **{facet: code}).total == count, (words, facet, code)


def test_selected_value_stays_listed_without_hits(shelf):
    results = shelf.find("robotti", region="17", status="planned")
    value = next(value for value in results.facet("region").values if value.code == "17")
    assert (value.count, value.selected) == (0, True)


def test_every_value_of_a_listed_facet_is_there_in_its_own_order(shelf):
    values = shelf.find().facet("region").values
    assert [value.code for value in values] == ["13", "16", "17", "15"]
    assert values[0].label == "Keski-Suomen hyvinvointialue"
    assert [value.label for value in shelf.find().facet("status").values] == ["Suunnitteilla", "Käytössä"]


def test_unlisted_facet_narrows_and_lists_only_what_is_selected(shelf):
    results = shelf.find(tag="kone")
    assert results.total == 4
    assert [value.code for value in results.facet("tag").values] == ["kone"]


def test_value_that_nothing_knows_is_left_out(shelf):
    results = shelf.find(region=("nowhere", "13"), tag="nothing")
    assert results.criteria.selections == {"region": ("13",)}
    assert results.total == 6


def test_page_behind_the_last_one_is_the_last_one(shelf):
    results = shelf.find(page=9999)
    assert (results.page, results.pages, results.criteria.page) == (1, 1, 1)
    assert len(results.hits) == 12


def test_pages_part_all_hits_without_gap_or_repetition(library):
    library.add(*(entry(f"Malli {number:02}") for number in range(45)))
    pages = [library.find(page=number) for number in (1, 2, 3)]
    assert [len(page.hits) for page in pages] == [20, 20, 5]
    assert len({hit.page_id for page in pages for hit in page.hits}) == 45


def test_sort_by_title_follows_the_collation_key(shelf):
    titles = [shelf.titles[hit.page_id] for hit in shelf.find(sort="title").hits]
    assert titles == sorted(titles)


def test_document_without_a_sort_key_comes_last(shelf):
    pages = shelf.add(entry("Avaimeton", sort_keys={"newest": None}))
    assert shelf.find(sort="newest").hits[-1].page_id == pages[0].pk


def test_relevance_is_offered_only_with_words(shelf):
    assert [sort.name for sort in shelf.find().sorts] == ["newest", "title"]
    assert [sort.name for sort in shelf.find("robotti").sorts if sort.selected] == ["relevance"]


# Change


def test_changed_document_is_found_by_its_new_words_only(shelf):
    page = shelf.add(entry("Vanha nimi", "Purjelento."))[0]
    shelf.change(page, entry("Uusi nimi", "Laskuvarjo."))
    assert shelf.full("purjelento") == []
    assert shelf.full("laskuvarjo") == ["Uusi nimi"]


def test_withdrawn_and_removed_documents_are_gone(shelf):
    first, second = shelf.add(entry("Purjelento 1"), entry("Purjelento 2"))
    upkeep.withdraw([first.pk])
    assert shelf.full("purjelento") == ["Purjelento 2"]
    upkeep.remove([second.pk])
    assert shelf.find("purjelento").total == 0
    assert shelf.find().total == 12


def test_expired_document_changes_no_count(shelf):
    soon = timezone.now() + timedelta(minutes=1)
    shelf.add(entry("Robotti, joka vanhenee", values={"region": ("13",)}, expires_at=soon))
    assert counts(shelf.find("robotti"), "region")["13"] == 3
    later = shelf.find("robotti", now=soon)
    assert counts(later, "region")["13"] == 2
    assert later.total == 4


@pytest.mark.django_db(transaction=True)
def test_search_takes_two_queries_however_much_is_found(library, django_assert_num_queries):
    library.add(entry("Robotti", values={"region": ("13",)}))
    library.find("robotti")
    with django_assert_num_queries(2):
        library.find("robotti", region="13")
    library.add(*(entry(f"Robotti {number}", values={"region": ("13",)}) for number in range(50)))
    library.find("robotti")
    for page in (1, 3):
        with django_assert_num_queries(2):
            assert library.find("robotti", region="13", page=page).total == 51
