"""What is suggested for what has been typed so far, and what never is."""

from __future__ import annotations

import threading
from array import array
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import PageViewRestriction

from operating_models.models import Theme
from search.finding.suggestions import Suggestions, mark, suggest
from search.terms.prefixes import Prefixes
from tests import depth, factories
from tests.search.conftest import CONCEPTS, entry


@pytest.fixture
def typing(library):
    """Return what is suggested in the small library."""
    return lambda text, **more: suggest(text, library.catalogue, **more)


def titles(suggestions):
    return [page.title for page in suggestions.pages]


def base_forms(suggestions):
    return [one.word for one in suggestions.words]


def labels(suggestions):
    return [value.label for value in suggestions.values]


class TestTitles:
    @pytest.fixture(autouse=True)
    def models(self, library):
        library.add(
            entry("Seniorineuvola kotona"),
            entry("Neuvola kaikille"),
            entry("Avoin neuvola"),
            entry("Ikäihmisten liikuntaneuvonta"),
            entry("Hoitoon ilman ajanvarausta"),
            entry("Keski-Suomen omalääkäri"),
        )

    @pytest.mark.parametrize("typed", ["avo", "Avoin", "AVOIN NEUV", "avoin", "neuvola avo", "  avo "])
    def test_title_is_suggested_by_the_beginning_of_its_words(self, typing, typed):
        assert titles(typing(typed))[:1] == ["Avoin neuvola"]

    def test_whole_title_comes_before_a_word_of_it_and_this_before_a_part(self, typing):
        assert titles(typing("neuvola")) == ["Neuvola kaikille", "Avoin neuvola", "Seniorineuvola kotona"]

    def test_title_is_suggested_by_the_beginning_of_a_compound_part(self, typing):
        assert titles(typing("neuv")) == [
            "Neuvola kaikille",
            "Avoin neuvola",
            "Ikäihmisten liikuntaneuvonta",
            "Seniorineuvola kotona",
        ]

    @pytest.mark.parametrize("typed", ["ikaihm", "ikäihm", "IKAIHM", "ikaihmisten liik"])
    def test_dots_need_not_be_typed(self, typing, typed):
        assert titles(typing(typed)) == ["Ikäihmisten liikuntaneuvonta"]

    @pytest.mark.parametrize("typed", ["ikäihmisille", "ikäihminen", "neuvolassa avoimessa"])
    def test_title_is_suggested_by_another_form_of_its_words(self, typing, typed):
        assert len(titles(typing(typed))) == 1

    def test_every_typed_word_has_to_fit(self, typing):
        assert titles(typing("neuvola ilman")) == []
        assert titles(typing("ajan hoi")) == ["Hoitoon ilman ajanvarausta"]

    def test_word_inside_a_name_is_found(self, typing):
        assert titles(typing("keski")) == ["Keski-Suomen omalääkäri"]
        assert titles(typing("keski-suom")) == ["Keski-Suomen omalääkäri"]

    def test_letters_from_the_middle_of_a_word_are_no_beginning(self, typing):
        assert titles(typing("euvola")) == []

    def test_text_that_no_title_has_suggests_none(self, library, typing):
        library.add(entry("Muu", "Palotarkastus kotona.", "Palotarkastus"))
        assert titles(typing("palotark")) == []
        assert base_forms(typing("palotark")) == ["palotarkastus"]

    def test_only_the_title_that_is_shown_is_read(self, library, typing):
        one = entry("Mitoitus")
        passages = (*one.passages, *entry("Dimensionering", language="sv").passages)
        library.add(type(one)(passages=passages, sort_keys=one.sort_keys))
        assert titles(typing("dimen")) == []
        assert titles(typing("mitoi")) == ["Mitoitus"]


def test_spelling_as_typed_comes_before_one_with_dots(library, typing):
    library.add(entry("Säätiö auttaa"), entry("Saatavuus paranee"))
    assert titles(typing("saa")) == ["Saatavuus paranee", "Säätiö auttaa"]
    assert titles(typing("sää")) == ["Säätiö auttaa"]


def test_equal_titles_stand_in_the_order_of_the_alphabet_and_then_of_their_keys(library, typing):
    pages = library.add(entry("Kotikäynti b"), entry("Kotikäynti a"), entry("Kotikäynti b"), entry("Kotikäynti ä"))
    assert titles(typing("koti")) == ["Kotikäynti a", "Kotikäynti b", "Kotikäynti b", "Kotikäynti ä"]
    assert [page.page_id for page in typing("koti").pages[1:3]] == [pages[0].pk, pages[2].pk]


