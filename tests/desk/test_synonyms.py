"""Synonym sets in the admin: who edits them, how words are written, what is shown before and said after saving."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from operating_models.desk.synonyms import SHOW_EFFECT
from operating_models.models import Theme
from search import index_version
from search.models import SynonymSet
from tests import factories
from tests.desk import editor
from tests.desk.test_roles import is_refused
from tests.pages.reading import SEARCH

pytestmark = pytest.mark.django_db

NAME = "wagtailsnippets_search_synonymset"
LIST, ADD = reverse(f"{NAME}:list"), reverse(f"{NAME}:add")


def url(view, group):
    return reverse(f"{NAME}:{view}", args=[group.pk])


def form(finnish=(), swedish=(), english=(), *, in_use=True, **more):
    """Return what the form of a set sends; words are lists or texts of lines."""
    words = {"finnish": finnish, "swedish": swedish, "english": english}
    fields = {name: given if isinstance(given, str) else "\r\n".join(given) for name, given in words.items()}
    return fields | {"reason": "Ammattikieltä"} | ({"in_use": "on"} if in_use else {}) | more


def make_set(*finnish, **fields):
    return SynonymSet.objects.create(finnish=list(finnish), **fields)


@pytest.fixture
def publish(django_capture_on_commit_callbacks):
    """Return a function that publishes models of these titles and has them indexed."""

    def publish(*titles):
        with django_capture_on_commit_callbacks(execute=True):
            for title in titles:
                factories.make_model(title=title)

    return publish


def effect_of(response):
    """Return the rows of the shown effect by word: hits now, hits after, titles of the first."""
    rows = BeautifulSoup(response.content, "html.parser").select("#effect tbody tr")
    cells = {row.th.get_text(strip=True): row.select("td") for row in rows}
    return {
        word: (
            " ".join(now.get_text().split()),
            " ".join(after.get_text().split()),
            [title.get_text() for title in first.select("li")],
        )
        for word, (now, after, first) in cells.items()
    }


def warnings_of(response):
    return [
        line.get_text()
        for line in BeautifulSoup(response.content, "html.parser").select(".synonym-effect__warnings li")
    ]


def titles(words):
    soup = BeautifulSoup(Client().get(SEARCH, {"q": words}).content, "html.parser")
    return [title.get_text(strip=True) for title in soup.select(".hits .card__title")]


class TestWhoEdits:
    @pytest.mark.parametrize("role", ["curator", "administrator"])
    def test_curators_and_administrators_add_change_and_delete_a_set(self, log_in, role):
        client = log_in(role)
        client.post(ADD, form(["vuodepotilas", "petipotilas"]))
        group = SynonymSet.objects.get(finnish=["vuodepotilas", "petipotilas"])

        client.post(url("edit", group), form(["vuodepotilas"], ["sängliggande"], ["bedridden"], in_use=False))
        group.refresh_from_db()
        assert (group.words, group.in_use) == (("vuodepotilas", "sängliggande", "bedridden"), False)

        client.post(url("delete", group))
        assert not SynonymSet.objects.filter(pk=group.pk).exists()

    @pytest.mark.parametrize("role", ["developer", "reporter"])
    def test_others_neither_see_nor_change_sets(self, log_in, role):
        client = log_in(role)
        group = make_set("kotihoito", "kotiapu")

        for address in (LIST, ADD, url("edit", group), url("delete", group)):
            response = client.get(address)
            assert is_refused(response) or response["Location"].startswith(reverse("wagtailadmin_login"))
        client.post(url("edit", group), form(["aivan", "muuta"]))
        group.refresh_from_db()
        assert group.finnish == ["kotihoito", "kotiapu"]

    def test_set_that_came_with_the_service_is_switched_off_and_not_deleted(self, curator):
        group = SynonymSet.objects.get(code="nepsy")
        curator.post(url("delete", group))
        bulk = reverse("wagtail_bulk_action", args=["search", "synonymset", "delete"])
        curator.post(f"{bulk}?id={group.pk}&next={LIST}")
        assert SynonymSet.objects.filter(code="nepsy").exists()
        assert url("delete", group) not in editor.text_of(curator.get(url("edit", group)))

        curator.post(url("edit", group), form(group.finnish, group.swedish, group.english, in_use=False))
        group.refresh_from_db()
        assert (group.code, group.in_use) == ("nepsy", False)

    def test_own_sets_are_deleted_in_bulk(self, curator):
        group = make_set("kotihoito", "kotiapu")
        bulk = reverse("wagtail_bulk_action", args=["search", "synonymset", "delete"])
        curator.post(f"{bulk}?id={group.pk}&next={LIST}")

        assert not SynonymSet.objects.filter(pk=group.pk).exists()


class TestWords:
    def test_lines_are_stripped_and_empty_and_equal_ones_dropped(self, curator):
        curator.post(ADD, form("  vuodepotilas \r\n\r\npetipotilas\r\nVuodepotilas\r\n  sijoita   ja valmenna"))

        group = SynonymSet.objects.get(reason="Ammattikieltä")
        assert group.finnish == ["vuodepotilas", "petipotilas", "sijoita ja valmenna"]

    def test_form_shows_the_words_one_on_each_line(self, curator):
        group = make_set("kotihoito", "kotiapu")
        soup = BeautifulSoup(curator.get(url("edit", group)).content, "html.parser")

        assert soup.select_one("#id_finnish").get_text().strip().splitlines() == ["kotihoito", "kotiapu"]

    def test_too_long_word_is_refused_with_the_number_of_its_line(self, curator):
        response = curator.post(ADD, form(["kotihoito", "a" * 61]))

        assert "Rivillä 2 on 61 merkkiä; sanassa saa olla enintään 60." in editor.text_of(response)
        assert not SynonymSet.objects.filter(reason="Ammattikieltä").exists()

    def test_word_of_sixty_characters_and_twenty_words_are_taken(self, curator):
        curator.post(ADD, form([f"sana{number}" for number in range(19)] + ["a" * 60]))

        assert len(SynonymSet.objects.get(reason="Ammattikieltä").finnish) == 20

    def test_more_than_twenty_words_are_refused(self, curator):
        response = curator.post(ADD, form([f"sana{number}" for number in range(21)]))

        assert "Sanoja on 21; niitä saa olla enintään 20." in editor.text_of(response)

    def test_line_without_a_word_is_refused_with_its_number(self, curator):
        response = curator.post(ADD, form(["kotihoito", "–––"]))

        assert "Rivillä 2 ei ole sanaa" in editor.text_of(response)

    def test_one_word_is_equal_to_nothing(self, curator):
        response = curator.post(ADD, form(["kotihoito"], ["Kotihoito"]))

        assert "Kirjoita vähintään kaksi samaa tarkoittavaa sanaa" in editor.text_of(response)

    def test_address_fills_in_words(self, curator):
        soup = BeautifulSoup(curator.get(f"{ADD}?finnish=röntgen&swedish=").content, "html.parser")

        assert soup.select_one("#id_finnish").get_text().strip() == "röntgen"
        assert soup.select_one("#id_swedish").get_text().strip() == ""


class TestRelations:
    def test_concepts_are_written_by_their_words_and_shown_by_their_names(self, curator):
        curator.post(ADD, form(["huoltoluotsi", "luotsi"], broader="mielenterveys", related="yksinäisyys\r\n"))
        made = SynonymSet.objects.get(reason="Ammattikieltä")
        assert (made.broader, made.related) == (["theme:mental-wellbeing"], ["synonyms:loneliness"])
        soup = BeautifulSoup(curator.get(url("edit", made)).content, "html.parser")
        assert soup.select_one("[name=broader]").get_text(strip=True) == "Mielen hyvinvointi"

    def test_a_word_with_a_relation_needs_no_equal(self, curator):
        curator.post(ADD, form(["huoltoluotsi"], broader="mielenterveys"))
        assert SynonymSet.objects.get(reason="Ammattikieltä").words == ("huoltoluotsi",)

    def test_a_word_that_no_concept_has_is_named_with_its_line(self, curator):
        response = curator.post(ADD, form(["huoltoluotsi", "luotsi"], broader="mielenterveys\r\nhömppäsana"))
        assert "Rivi 2: millään käsitteellä ei ole sanaa ”hömppäsana”." in editor.text_of(response)
        assert not SynonymSet.objects.filter(reason="Ammattikieltä").exists()

    def test_a_circle_is_refused(self, curator):
        above = make_set("yläkäsite", "yläsana")
        below = make_set("alakäsite", "alasana", broader=[f"synonyms:{above.pk}"], related=[])
        response = curator.post(url("edit", above), form(["yläkäsite", "yläsana"], broader="alakäsite"))
        assert "”alakäsite” on jo tätä suppeampi" in editor.text_of(response)
        above.refresh_from_db()
        assert not above.broader
        assert below.broader == [f"synonyms:{above.pk}"]


class TestEffect:
    def test_shows_hits_before_and_after_and_the_first_models_and_saves_nothing(self, curator, publish):
        publish("Kuvantaminen", "Kävelykoulu")
        before = index_version.read()
        response = curator.post(ADD, form(["kuvantaminen"], ["flygfotografering"]) | {SHOW_EFFECT: "1"})

        assert effect_of(response) == {
            "kuvantaminen": ("1", "1", ["Kuvantaminen"]),
            "flygfotografering": ("0", "1", ["Kuvantaminen"]),
        }
        assert not SynonymSet.objects.filter(reason="Ammattikieltä").exists()
        assert index_version.read() == before
        assert titles("flygfotografering") == []

    def test_shows_what_a_change_of_a_saved_set_takes_away(self, curator, publish):
        publish("Kuvantaminen")
        group = make_set("kuvantaminen", "xyzzy")
        assert titles("xyzzy") == ["Kuvantaminen"]
        response = curator.post(url("edit", group), form(group.finnish, in_use=False) | {SHOW_EFFECT: "1"})

        assert effect_of(response)["xyzzy"] == ("1", "0", [])
        group.refresh_from_db()
        assert group.in_use
        assert titles("xyzzy") == ["Kuvantaminen"]

    def test_what_was_written_stays_in_the_form(self, curator):
        response = curator.post(ADD, form(["kuvantaminen", "xyzzy"]) | {SHOW_EFFECT: "1"})
        soup = BeautifulSoup(response.content, "html.parser")

        assert soup.select_one("#id_finnish").get_text().strip().splitlines() == ["kuvantaminen", "xyzzy"]
        assert soup.select_one("#id_reason")["value"] == "Ammattikieltä"

    def test_form_with_errors_shows_them_and_no_effect(self, curator):
        response = curator.post(ADD, form(["a" * 61]) | {SHOW_EFFECT: "1"})

        assert "Rivillä 1 on 61 merkkiä" in editor.text_of(response)
        assert effect_of(response) == {}

    def test_saved_set_works_in_the_next_search_and_its_end_too(self, curator, publish):
        publish("Kuvantaminen")
        assert titles("xyzzy") == []

        before = index_version.read().concepts
        curator.post(ADD, form(["kuvantaminen", "xyzzy"]))
        assert titles("xyzzy") == ["Kuvantaminen"]
        # Other processes look at the stamp at every search.
        assert index_version.read().concepts != before

        group = SynonymSet.objects.get(reason="Ammattikieltä")
        curator.post(url("edit", group), form(group.finnish, in_use=False))
        assert titles("xyzzy") == []


class TestWarnings:
    def test_word_of_another_set_is_told_and_saved_nevertheless(self, curator):
        make_set("kuvantaminen", "röntgen")
        response = curator.post(ADD, form(["röntgenin", "xyzzy"]) | {SHOW_EFFECT: "1"})
        assert any("kuvantaminen = röntgen" in warning for warning in warnings_of(response))

        response = curator.post(ADD, form(["röntgen", "xyzzy"]), follow=True)
        assert "kuvantaminen = röntgen" in editor.text_of(response)
        assert SynonymSet.objects.filter(finnish=["röntgen", "xyzzy"]).exists()

    def test_label_synonym_and_region_of_a_vocabulary_are_told(self, curator):
        Theme.objects.filter(code="access").update(synonyms="jonottomuus")
        Theme.objects.get(code="access").save()
        theme = Theme.objects.get(code="access")
        response = curator.post(ADD, form(["jonottomuus", theme.name_fi, "Kainuu"]) | {SHOW_EFFECT: "1"})

        warnings = warnings_of(response)
        assert sum(theme.name_fi in warning for warning in warnings) >= 2
        assert any("muualla: Kainuu" in warning for warning in warnings)

    def test_words_that_stand_nowhere_else_warn_of_nothing(self, curator):
        response = curator.post(ADD, form(["xyzzy", "plugh"]) | {SHOW_EFFECT: "1"})

        assert warnings_of(response) == []

    def test_set_that_finds_over_a_quarter_of_the_models_is_told(self, curator, publish):
        publish(*(f"{'Ratamo' if number < 10 else 'Muu'} {number}" for number in range(30)))
        few = curator.post(ADD, form(["ratamo", "xyzzy"]) | {SHOW_EFFECT: "1"})
        assert len(warnings_of(few)) == 1
        assert "10 mallia kaikista 30 mallista" in warnings_of(few)[0]

        publish(*(f"Muu {number}" for number in range(30, 41)))
        assert warnings_of(curator.post(ADD, form(["ratamo", "xyzzy"]) | {SHOW_EFFECT: "1"})) == []


class TestList:
    def test_shows_words_reason_use_and_the_number_of_models(self, curator, publish):
        publish("Kuvantaminen", "Röntgen kotona")
        make_set("kuvantaminen", "röntgen", reason="Sama asia", in_use=False)
        soup = BeautifulSoup(curator.get(LIST).content, "html.parser")
        row = next(row for row in soup.select("tbody tr") if "Sama asia" in row.get_text())

        assert "kuvantaminen = röntgen" in row.get_text()
        assert row.select("td")[-1].get_text(strip=True) == "2"

    @pytest.mark.parametrize("query", ["ÄÄNIHUULI", "lähde: thl"])
    def test_is_searched_by_words_and_reasons(self, curator, query):
        make_set("äänihuuli", "äänijänne", reason="Lähde: THL")
        make_set("kuvantaminen", "röntgen")
        text = editor.text_of(curator.get(LIST, {"q": query}))

        assert "äänihuuli = äänijänne" in text
        assert "kuvantaminen = röntgen" not in text

    def test_is_narrowed_to_sets_out_of_use(self, curator):
        make_set("äänihuuli", "äänijänne", in_use=False)
        make_set("kuvantaminen", "röntgen")
        text = editor.text_of(curator.get(LIST, {"in_use": "false"}))

        assert "äänihuuli = äänijänne" in text
        assert "kuvantaminen = röntgen" not in text
