"""Numbers are read alike wherever somebody types one: in the admin and on public pages, in every language."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import chain
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.html import escape
from wagtail.admin.panels import get_edit_handler
from wagtail.admin.viewsets import viewsets
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.blocks import BaseStreamBlock, BaseStructBlock, FieldBlock, ListBlock
from wagtail.contrib.settings.registry import registry as settings_registry
from wagtail.fields import StreamField
from wagtail.models import get_page_models

from operating_models.models import FeaturedModel
from operating_models.number_field import NumberField
from tests import factories
from tests.desk import editor

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = ("operating_models", "home", "search", "kb_site")
LANGUAGES = ("fi", "sv", "en")

READ = {
    "12,5": "12.5",
    "12.5": "12.5",
    "1234,5": "1234.5",
    "1 234,5": "1234.5",
    "1\u00a0234,5": "1234.5",
    "1\u202f234\u202f567": "1234567",
    "1\u2009234.5": "1234.5",
    "1.234,5": "1234.5",
    "1,234.5": "1234.5",
    "1.234.567": "1234567",
    "1,234,567": "1234567",
    "1 234,567": "1234.567",
    "1234,567": "1234.567",
    "0,125": "0.125",
    "1,2340": "1.234",
    "\u22122": "-2",
    "\u20132,5": "-2.5",
    "-2": "-2",
    "+3": "3",
    " 7 ": "7",
    ",5": "0.5",
    "5,": "5",
    "0": "0",
    "-0": "0",
}
TWO_WAYS = ("1,234", "1.234", "12,345", "999.000", "\u22121,234")
UNREADABLE = (
    "noin 5",
    "1 2",
    "12 34",
    "1.23.4",
    "1,234.567,8",
    "1e5",
    "NaN",
    "Infinity",
    "12,5 %",
    "\u0661\u0662",
    "--2",
    "1'234",
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", READ)
def test_number_is_read_as_people_write_it_in_every_language(text, language):
    with translation.override(language):
        assert NumberField(required=False).clean(text) == Decimal(READ[text])


@pytest.mark.parametrize("text", TWO_WAYS)
@pytest.mark.parametrize("places", [None, 3, 0])
def test_one_separator_before_three_digits_is_asked_back_with_both_ways_to_write_it(text, places):
    with pytest.raises(forms.ValidationError) as raised:
        NumberField(decimal_places=places).clean(text)
    ways = re.findall(r"-?\d+(?:,\d+)?", raised.value.messages[0])
    assert len(ways) == 2
    assert {NumberField().clean(way) for way in ways} == {
        Decimal(re.sub(r"[.,]", "", text).replace("\u2212", "-")),
        Decimal(text.replace(",", ".").replace("\u2212", "-")),
    }


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_cannot_be_read_is_said_and_stays_as_it_was_typed(text):
    class Form(forms.Form):
        number = NumberField()

    form = Form({"number": text})
    assert list(form.errors) == ["number"]
    assert f'value="{escape(text)}"' in str(form["number"])


@pytest.mark.parametrize("number", ["1.234", "1234.5", "-0.125", "1000", "0.5", "12.500", "100000000", "-999.999"])
def test_number_that_was_saved_is_shown_so_that_it_is_read_again_unchanged(number):
    field = NumberField()
    shown = field.prepare_value(Decimal(number))
    assert "." not in shown
    assert field.clean(shown) == Decimal(number)
    assert not field.has_changed(Decimal(number), shown)


def test_whole_number_has_no_decimals():
    field = NumberField(decimal_places=0, min_value=0)
    assert field.clean("2 022,0") == 2022
    for text in ("2,5", "-1"):
        with pytest.raises(forms.ValidationError):
            field.clean(text)


def own_forms():
    """Yield the form classes that our rooms define."""
    waiting = [forms.BaseForm]
    while waiting:
        found = waiting.pop()
        waiting += found.__subclasses__()
        if found.__module__.split(".")[0] in OURS:
            yield found


def forms_of_editors():
    """Yield the form classes that the admin makes of our models: pages, terms, facts and settings."""
    handlers = [model.get_edit_handler() for model in get_page_models()]
    handlers += [get_edit_handler(model) for model in settings_registry]
    for viewset in viewsets.viewsets:
        if isinstance(viewset, ModelViewSet) and viewset.model._meta.app_label in OURS:
            handlers.append(viewset.get_edit_handler())
    return [handler.get_form_class() for handler in handlers if handler]


def fields_of(form_class):
    """Yield the fields of a form and of its rows."""
    yield from ((form_class.__name__, name, field) for name, field in form_class.base_fields.items())
    for formset in getattr(form_class, "formsets", {}).values():
        yield from fields_of(formset.form)


def fields_of_block(block):
    if isinstance(block, BaseStreamBlock | BaseStructBlock):
        for child in block.child_blocks.values():
            yield from fields_of_block(child)
    elif isinstance(block, ListBlock):
        yield from fields_of_block(block.child_block)
    elif isinstance(block, FieldBlock):
        yield type(block).__name__, block.name, block.field


def is_another_number_field(field):
    if field.widget.is_hidden or isinstance(field, NumberField):
        return False
    return isinstance(field, forms.IntegerField) or field.widget.input_type == "number"


def typed_fields():
    blocks = [
        field.stream_block
        for model in get_page_models()
        for field in model._meta.get_fields()
        if isinstance(field, StreamField)
    ]
    found = chain(own_forms(), forms_of_editors())
    return [*chain.from_iterable(map(fields_of, found)), *chain.from_iterable(map(fields_of_block, blocks))]


def test_every_number_of_every_form_has_the_one_field(db):
    found = typed_fields()
    numbers = {name for _, name, field in found if isinstance(field, NumberField)}
    assert numbers >= {"before", "after", "order", "budget_eur", "first_year", "project_count", "collaborative_area"}
    # A chooser or a group of widgets has no type of its own.
    typed = [(form, name, field) for form, name, field in found if isinstance(field.widget, forms.widgets.Input)]
    assert [(form, name) for form, name, field in typed if is_another_number_field(field)] == []


def test_no_template_has_a_field_of_the_browser_for_numbers():
    templates = [path for path in (ROOT / "templates").rglob("*.html") if 'type="number"' in path.read_text()]
    assert templates == []
    assert settings.TEMPLATES[0]["DIRS"] == [ROOT / "templates"]


def test_outcome_typed_with_a_decimal_comma_is_that_number(developer):
    page = factories.make_model("15", live=False)
    form = editor.form_of_model(page, outcomes=[{"measure": "Odotusaika", "before": "12,5", "after": "1 234,5"}])
    assert developer.post(editor.url("edit", page), form, HTTP_ACCEPT_LANGUAGE="en").status_code == 302
    page.refresh_from_db()
    (row,) = page.get_latest_revision_as_object().outcomes.all()
    assert (row.before, row.after) == (Decimal("12.5"), Decimal("1234.5"))
    shown = editor.text_of(developer.get(editor.url("edit", page)))
    field = re.search(r'<input[^>]*name="outcomes-0-before"[^>]*>', shown)[0]
    assert 'type="text"' in field
    assert 'inputmode="decimal"' in field
    assert 'value="12,5"' in field


def test_order_that_is_no_number_is_said_and_kept(curator):
    page = factories.make_model("15")
    form = {"page": page.pk, "reason": "Syy", "since": "1.1.2024", "until": "", "order": "toinen"}
    response = curator.post("/hallinta/kuratointi/nostot/new/", form)
    assert 'value="toinen"' in editor.text_of(response)
    assert not FeaturedModel.objects.exists()
