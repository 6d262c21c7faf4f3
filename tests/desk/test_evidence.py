"""Assessments of evidence in the admin: added, corrected and taken back; nothing is edited, deleted or lost."""

import pytest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from operating_models.models import EvidenceAssessment, Redaction, Withdrawal
from tests import factories
from tests.desk import editor
from tests.desk.test_deletion import bulk

pytestmark = pytest.mark.django_db

ADD = reverse("evidence:add")


@pytest.fixture
def page():
    return factories.make_model(title="Seniorineuvola")


def fields(page, **changes):
    given = {"page": page.pk, "level": "4", "assessor": "THL", "assessed_on": "1.1.2026", "source": "", "note": ""}
    return given | changes


def standing():
    return [row.level for row in EvidenceAssessment.objects.standing()]


def test_an_assessment_keeps_who_recorded_it(curator, page):
    assert curator.post(ADD, fields(page)).status_code == 302
    assert EvidenceAssessment.objects.get().recorder.user == curator.user


def test_a_date_in_the_future_is_refused_and_said(curator, page):
    response = curator.post(ADD, fields(page, assessed_on=f"1.12.{timezone.localdate().year + 1}"))
    assert "tulevaisuudessa" in editor.text_of(response)
    assert not EvidenceAssessment.objects.exists()


def test_a_withdrawal_in_the_future_is_refused_too(curator, page):
    data = {"reason": "Yhdistetty.", "withdrawn_on": f"1.12.{timezone.localdate().year + 1}", "successor": ""}
    response = curator.post(reverse("operating_models_withdraw", args=[page.pk]), data)
    assert "tulevaisuudessa" in editor.text_of(response)
    assert not Withdrawal.objects.exists()


def test_there_is_no_way_to_edit_or_delete_one(administrator, page):
    row = factories.assess(page)
    for name in ("edit", "delete"):
        with pytest.raises(NoReverseMatch):
            reverse(f"evidence:{name}", args=[row.pk])
    assert not {name for name in administrator.user.get_all_permissions() if name.endswith("_evidencerecorder")}


def test_a_correction_begins_with_what_it_corrects_and_takes_its_place(curator, page):
    row = factories.assess(page, "5", "THL", note="Perusteet")
    listed = curator.get(reverse("evidence:index")).content.decode()
    assert f"{ADD}?page={page.pk}&amp;supersedes={row.pk}" in listed
    form = curator.get(ADD, {"page": page.pk, "supersedes": row.pk}).context["form"]
    assert (form.initial["level"], form.initial["note"], form.initial["supersedes"]) == ("5", "Perusteet", row.pk)

    assert curator.post(ADD, fields(page, supersedes=row.pk)).status_code == 302
    assert standing() == ["4"]
    assert EvidenceAssessment.objects.count() == 2


def test_one_that_was_a_mistake_is_taken_back(curator, page):
    row = factories.assess(page, "5")
    curator.post(ADD, fields(page, supersedes=row.pk, is_retraction="on"))
    assert standing() == []
    told = editor.text_of(curator.get(reverse("evidence:index")))
    assert "korjattu myöhemmin" in told
    assert "peruu aiemman" in told


def test_of_two_who_correct_the_same_the_second_is_told(curator, page):
    row = factories.assess(page, "5")
    curator.post(ADD, fields(page, supersedes=row.pk))
    response = curator.post(ADD, fields(page, level="1", supersedes=row.pk))
    assert "Joku on korjannut" in editor.text_of(response)
    assert standing() == ["4"]


def test_names_and_texts_are_removed_and_the_removal_is_told(curator, page):
    row = factories.assess(page, "3", "Aino Aalto", note="Aino arvioi.")
    url = reverse("operating_models_redact_assessment", args=[row.pk])
    inspect = reverse("evidence:inspect", args=[row.pk])
    assert f'href="{url}"' in curator.get(inspect).content.decode()
    assert set(dict(curator.get(url).context["form"].fields["removed"].choices)) == {"report:assessor", "report:note"}
    assert curator.post(url, {"removed": ["report:assessor"], "reason": "Pyydetty."}).status_code == 302
    told = editor.text_of(curator.get(inspect))
    assert "Aino Aalto" not in told
    assert "Pyydetty." in told
    assert Redaction.objects.get().recorded_by == curator.user


def test_developers_remove_nothing(developer, page):
    row = factories.assess(page)
    url = reverse("operating_models_redact_assessment", args=[row.pk])
    assert developer.post(url, {"removed": ["report:assessor"], "reason": "x"}).status_code in (302, 403)
    assert not Redaction.objects.exists()


@pytest.mark.parametrize("above", [0, 1, 2])
def test_a_rated_model_and_what_is_above_it_are_refused_deletion_with_the_way_on(administrator, page, above):
    factories.assess(page)
    doomed = [page.page_ptr, *page.get_ancestors().reverse()][above]
    confirmed = {"confirm_site_name": "Toimintamallit"}
    for response in (
        administrator.get(editor.url("delete", doomed)),
        administrator.post(editor.url("delete", doomed), confirmed),
        administrator.post(bulk(doomed), confirmed),
    ):
        told = editor.text_of(response)
        assert "1 näytön arvio" in told
        assert "käyttöönottoilmoitus" not in told
        assert editor.url("unpublish", doomed) in told
    assert EvidenceAssessment.objects.count() == 1