class TestValues:
    @pytest.fixture(autouse=True)
    def finnish(self, library):
        library.add(entry("Malli", values={"region": ("17",), "theme": ("mind",)}))
        with override("fi"):
            yield

    @pytest.mark.parametrize("typed", ["hoit", "palveluun pä", "paas", "HOITOON JA P", "hoidon"])
    def test_value_is_suggested_by_its_label(self, typing, typed):
        assert labels(typing(typed)) == ["hoitoon ja palveluun pääsy"]

    def test_value_has_its_facet_and_code(self, typing):
        (value,) = typing("ikaihm").values
        assert (value.facet, value.code, value.label, value.spelling) == ("target", "elderly", "ikäihmiset", "")

    @pytest.mark.parametrize(
        ("typed", "spelling"), [("vanh", "vanhus"), ("äld", "äldre"), ("older pe", "older people")]
    )
    def test_value_found_by_a_synonym_or_another_language_says_so(self, typing, typed, spelling):
        (value,) = typing(typed).values
        assert (value.label, value.spelling) == ("ikäihmiset", spelling)

    def test_label_is_that_of_the_language_of_the_page(self, typing):
        with override("sv"):
            assert labels(typing("äld")) == ["äldre"]

    def test_region_is_suggested_by_any_part_of_its_names_the_used_ones_first(self, typing):
        assert [value.code for value in typing("pohjanm").values] == ["16", "17", "15"]

    @pytest.mark.parametrize("typed", ["pohteella", "hyvaks", "pohjois-pohjanmaalla"])
    def test_region_is_suggested_by_an_inflected_name(self, typing, typed):
        assert typing(typed).values[0].facet == "region"

    def test_synonym_sets_and_facets_without_a_vocabulary_are_no_values(self, typing):
        assert labels(typing("sijoita")) == []
        assert labels(typing("suunnit")) == []


class TestWords:
    def test_words_are_base_forms_with_the_documents_that_have_any_form(self, library, typing):
        library.add(
            entry("A", "Kuntoutusta kotona. Kuntoutus jatkuu."), entry("B", "Kuntoutuksessa."), entry("C", "Koti.")
        )
        assert [(one.word, one.documents) for one in typing("kuntou").words] == [("kuntoutus", 2)]

    def test_word_is_suggested_by_a_part_of_it_after_words_that_begin_so(self, library, typing):
        library.add(entry("A", "Seniorineuvola, äitiysneuvola ja neuvolakäynti."), entry("B", "Seniorineuvolassa."))
        assert base_forms(typing("neuvola")) == ["neuvolakäynti", "seniorineuvola", "äitiysneuvola"]

    def test_more_frequent_word_comes_first_and_then_the_alphabet(self, library, typing):
        library.add(entry("A", "Kotihoito kotipalvelu kotisairaala"), entry("B", "Kotisairaala kotipalvelu"))
        assert base_forms(typing("koti")) == ["kotipalvelu", "kotisairaala", "kotihoito"]

    def test_word_is_suggested_without_its_dots_and_by_a_form_of_it(self, library, typing):
        library.add(entry("A", "Eläkkeellä oleva lääkäri."))
        assert "eläke" in base_forms(typing("eläkkeellä"))
        assert "eläke" in base_forms(typing("elakkeella"))
        assert base_forms(typing("laak")) == ["lääkäri"]

    @pytest.mark.parametrize("typed", ["jo", "ov", "12", "65", "p4", "ab"])
    def test_function_words_numbers_and_scraps_are_no_words(self, library, typing, typed):
        library.add(entry("A", "Ne jotka ovat 12 tai 65+ tai P4 ab, joten niiden."))
        assert base_forms(typing(typed)) == []

    def test_hyphen_of_a_word_is_shown_and_that_of_an_ellipsis_is_not(self, library, typing):
        library.add(entry("A", "Nepsy-ohjaaja. Mielenterveys- ja päihdepalvelut."))
        assert base_forms(typing("nepsyohj")) == ["nepsy-ohjaaja"]
        assert base_forms(typing("nepsy-oh")) == ["nepsy-ohjaaja"]
        assert "mielenterveys" in base_forms(typing("mielent"))

    def test_several_typed_words_are_no_word(self, library, typing):
        library.add(entry("A", "Kuntoutus kotona."))
        assert base_forms(typing("kotona kunt")) == []

    def test_base_form_that_nobody_meant_is_not_suggested(self, library, typing):
        # A dictionary reads "neuvolasta" as a compound too.
        library.add(entry("A", "Neuvolasta kotiin."), entry("B", "Neuvola."))
        assert base_forms(typing("neuvola")) == ["neuvola"]


