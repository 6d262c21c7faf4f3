"""Two curators who correct an assessment at the same moment, in threads of their own, with real locks."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from operating_models.models import EvidenceAssessment, EvidenceRecorder
from tests import factories
from tests.desk.test_evidence import fields
from tests.reporting.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ADD = reverse("evidence:add")


def curators(number=2):
    for _curator in range(number):
        client = Client()
        client.force_login(factories.make_user("curator"))
        yield client


@pytest.mark.parametrize("second", [{"level": "1"}, {"level": "5", "is_retraction": "on"}])
def test_of_two_corrections_at_once_one_stands_and_the_other_is_told(second):
    model = factories.make_model(title="Seniorineuvola")
    row = factories.assess(model, "5")
    forms = [fields(model, level="4", supersedes=row.pk), fields(model, supersedes=row.pk) | second]
    answers = at_once(*((client, ADD, form) for client, form in zip(curators(), forms, strict=True)))
    assert sorted(answers) == [200, 302]
    (correction,) = EvidenceAssessment.objects.filter(supersedes=row)
    assert EvidenceAssessment.objects.count() == 2
    assert EvidenceRecorder.objects.filter(assessment=correction).count() == EvidenceRecorder.objects.count() == 1
    standing = [] if correction.is_retraction else [correction]
    assert list(EvidenceAssessment.objects.standing()) == standing
