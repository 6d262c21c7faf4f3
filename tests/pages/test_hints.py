"""What the search says beside its hits: what was meant, why a page was found, and which other searches help."""

import pytest

from search.criteria import Criteria
from search.finding.results import find
from tests import factories

pytestmark = pytest.mark.django_db


def ask(words, **selections):
    return find(Criteria(words=words, selections={name: (code,) for name, code in selections.items()}))


def meant(words, **selections):
    correction = ask(words, **selections).correction
    return correction.words if correction else ""


@pytest.fixture
def publish(committed):
    """Return a function that publishes a model."""

    def publish(region="15", **fields):
        with committed():
            return factories.make_model(region, **fields)

    return publish


@pytest.fixture(scope="module", autouse=True)
def models(filling):
    with filling():
        factories.make_model(title="Etäkuntoutus kotona", lead="Kuntoutusta etäyhteydellä.")
        factories.make_model(
            title="Ikääntyneiden neuvola", lead="Neuvontaa ikääntyneille. Muistisairaus otetaan puheeksi."
        )


class TestCorrection:
    @pytest.mark.parametrize(
        ("written", "right"),
        [
            ("etäkuntotus", "etäkuntoutus"),
            ("etakuntoutus", "etäkuntoutus"),
            ("ikäänytneiden", "ikääntyneiden"),
            ("neuvla", "neuvola"),
            ("neuvla kotona", "neuvola kotona"),
        ],
    )
    def test_word_that_no_page_has_is_answered_with_the_nearest_one(self, written, right):
        assert meant(written) == right

    def test_corrected_search_finds(self):
        assert [hit.card["title"] for hit in ask(meant("etäkuntotus")).hits] == ["Etäkuntoutus kotona"]

    @pytest.mark.parametrize("words", ["etäkuntoutus", "neuvoloiden", "ja", '"etäkuntotus"', "", "avaruusraketti"])
    def test_nothing_is_offered_for_words_that_are_found_quoted_or_far_from_all(self, words):
        assert meant(words) == ""

    def test_only_the_first_four_unknown_words_are_corrected(self):
        written = ["etäkuntotus", "neuvla", "ikäänytneiden", "muistisaraus", "etäyhteydelä"]
        right = ["etäkuntoutus", "neuvola", "ikääntyneiden", "muistisairaus", "etäyhteydellä"]
        assert meant(" ".join(written[:1])) == right[0]
        assert meant(" ".join(written[1:])) == " ".join(right[1:])
        assert meant(" ".join(written)) == " ".join([*right[:4], written[4]])

    def test_words_of_hidden_pages_are_never_offered(self, publish):
        publish(title="Salaliittoteoria", live=False)
        assert meant("salaliittoteorja") == ""

    def test_word_that_only_a_withdrawn_page_had_is_no_longer_offered(self, publish, committed):
        page = publish(title="Sammakkokuiskaus")
        assert meant("samakkokuiskaus") == "sammakkokuiskaus"
        with committed():
            page.unpublish()
        assert meant("samakkokuiskaus") == ""

    def test_selections_that_leave_nothing_are_no_matter_of_spelling(self):
        assert meant("etäkuntoutus", region="21") == ""


class TestUnknownWords:
    def test_word_that_no_page_has_is_named(self):
        assert ask("neuvola avaruusraketti").unknown == ("avaruusraketti",)

    def test_found_and_function_words_are_not(self):
        assert ask("ja neuvolat").unknown == ()


class TestReasons:
    def explanations(self, words):
        return [(one.word, str(one.facet), one.meaning) for one in ask(words).hits[0].explanations]

    def test_page_found_by_an_equal_word_says_which(self, publish):
        publish(title="Muistiklubi", lead="Kun muistisairaus todetaan.")
        assert self.explanations("dementia") == [("dementia", "", "muistisairaus")]

    def test_page_that_has_the_word_itself_needs_no_reason(self):
        assert self.explanations("neuvoloissa") == []

    def test_page_found_by_its_target_group_says_its_finnish_label(self, publish):
        publish(title="Tanssituokio", target_groups=["older-people"])
        assert self.explanations("äldre") == [("äldre", "Kohderyhmä", "Ikäihmiset")]

    def test_a_word_of_the_label_is_explained_by_the_term_and_not_by_itself(self, publish):
        publish(title="Tanssituokio", target_groups=["older-people"])
        reasons = {hit.card["title"]: hit.explanations for hit in ask("ikäihmiset").hits}["Tanssituokio"]
        assert [(str(one.facet), one.meaning) for one in reasons] == [("Kohderyhmä", "Ikäihmiset")]


class TestOtherSearches:
    def test_word_that_names_a_value_is_offered_as_the_facet(self, publish):
        publish("08", title="Neuvola torilla")
        proposals = ask("neuvola ja Pirkanmaalla").narrower
        assert [(one.facet, one.codes, one.criteria.words) for one in proposals] == [("region", ("08",), "neuvola")]

    def test_value_that_no_hit_has_or_that_is_chosen_is_not_offered(self):
        assert ask("neuvola Lapissa").narrower == ()

    def test_few_hits_say_how_many_there_would_be_without_a_selection(self):
        found = ask("neuvola", region="21")
        assert found.total == 0
        assert [(one.facet, one.total, dict(one.criteria.selections)) for one in found.wider] == [("region", 1, {})]

    def test_many_hits_do_not(self, publish):
        for number in range(3):
            publish("08", title=f"Neuvola {number}")
        assert ask("neuvola", region="08").total == 3
        assert ask("neuvola", region="08").wider == ()
