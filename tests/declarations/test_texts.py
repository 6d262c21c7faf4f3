"""Each text of a model shows up wherever its line in TEXTS or ROWS says, so that a forgotten one fails.

What is expected stands here by name, and not in the product's own lists.
"""

from __future__ import annotations

import pytest
from django.db.models import CharField, TextField

from operating_models.demo import reading
from operating_models.models import TEXTS, OperatingModelPage, Resource, Risk, Text
from operating_models.models.texts import ROWS
from operating_models.replication import difference, local_versions
from search.criteria import Criteria
from search.finding.results import find
from tests import factories
from tests.desk import editor
from tests.pages.reading import read, texts_of

pytestmark = pytest.mark.django_db

CORE = ("idea", "context", "client_insight", "conditions", "evaluation")
TRANSLATED = ("title", "lead", *CORE)
REQUIRED = ("title", "lead", "contact_organisation", "contact_unit", *CORE)
NO_TEXTS = {
    # Wagtail's own, and what is chosen, addressed or counted rather than read.
    *("slug", "seo_title", "search_description", "url_path", "path", "draft_title", "content_type"),
    *("original_language", "contact_email", "contact_phone", "contact_url", "video_url", "image_alt"),
}

PAGE_WORDS = {
    "lead": "sanaseepra",
    "idea": "<p>sanaleijona</p>",
    "context": "<p>sanatiikeri</p>",
    "client_insight": "<p>sananorsu</p>",
    "conditions": "<p>sanakirahvi</p>",
    "evaluation": "<p>sanahanhi</p>",
    "place": "sanamursu",
    "contact_organisation": "sanahylje",
    "contact_unit": "sanavalas",
}
ROW_WORDS = {
    "outcomes": [{"measure": "sanakettu", "note": "sanasusi"}],
    "resources": [{"description": "sanakarhu"}],
    "risks": [{"risk": "sanailves", "handling": "sanahirvi"}],
    "links": [{"title": "sanapeura", "url": "https://example.fi/"}],
    "texts": [
        {
            "language": "sv",
            "title": "ordräv",
            "lead": "ordvarg",
            "idea": "<p>ordbjörn</p>",
            "context": "<p>ordälg</p>",
            "client_insight": "<p>ordhare</p>",
            "conditions": "<p>ordlo</p>",
            "evaluation": "<p>ordmås</p>",
        }
    ],
}
"""A word of its own for every text that the search is to read."""


def words_in(value):
    if isinstance(value, dict):
        return [word for name, one in value.items() if name not in ("language", "url") for word in words_in(one)]
    if isinstance(value, list):
        return [word for one in value for word in words_in(one)]
    return [value.removeprefix("<p>").removesuffix("</p>")]


def make_full(**fields):
    attachments = [{"document": factories.make_document("sanajänis")}, {"document": factories.make_document("Muu")}]
    attachments[1]["title"] = "sanaorava"
    return factories.make_model(
        "15",
        "sanahevonen",
        **PAGE_WORDS,
        **ROW_WORDS,
        attachments=attachments,
        tags=["sanakissa"],
        development=[("need", {"heading": "sanakoira", "text": "<p>sanalehmä</p>"})],
        **fields,
    )


def test_every_text_field_of_the_page_is_declared_or_no_text():
    fields = {
        field.name
        for field in OperatingModelPage._meta.get_fields()
        if isinstance(field, CharField | TextField) and field.name != "development"
    }
    assert fields - NO_TEXTS == {text.name for text in TEXTS}


def test_every_relation_to_rows_of_the_page_is_declared():
    rows = {
        relation.get_accessor_name()
        for relation in OperatingModelPage._meta.related_objects
        if relation.related_model.__module__ == Text.__module__ and relation.one_to_many
    }
    assert {one.relation for one in ROWS} == rows


def test_every_word_of_every_text_is_found(committed):
    with committed():
        model = make_full()
        factories.make_model("20", "Muu malli")
    words = ["sanahevonen", *words_in(PAGE_WORDS), *words_in(ROW_WORDS), "sanajänis", "sanaorava", "sanakissa"]
    words += ["sanakoira", "sanalehmä"]
    assert len(words) == len(set(words)) == 28
    found = {word: [hit.page_id for hit in find(Criteria(words=word)).hits] for word in words}
    assert found == {word: [model.pk] for word in words}


