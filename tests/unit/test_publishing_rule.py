"""The rule of publishing names what is missing, field by field with its tab."""

import pytest
from django.utils import translation

from operating_models.models import OperatingModelPage, Tab
from operating_models.models.publishing import TAB_OF_REQUIRED_FIELD, find_gaps, is_empty

REQUIRED = {
    "title": Tab.BASICS,
    "lead": Tab.BASICS,
    "target_groups": Tab.BASICS,
    "themes": Tab.BASICS,
    "contact_organisation": Tab.BASICS,
    "contact_unit": Tab.BASICS,
    "idea": Tab.CONTENT,
    "context": Tab.CONTENT,
    "client_insight": Tab.CONTENT,
    "conditions": Tab.CONTENT,
    "evaluation": Tab.CONTENT,
}
"""What publishing asks for, in the editor's order."""

COMPLETE = dict.fromkeys(REQUIRED, "<p>Sisältöä.</p>") | {"target_groups": [1], "themes": [1]}
LABELS = {name: name.upper() for name in REQUIRED}


@pytest.mark.parametrize(
    "value",
    [None, "", "  \n", "\xa0", "<p></p>", "<p>&nbsp;</p>", "<p><b> </b><br/></p>", "<ul><li> </li></ul>", [], ()],
)
def test_markup_and_blanks_are_no_content(value):
    assert is_empty("idea", value)


@pytest.mark.parametrize("value", ["a", "<p>–</p>", "<h3>Otsikko</h3>", "1 < 2", [0], ("a",)])
def test_one_letter_or_member_is_content(value):
    assert not is_empty("idea", value)


@pytest.mark.parametrize("name", [name for name in REQUIRED if name not in ("target_groups", "themes")])
@pytest.mark.parametrize(
    "unseen", ["\u200b", "\u2060\ufeff", "\u3164", "\u2800", "\u00ad", "\u202e", "\ufe0f", "\x00"]
)
def test_what_cannot_be_seen_is_no_content_of_any_field(name, unseen):
    assert is_empty(name, unseen)
    assert is_empty("idea", f"<p>{unseen}&#8203;</p>")


@pytest.mark.parametrize("text", ["<asiakkaat>", "<p>", "a < b", "👵", "—"])
def test_plain_text_is_not_read_as_markup(text):
    assert not is_empty("lead", text)


def test_complete_page_has_no_gaps():
    assert find_gaps(COMPLETE, LABELS) == ()


@pytest.mark.parametrize("name", REQUIRED)
def test_each_required_field_is_a_gap_by_itself(name):
    gaps = find_gaps(COMPLETE | {name: [] if name in ("target_groups", "themes") else " "}, LABELS)
    assert [(gap.field, gap.label, gap.tab) for gap in gaps] == [(name, name.upper(), REQUIRED[name])]


def test_required_are_title_lead_groups_themes_the_owner_and_the_five_core_texts():
    assert dict(TAB_OF_REQUIRED_FIELD) == REQUIRED


def test_gaps_of_an_empty_page_come_in_the_editors_order():
    assert [gap.field for gap in find_gaps({}, LABELS)] == list(REQUIRED)


def test_message_names_the_field_and_the_tab_in_finnish():
    with translation.override("fi"):
        gaps = find_gaps(COMPLETE | {"idea": ""}, OperatingModelPage.field_labels())
        assert [gap.message for gap in gaps] == [
            "Ratkaisun perusidea puuttuu. Täytä se välilehdellä ”Sisältö” ennen julkaisua."
        ]
