"""Our own pages of the admin say in their heading what they are and which page or report they are about."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(db):
    return factories.make_model("15", "Seniorineuvola")


def address_of_report(model):
    return reverse("operating_models_redact", args=[factories.report(model, "08", note="Huomio").pk])


ADDRESSES = {
    "withdrawing": lambda model: reverse("operating_models_withdraw", args=[model.pk]),
    "gaps": lambda model: reverse("operating_models_gaps", args=[model.pk]),
    "redacting": address_of_report,
    "state of the search": lambda model: reverse("operating_models_search"),
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_page_has_a_heading_that_names_its_subject(curator, model, name):
    heading = BeautifulSoup(curator.get(ADDRESSES[name](model)).content, "html.parser").h1
    assert heading is not None
    assert ("Seniorineuvola" in heading.get_text()) is (name != "state of the search")
