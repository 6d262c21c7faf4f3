"""The rule of publishing names what is missing, field by field with its tab."""

import pytest
from django.utils import translation

from operating_models.models import CORE_TEXTS, OperatingModelPage, Tab
from operating_models.models.publishing import TAB_OF_REQUIRED_FIELD, find_gaps, is_empty

COMPLETE = dict.fromkeys(TAB_OF_REQUIRED_FIELD, "<p>Sisältöä.</p>") | {"target_groups": [1], "themes": [1]}
LABELS = {name: name.upper() for name in TAB_OF_REQUIRED_FIELD}


@pytest.mark.parametrize(
    "value",
    [None, "", "  \n", "\xa0", "<p></p>", "<p>&nbsp;</p>", "<p><b> </b><br/></p>", "<ul><li> </li></ul>", [], ()],
)
def test_markup_and_blanks_are_no_content(value):
    assert is_empty(value)


@pytest.mark.parametrize("value", ["a", "<p>–</p>", "<h3>Otsikko</h3>", "1 < 2", [0], ("a",)])
def test_one_letter_or_member_is_content(value):
    assert not is_empty(value)


def test_complete_page_has_no_gaps():
    assert find_gaps(COMPLETE, LABELS) == ()


@pytest.mark.parametrize("name", TAB_OF_REQUIRED_FIELD)
def test_each_required_field_is_a_gap_by_itself(name):
    gaps = find_gaps(COMPLETE | {name: [] if name in ("target_groups", "themes") else "<p> </p>"}, LABELS)
    assert [(gap.field, gap.label, gap.tab) for gap in gaps] == [(name, name.upper(), TAB_OF_REQUIRED_FIELD[name])]


def test_required_are_title_lead_groups_themes_the_owner_and_the_five_core_texts():
    basics = {"title", "lead", "target_groups", "themes", "contact_organisation", "contact_unit"}
    assert {name for name, tab in TAB_OF_REQUIRED_FIELD.items() if tab == Tab.BASICS} == basics
    assert {name for name, tab in TAB_OF_REQUIRED_FIELD.items() if tab == Tab.CONTENT} == set(CORE_TEXTS)
    assert len(TAB_OF_REQUIRED_FIELD) == 11


def test_gaps_of_an_empty_page_come_in_the_editors_order():
    assert [gap.field for gap in find_gaps({}, LABELS)] == list(TAB_OF_REQUIRED_FIELD)


def test_message_names_the_field_and_the_tab_in_finnish():
    with translation.override("fi"):
        gaps = find_gaps(COMPLETE | {"idea": ""}, OperatingModelPage.field_labels())
        assert [gap.message for gap in gaps] == [
            "Ratkaisun perusidea puuttuu. Täytä se välilehdellä ”Sisältö” ennen julkaisua."
        ]
