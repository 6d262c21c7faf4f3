"""Withdrawing a model in the admin: curators any, developers their own region's; and taking it back."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from operating_models.models import OperatingModelPage, Withdrawal
from tests import factories
from tests.desk import editor

pytestmark = pytest.mark.django_db


def url(page):
    return reverse("operating_models_withdraw", args=[page.pk])


def fields(**changes):
    return {"reason": "Yhdistetty.", "withdrawn_on": "3.11.2026", "successor": ""} | changes


@pytest.fixture
def model(db):
    return factories.make_model("15", "Seniorineuvola")


@pytest.mark.parametrize("role", ["curator", "developer"])
def test_curators_and_the_owners_developers_withdraw(log_in, model, role):
    client = log_in(role, "15")
    successor = factories.make_model("08", "Seuraaja")
    assert client.post(url(model), fields(successor=successor.pk)).status_code == 302
    row = Withdrawal.objects.in_force().get()
    assert (row.page, row.successor, row.reason, row.recorded_by) == (model, successor, "Yhdistetty.", client.user)
    model.refresh_from_db()
    assert model.live
    assert not model.has_unpublished_changes


@pytest.mark.parametrize(("role", "region"), [("developer", "08"), ("reporter", "15")])
def test_nobody_else_withdraws(log_in, model, role, region):
    response = log_in(role, region).post(url(model), fields())
    assert response.status_code in (302, 403)
    assert not Withdrawal.objects.exists()


def test_a_reason_is_needed_and_a_model_is_not_its_own_successor(curator, model):
    assert set(curator.post(url(model), fields(reason=" ")).context["form"].errors) == {"reason"}
    assert set(curator.post(url(model), fields(successor=model.pk)).context["form"].errors) == {"successor"}
    assert not Withdrawal.objects.exists()


def test_taking_it_back_is_a_row_of_its_own(developer, model):
    developer.post(url(model), fields())
    assert "Suosittele mallia taas" in editor.text_of(developer.get(url(model)))
    developer.post(url(model))
    assert Withdrawal.objects.count() == 2
    assert not Withdrawal.objects.in_force().exists()


def test_a_draft_is_not_withdrawn(curator):
    draft = factories.make_model("15", live=False)
    assert curator.post(url(draft), fields()).status_code in (302, 403)
    assert not Withdrawal.objects.exists()


def test_deletion_of_a_model_with_reports_offers_it(curator, model):
    factories.report(model, "08")
    response = curator.get(editor.url("delete", model))
    assert response.status_code == 200
    assert f'href="{url(model)}"' in editor.text_of(response)
    assert OperatingModelPage.objects.filter(pk=model.pk).exists()


def test_the_model_in_the_admin_leads_to_it(developer, model):
    assert url(model) in editor.text_of(developer.get(editor.url("edit", model)))
    listing = reverse("wagtailadmin_explore", args=[factories.region_page("15").pk])
    assert url(model) in editor.text_of(developer.get(listing))


def test_the_list_tells_which_withdrawals_hold(curator, model):
    Withdrawal.objects.create(page=model, reason="Ensin.", recorded_at=timezone.now())
    Withdrawal.objects.create(page=model, is_in_force=False)
    Withdrawal.objects.create(page=factories.make_model(title="Toinen"), reason="Sitten.")
    rows = curator.get(reverse("withdrawals:index")).context["object_list"]
    assert {(row.page.title, row.reason, row.holds) for row in rows} == {
        ("Seniorineuvola", "Ensin.", False),
        ("Seniorineuvola", "", False),
        ("Toinen", "Sitten.", True),
    }


def test_form_proposes_today_as_finnish_writes_it(curator, model):
    shown = BeautifulSoup(curator.get(url(model)).content, "html.parser").find("input", {"name": "withdrawn_on"})[
        "value"
    ]
    assert shown == f"{timezone.localdate():%d.%m.%Y}"
    assert curator.post(url(model), fields(withdrawn_on=shown)).status_code == 302
    assert Withdrawal.objects.get().withdrawn_on == timezone.localdate()
