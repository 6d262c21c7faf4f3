"""Each vocabulary shows up wherever its line in VOCABULARIES says, so that one that is forgotten somewhere fails.

What is expected of each stands here in words of its own: a line that loses a mark fails too.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.apps import apps
from django.db.models import ProtectedError
from django.urls import reverse

from operating_models.demo import reading
from operating_models.models import VOCABULARIES, OperatingModelPage, Project, Term
from operating_models.replication import local_versions
from search.catalogue import current
from search.criteria import Criteria
from search.finding.results import find
from tests import factories
from tests.desk import editor
from tests.pages.reading import read, search, text_of, texts_of

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Expected:
    """What a vocabulary is to do. ``code`` is a term of it that the set-up makes."""

    relation: str
    code: str
    facet: str
    in_facts: bool = False
    compared: bool = False
    carried: bool = False
    similar: bool = False
    required: bool = False


CLASSIFIES = {"in_facts": True, "compared": True, "carried": True, "similar": True}
EXPECTED = {
    "region": Expected("further_regions", "08", "Alue"),
    "target_group": Expected("target_groups", "youth", "Kohderyhmä", **CLASSIFIES, required=True),
    "theme": Expected("themes", "prevention", "Teema", **CLASSIFIES, required=True),
    "service_class": Expected("service_classes", "home-care", "Palveluluokka", **CLASSIFIES),
    "setting": Expected("settings", "school", "Toimintaympäristö", **CLASSIFIES),
    "programme": Expected("programmes", "rrp", "Ohjelma"),
    "programme_goal": Expected("programme_goals", "quality", "Ohjelman tavoite", in_facts=True),
    "project": Expected("project", "", "Hanke"),
}
MANY = [name for name in EXPECTED if name != "project"]
DECLARED = {vocabulary.name: vocabulary for vocabulary in VOCABULARIES}


def named(**marks):
    """Return the names of the vocabularies of which all of these is expected."""
    return [name for name in MANY if all(getattr(EXPECTED[name], mark) == value for mark, value in marks.items())]


def term_of(name):
    return DECLARED[name].terms.objects.get(code=EXPECTED[name].code)


@pytest.fixture
def model_of(committed):
    """Return a function that publishes a model with the expected term of a vocabulary and no other of it."""

    def model_of(name, title="Etsitty malli", **fields):
        with committed():
            return factories.make_model("15", title, **({EXPECTED[name].relation: [EXPECTED[name].code]} | fields))

    return model_of


def test_every_class_of_terms_is_declared_with_the_field_that_holds_them():
    assert {name: one.relation for name, one in DECLARED.items()} == {
        name: expected.relation for name, expected in EXPECTED.items()
    }
    assert {model for model in apps.get_models() if issubclass(model, Term)} == {one.terms for one in VOCABULARIES}
    fields = {
        field.name: field.related_model
        for field in OperatingModelPage._meta.get_fields()
        if field.is_relation and field.concrete and issubclass(field.related_model, Term)
    }
    assert fields == {one.relation: one.terms for one in VOCABULARIES}


def test_each_facet_is_called_as_expected():
    facets = {facet.name: str(facet.label) for facet in current().facets}
    assert {name: facets[name] for name in EXPECTED} == {name: one.facet for name, one in EXPECTED.items()}


@pytest.mark.parametrize("name", MANY)
def test_a_facet_finds_the_models_of_a_term(name, model_of, committed):
    model = model_of(name)
    with committed():
        factories.make_model("20", "Muu malli")
    found = find(Criteria().with_value(name, EXPECTED[name].code))
    assert [hit.page_id for hit in found.hits] == [model.pk]


def test_a_facet_finds_the_models_of_a_project(committed):
    project = Project.objects.order_by("pk").first()
    with committed():
        model = factories.make_model("15", "Hankkeen malli", project=project.code)
        factories.make_model("15", "Muu malli")
    assert [hit.page_id for hit in find(Criteria().with_value("project", project.code)).hits] == [model.pk]


@pytest.mark.parametrize("name", [name for name in MANY if name != "programme_goal"])
def test_the_search_page_lists_the_facet_with_its_count(name, model_of):
    model_of(name)
    values = search().select(f"input[name={name}][value='{EXPECTED[name].code}']")
    assert len(values) == 1
    assert "1" in text_of(values[0].parent)


@pytest.mark.parametrize("name", MANY)
def test_a_renamed_term_is_found_by_its_new_name_at_once(name, model_of, committed):
    model = model_of(name)
    assert find(Criteria(words="zubrolek")).total == 0
    term = term_of(name)
    with committed():
        term.name_fi = "Zubrolek"
        if name == "region":
            term.short_name_fi = "Zubrolek"
        term.save()
    assert [hit.page_id for hit in find(Criteria(words="zubrolek")).hits] == [model.pk]


@pytest.mark.parametrize("name", MANY)
def test_a_used_term_is_not_deleted(name, model_of):
    model_of(name)
    with pytest.raises(ProtectedError):
        term_of(name).delete()


@pytest.mark.parametrize("name", EXPECTED)
def test_curators_add_change_and_delete_terms_and_find_them_in_the_menu(name, log_in):
    curator = log_in("curator")
    model = DECLARED[name].terms._meta.model_name
    for action in ("add", "change", "delete", "view"):
        assert curator.user.has_perm(f"operating_models.{action}_{model}"), action
    url = reverse(f"wagtailsnippets_operating_models_{model}:list")
    assert curator.get(url).status_code == 200
    assert f'"url": "{url}"' in curator.get(reverse("wagtailadmin_home")).content.decode()


@pytest.mark.parametrize("name", EXPECTED)
def test_the_editor_offers_the_field(name, log_in):
    form = log_in("developer", "15").get(editor.add_url("15")).content.decode()
    assert f'name="{EXPECTED[name].relation}"' in form


def test_the_facts_box_shows_the_expected_vocabularies_in_its_order(committed):
    with committed():
        model = factories.make_model(
            "15", **{EXPECTED[name].relation: [EXPECTED[name].code] for name in named(in_facts=True)}
        )
    page = read(model.get_url())
    labels = texts_of(page, ".facts dt")
    order = ["Kohderyhmät", "Palveluluokat", "Teemat", "Toimintaympäristöt", "Ohjelman tavoitteet"]
    assert [label for label in labels if label in order] == order
    shown = text_of(page.select_one(".facts"))
    for name in named(in_facts=True):
        assert str(term_of(name)) in shown, name


def test_models_side_by_side_show_the_expected_vocabularies_in_their_order(committed):
    fields = {EXPECTED[name].relation: [EXPECTED[name].code] for name in named(compared=True)}
    with committed():
        models = [factories.make_model("15", **fields), factories.make_model("08", **fields)]
    page = read("/vertaa/", malli=[model.pk for model in models])
    labels = texts_of(page, "th[scope=row]")
    order = ["Kohderyhmät", "Teemat", "Toimintaympäristöt", "Palveluluokat"]
    assert [label for label in labels if label in order] == order
    shown = text_of(page.select_one("table"))
    for name in named(compared=True):
        assert str(term_of(name)) in shown, name


def test_a_local_version_begins_with_the_expected_terms_and_no_others(committed):
    with committed():
        source = factories.make_model("15", **{EXPECTED[name].relation: [EXPECTED[name].code] for name in MANY})
    developer = factories.make_user("developer", "20")
    draft = local_versions.make(source, factories.region_page("20"), developer).page.get_latest_revision_as_object()
    carried = {name: [term.code for term in getattr(draft, EXPECTED[name].relation).all()] for name in MANY}
    assert carried == {name: [EXPECTED[name].code] if EXPECTED[name].carried else [] for name in MANY}


def test_models_are_similar_by_the_expected_vocabularies():
    assert sorted(current().similar_by) == sorted(named(similar=True))


@pytest.mark.parametrize("name", MANY)
def test_publishing_asks_for_the_expected_vocabularies(name):
    relation = EXPECTED[name].relation
    page = factories.make_model(live=False, gaps=("target_groups", "themes"))
    assert (relation in {gap.field for gap in page.publish_errors()}) == EXPECTED[name].required


def test_content_files_name_terms_by_the_page_s_fields():
    assert set(reading.TERMS) == {EXPECTED[name].relation for name in MANY}