def test_groups_and_all_rows_together_have_a_limit(library, typing):
    words = "Pohjapiirros pohjaväri pohjakosketus pohjavesi pohjatyö."
    library.add(*(entry(f"Pohjatyö {n}", words) for n in range(8)))
    found = typing("pohj")
    # Four in a group and ten altogether: the words give way.
    assert (len(found.pages), len(found.values), len(found.words)) == (4, 3, 3)


def test_nothing_is_suggested_before_two_letters(library, typing):
    library.add(entry("Äiti"))
    assert typing("ä") == Suggestions("ä")
    assert titles(typing("äi")) == ["Äiti"]


def test_empty_index_suggests_values_only(typing):
    found = typing("mielen")
    assert (found.pages, labels(found), found.words) == ((), ["mielen hyvinvointi"], ())


def test_only_the_first_three_hundred_characters_are_read(library, typing):
    library.add(entry("Seniorineuvola"))
    assert titles(typing("seniori" + " " * 400)) == ["Seniorineuvola"]
    assert titles(typing("seniori" + " " * 400 + "xyzzyq")) == ["Seniorineuvola"]


@pytest.mark.parametrize(
    ("text", "typed", "marked"),
    [
        ("Seniorineuvola kotona", "neuvola", "neuvola"),
        ("Neuvola ja seniorineuvola", "neuvola", "Neuvola"),
        ("Ikäihmisten ilta", "ikaihm", "Ikäihm"),
        ("Ika\u0308ihmisten ilta", "ikäihm", "Ika\u0308ihm"),
        ("Hoitoon ja palveluun pääsy", "paas hoi", "Hoi|pääs"),
        ("Sote-keskus", "sotekes", "Sote-kes"),
        ("Straßenarbeit", "strass", "Straß"),
        ("Etäkuntoutus", "kuntoutuksessa", ""),
        ("", "koti", ""),
    ],
)
def test_typed_letters_are_marked_where_words_begin_or_else_inside_one(text, typed, marked):
    stretches = mark(text, typed)
    assert "".join(stretch.text for stretch in stretches) == text
    assert "|".join(stretch.text for stretch in stretches if stretch.typed) == marked


@settings(max_examples=depth.examples(200), suppress_health_check=list(HealthCheck))
@given(text=st.text(max_size=60), typed=st.text(max_size=20))
def test_marking_changes_no_text(text, typed):
    assert "".join(stretch.text for stretch in mark(text, typed)) == text


TITLE = "Seniorineuvola"
beginnings = st.integers(2, len(TITLE)).map(lambda letters: TITLE[:letters])


@settings(max_examples=depth.examples(100), suppress_health_check=list(HealthCheck))
@given(typed=st.text(max_size=40) | beginnings)
def test_whatever_is_typed_is_answered_with_what_is_there(library, typed):
    if not library.titles:
        library.add(entry(TITLE, "Neuvonta kuuluu kaikille."))
    found = suggest(typed, library.catalogue)
    begins = len(typed) > 1 and TITLE.startswith(typed)
    assert set(titles(found)) <= {TITLE}
    assert (TITLE in titles(found)) or not begins
    assert set(base_forms(found)) <= {"seniorineuvola", "neuvonta", "kuulua"}
    assert {value.code for value in found.values} <= {concept.key.partition(":")[2] for concept in CONCEPTS}
    assert suggest(f"  {typed} ", library.catalogue) == found


TEXTS = st.lists(st.text(alphabet="aäåoöe-", min_size=1, max_size=5), max_size=12)
PLAIN = {"ä": "a", "å": "a", "ö": "o"}


def begins(text, typed):
    """Say whether a text begins as typed, where a letter without its mark stands for one with it too."""
    bare = text.replace("-", "")
    return len(bare) >= len(typed) and all(
        own in (other, PLAIN.get(other)) for own, other in zip(typed, bare, strict=False)
    )


@given(before=TEXTS, after=TEXTS, typed=st.text(alphabet="aäåoöe", min_size=1, max_size=3))
def test_prefixes_made_at_once_or_grown_find_every_text_that_begins_as_typed(before, after, typed):
    terms = [(text, array("i", [owner])) for owner, text in enumerate([*before, *after])]
    grown = Prefixes(terms[: len(before)]).with_more(terms[len(before) :])
    wanted = {owner for text, (owner,) in terms if begins(text, typed)}
    spelled = {owner for text, (owner,) in terms if text.replace("-", "").startswith(typed)}
    for prefixes in (grown, Prefixes(terms)):
        found = prefixes.find(typed)
        assert set(prefixes.owners(found.exact)) == spelled
        assert set(prefixes.owners(found.folded)) == wanted - spelled


