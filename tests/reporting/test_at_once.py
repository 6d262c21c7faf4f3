"""Two requests at the same moment, in threads of their own, with the locks of the real database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from operating_models.models import AdoptionRenewal, AdoptionReport
from tests import factories
from tests.pages.reading import read
from tests.reporting.writing import fields_of, form_url, open_form, report_url

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*requests):
    """Send requests ``(client, url, fields)`` together and return the answers' statuses in their order."""
    ready = Barrier(len(requests))

    def send(client, url, fields):
        try:
            ready.wait(timeout=30)
            return client.post(url, fields).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(requests)) as threads:
        return list(threads.map(lambda request: send(*request), requests))


@pytest.fixture
def model():
    return factories.make_model("15")


def logged_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_a_double_click_makes_one_row(model):
    reporter = factories.make_user("reporter", "20")
    clients = [logged_in(reporter), logged_in(reporter)]
    fields = open_form(clients[0], model) | {"status": "in_use", "when": "2025"}
    assert at_once(*((client, form_url(model), fields) for client in clients)) == [302, 302]
    assert AdoptionReport.objects.count() == 1


def test_of_two_people_one_wins_and_the_other_sees_what_was_saved(model):
    clients = [logged_in(factories.make_user("reporter", "20")) for _person in range(2)]
    forms = [open_form(client, model) | {"status": "in_use", "when": "2025"} for client in clients]
    answers = at_once(*((client, form_url(model), fields) for client, fields in zip(clients, forms, strict=True)))
    assert sorted(answers) == [302, 409]
    assert AdoptionReport.objects.count() == 1


def test_of_two_corrections_one_wins(model):
    factories.report(model, "20", "established", "2024")
    clients = [logged_in(factories.make_user("reporter", "20")) for _person in range(2)]
    changes = {"status": "in_use", "when": "2025", "meaning": "corrects"}
    forms = [open_form(client, model) | changes for client in clients]
    answers = at_once(*((client, form_url(model), fields) for client, fields in zip(clients, forms, strict=True)))
    assert sorted(answers) == [302, 409]
    assert AdoptionReport.objects.standing().count() == 1


def test_taking_back_and_correcting_at_once_leave_one_of_them(model):
    row = factories.report(model, "20", "established", "2024")
    clients = [logged_in(factories.make_user("reporter", "20")) for _person in range(2)]
    taking_back = fields_of(read(report_url(row, "retract_report"), client=clients[0]), "main form")
    correcting = open_form(clients[1], model) | {"status": "in_use", "when": "2025", "meaning": "corrects"}
    at_once((clients[0], report_url(row, "retract_report"), taking_back), (clients[1], form_url(model), correcting))
    assert AdoptionReport.objects.filter(supersedes=row).count() == 1
    assert AdoptionReport.objects.count() == 2


def test_two_renewals_of_a_day_are_one(model):
    row = factories.report(model, "20", "in_use", "2024")
    clients = [logged_in(factories.make_user("reporter", "20")) for _person in range(2)]
    assert at_once(*((client, report_url(row, "renew_report"), {}) for client in clients)) == [302, 302]
    assert AdoptionRenewal.objects.count() == 1