def test_words_of_a_phone_number_an_address_or_a_funder_are_not_searched(committed):
    with committed():
        factories.make_model(
            "15", funders="sanasammakko", contact_email="sanalisko@example.fi", image_alt="sanakäärme"
        )
    for word in ("sanasammakko", "sanalisko", "sanakäärme"):
        assert find(Criteria(words=word)).full == 0, word


def test_publishing_asks_for_the_expected_texts():
    page = factories.make_model(live=False, gaps=(*REQUIRED, "title"))
    page.title = ""
    assert [gap.field for gap in page.publish_errors()] == list(REQUIRED)


def test_texts_in_another_language_have_the_expected_fields():
    fields = {field.name for field in Text._meta.get_fields() if isinstance(field, CharField | TextField)}
    assert fields - {"language"} == set(TRANSLATED)
    assert {text.name for text in TEXTS if text.is_translated} == set(TRANSLATED)


def test_the_editor_offers_every_text(log_in):
    form = log_in("developer", "15").get(editor.add_url("15")).content.decode()
    names = {text.name for text in TEXTS}
    assert names > {*TRANSLATED, "place", "funders", "adaptation_kept", "adaptation_reason"}
    assert [name for name in sorted(names) if f'name="{name}"' not in form] == []
    assert [name for name in TRANSLATED if f'name="texts-__prefix__-{name}"' not in form] == []


def test_a_local_version_begins_with_the_expected_texts_and_rows(committed):
    with committed():
        source = make_full(image=factories.make_image(), image_alt="Polku", original_language="sv", funders="EU")
    region = factories.region_page("20")
    made = local_versions.make(source, region, factories.make_user("developer", "20"))
    draft = made.page.get_latest_revision_as_object()
    for name in ("title", "lead", *CORE, "image", "image_alt", "original_language"):
        assert getattr(draft, name) == getattr(source, name), name
    for name in ("place", "funders", "contact_unit"):
        assert getattr(draft, name) == "", name
    counts = {one.relation: getattr(draft, one.relation).count() for one in ROWS}
    assert counts == {"outcomes": 0, "resources": 1, "risks": 1, "attachments": 0, "links": 0, "texts": 1}


def test_a_local_version_is_compared_by_every_text_that_it_began_with(committed):
    with committed():
        source, version = make_full(), make_full()
    for name in ("title", "lead", *CORE):
        setattr(version, name, "muutettu")
    version.resources = [Resource(description="muutettu")]
    version.risks = [Risk(risk="muutettu")]
    changed = [section.title for section in difference.compare(source, version) if section.is_changed]
    assert changed == [
        *("Toimintamallin nimi", "Lyhyt kuvaus", "Ratkaisun perusidea", "Toimintaympäristö"),
        *("Kohderyhmä ja asiakasymmärrys", "Toimivuuden ja käyttöönoton ehdot", "Arvioinnin tulokset tiivistetysti"),
        *("Resurssit", "Riskit"),
    ]


def test_the_page_of_a_model_shows_the_core_texts_in_the_order_of_a_reader(committed):
    with committed():
        model = make_full()
    headings = texts_of(read(model.get_url()), "article h2, main h2")
    order = [
        *("Ratkaisun perusidea", "Kohderyhmä ja asiakasymmärrys", "Toimivuuden ja käyttöönoton ehdot"),
        *("Arvioinnin tulokset tiivistetysti", "Toimintaympäristö"),
    ]
    assert [heading for heading in headings if heading in order] == order


def test_models_side_by_side_show_the_expected_texts(committed):
    with committed():
        models = [make_full(), factories.make_model("08")]
    rows = texts_of(read("/vertaa/", malli=[model.pk for model in models]), "th[scope=row]")
    texts = ["Lyhyt kuvaus", "Ratkaisun perusidea", "Toimivuuden ja käyttöönoton ehdot"]
    assert [row for row in rows if row in (*texts, "Toimintaympäristö", "Kohderyhmä ja asiakasymmärrys")] == texts


def test_content_files_have_a_key_for_every_text_that_they_hold():
    assert reading.HEADINGS == {
        "Ratkaisun perusidea": "idea",
        "Toimintaympäristö": "context",
        "Kohderyhmä ja asiakasymmärrys": "client_insight",
        "Toimivuuden ja käyttöönoton ehdot": "conditions",
        "Arvioinnin tulokset tiivistetysti": "evaluation",
    }
    assert {"place", "funders"} == reading.TEXT_KEYS