@pytest.mark.django_db(transaction=True)
class TestWhatTheSiteShows:
    @pytest.fixture
    def model(self):
        return factories.make_model("15", "Kaatumisklinikka kotona", lead="Fysioterapeutti tulee kotikäynnille.")

    def both(self, typed="kaatumiskl", **more):
        found = suggest(typed, **more)
        return titles(found), base_forms(found)

    SHOWN = (["Kaatumisklinikka kotona"], ["kaatumisklinikka"])
    NOTHING = ([], [])

    def test_published_model_is_suggested_by_the_next_answer(self):
        assert self.both() == self.NOTHING
        factories.make_model("15", "Kaatumisklinikka kotona")
        assert self.both() == self.SHOWN

    def test_unpublished_model_and_its_words_are_gone_from_the_next_answer(self, model):
        assert self.both() == self.SHOWN
        model.unpublish()
        assert self.both() == self.NOTHING

    def test_deleted_model_is_gone_from_the_next_answer(self, model):
        assert self.both() == self.SHOWN
        model.delete()
        assert self.both() == self.NOTHING

    def test_new_title_replaces_the_old_one(self, model):
        assert self.both() == self.SHOWN
        factories.make_draft(model, title="Tasapainokoulu").publish()
        assert self.both() == self.NOTHING
        assert self.both("tasap") == (["Tasapainokoulu"], ["tasapainokoulu"])

    def test_draft_is_never_suggested(self, model):
        factories.make_model("15", "Robottiklinikka", live=False)
        factories.make_draft(model, title="Salaneuvola", lead="Salainen robottikävely.")
        assert self.both("robotti") == self.both("salan") == self.NOTHING
        assert self.both() == self.SHOWN

    def test_restricted_model_is_never_suggested(self, model):
        assert self.both() == self.SHOWN
        restriction = PageViewRestriction(page=factories.region_page("15"), restriction_type=PageViewRestriction.LOGIN)
        restriction.save()
        assert self.both() == self.NOTHING
        restriction.delete()
        assert self.both() == self.SHOWN

    def test_expired_model_is_gone_before_any_job_has_run(self, model):
        model.expire_at = timezone.now() + timedelta(hours=1)
        model.save_revision().publish()
        assert self.both() == self.SHOWN
        assert self.both(now=timezone.now() + timedelta(hours=2)) == self.NOTHING

    def test_model_scheduled_for_later_is_not_suggested_yet(self):
        draft = factories.make_model("15", "Kaatumisklinikka kotona", live=False)
        draft.go_live_at = timezone.now() + timedelta(days=1)
        draft.save_revision().publish()
        assert self.both() == self.NOTHING

    def test_publish_that_is_rolled_back_leaves_no_trace(self, model):
        assert self.both() == self.SHOWN
        with transaction.atomic():
            model.delete()
            assert self.both() == self.NOTHING
            transaction.set_rollback(True)
        assert self.both() == self.SHOWN

    def test_word_of_several_models_is_suggested_until_the_last_is_gone(self, model):
        other = factories.make_model("08", "Toinen malli", lead="Kaatumisklinikkaan pääsee heti.")
        assert suggest("kaatumiskl").words[0].documents == 2
        model.unpublish()
        assert self.both() == ([], ["kaatumisklinikka"])
        other.unpublish()
        assert self.both() == self.NOTHING

    def test_renamed_term_is_suggested_by_its_new_name_at_once(self, model):
        assert [value.code for value in suggest("hoitoon ja palv").values if value.facet == "theme"] == ["access"]
        theme = Theme.objects.get(code="access")
        theme.name_fi = "Jonottamattomuus"
        theme.save()
        assert labels(suggest("jonott")) == ["Jonottamattomuus"]
        assert "access" not in [value.code for value in suggest("hoitoon ja palv").values]

    def test_answer_takes_one_query_as_long_as_nothing_changes(self, model):
        suggest("kaatumiskl")
        with CaptureQueriesContext(connection) as captured:
            assert titles(suggest("kotona")) == [model.title]
        assert len(captured) == 1

    def test_threads_that_begin_at_once_are_all_answered_alike(self, model):
        answers = []

        def ask():
            try:
                answers.append(self.both())
            finally:
                connection.close()

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == [self.SHOWN] * 8
