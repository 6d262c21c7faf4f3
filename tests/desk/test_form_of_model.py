"""The form of a model marks what publishing asks for, and offers only what can be chosen."""

from __future__ import annotations

import json
import re
from html import unescape

from operating_models.models import Region
from operating_models.models.publishing import TAB_OF_REQUIRED_FIELD
from tests import factories
from tests.desk import editor


def test_every_field_that_publishing_asks_for_is_marked_and_counted(developer):
    text = editor.text_of(developer.get(editor.add_url()))
    counted = json.loads(unescape(re.search(r'data-fields="([^"]*)"', text)[1]))
    assert [name for name, _ in counted] == list(TAB_OF_REQUIRED_FIELD)
    headings = re.findall(r'data-panel-heading-text>([^<]*)</span><span class="w-required-mark"', text)
    headings += re.findall(r">\s*([^<>]*?)<span class=\"w-required-mark\"", text)
    assert {label for _, label in counted} <= {unescape(heading).strip() for heading in headings}


def test_region_of_the_page_is_not_among_the_other_regions(developer):
    own = Region.objects.get(code="15")
    text = editor.text_of(developer.get(editor.add_url("15")))
    offered = set(re.findall(r'name="further_regions"[^>]*value="(\d+)"', text))
    offered |= set(re.findall(r'value="(\d+)"[^>]*name="further_regions"', text))
    assert offered == {str(region.pk) for region in Region.objects.exclude(pk=own.pk)}
    page = factories.make_model("15")
    assert f'value="{own.pk}"' not in "".join(
        re.findall(r'<input[^>]*name="further_regions"[^>]*>', editor.text_of(developer.get(editor.url("edit", page))))
    )


def test_short_description_has_a_limit_that_the_browser_knows(developer):
    text = editor.text_of(developer.get(editor.add_url()))
    assert re.search(r'<textarea[^>]*name="lead"[^>]*maxlength="300"', text)
