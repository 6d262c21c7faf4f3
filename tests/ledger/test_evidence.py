"""Assessments of evidence: recorded once, corrected or taken back by later rows, and in force from their own day."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, models, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from operating_models import ledger
from operating_models.models import EvidenceAssessment, EvidenceRecorder, LedgerError, OperatingModelPage, Redaction
from operating_models.reporting import commands
from operating_models.reporting.commands import NAME
from search.models import Document
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    return factories.make_model(title="Seniorineuvola")


def held(page, **as_of):
    return [row.level for row in EvidenceAssessment.objects.as_of(**as_of).filter(page=page)]


class TestWhatHolds:
    def test_is_the_latest_by_its_own_date_not_by_when_it_was_recorded(self, page):
        factories.assess(page, "4", assessed_on="2026-05-01")
        factories.assess(page, "2", assessed_on="2025-01-01")
        assert held(page) == ["4"]

    def test_a_date_in_the_future_overrules_nothing_before_its_day(self, page):
        later = timezone.localdate() + timedelta(days=366)
        factories.assess(page, "3", assessed_on="2026-05-01")
        factories.assess(page, "5", assessed_on=later)
        assert held(page) == ["3"]
        assert held(page, day=later) == ["5"]

    def test_a_correction_holds_in_place_of_what_it_corrects(self, page):
        wrong = factories.assess(page, "5", assessed_on="2026-05-01")
        factories.assess(page, "2", assessed_on="2025-05-01", supersedes=wrong)
        assert held(page) == ["2"]
        assert held(page, known=timezone.now() - timedelta(days=1)) == []

    def test_after_a_retraction_the_one_before_holds_again(self, page):
        factories.assess(page, "2", assessed_on="2025-01-01")
        wrong = factories.assess(page, "5", assessed_on="2026-01-01")
        factories.assess(page, "5", assessed_on="2026-01-01", supersedes=wrong, is_retraction=True)
        assert held(page) == ["2"]

    def test_readers_find_and_see_what_holds(self, page, django_capture_on_commit_callbacks, client):
        with django_capture_on_commit_callbacks(execute=True):
            wrong = factories.assess(page, "5", assessed_on="2026-01-01", is_demonstration=True)
        shown = client.get(page.url).content.decode()
        assert "Esittelyä varten keksitty" in shown.partition('id="evidence-title"')[2].partition("</section>")[0]
        with django_capture_on_commit_callbacks(execute=True):
            factories.assess(page, "5", assessed_on="2026-01-01", supersedes=wrong, is_retraction=True)
        assert "Ei arvioitu" in client.get(page.url).content.decode()
        assert Document.objects.get(page=page).card["evidence"] == ""


class TestIsRefused:
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"assessed_on": timezone.localdate() + timedelta(days=2)}, "assessed_on"),
            ({"is_retraction": True}, "supersedes"),
        ],
    )
    def test_with_the_field_that_is_wrong(self, page, changes, field):
        row = EvidenceAssessment(page=page, **{"level": "3", "assessor": "THL", **changes})
        with pytest.raises(ValidationError) as caught:
            row.full_clean()
        assert set(caught.value.message_dict) == {field}

    def test_to_correct_an_assessment_of_another_model(self, page):
        other = factories.assess(factories.make_model())
        with pytest.raises(ValidationError):
            EvidenceAssessment(page=page, level="3", assessor="THL", supersedes=other).full_clean()

    @pytest.mark.parametrize(
        "act",
        [
            lambda row: row.save(),
            lambda row: row.delete(),
            lambda row: EvidenceAssessment.objects.update(level="1"),
            lambda row: models.QuerySet.update(EvidenceAssessment.objects.all(), level="1"),
            lambda row: models.QuerySet.update(EvidenceAssessment.objects.all(), assessor="Toinen"),
            lambda row: EvidenceAssessment.objects.all()._raw_delete("default"),
        ],
    )
    def test_to_change_or_delete_one_by_code(self, page, act):
        row = factories.assess(page, "3")
        with pytest.raises((DatabaseError, LedgerError)), transaction.atomic():
            act(row)
        assert EvidenceAssessment.objects.get().level == "3"

    @pytest.mark.parametrize("statement", ["UPDATE {} SET level = '1'", "DELETE FROM {}"])
    def test_to_change_or_delete_one_by_raw_sql(self, page, statement):
        factories.assess(page, "3")
        with pytest.raises(DatabaseError, match=ledger.REFUSAL), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(ledger.EVIDENCE))
        assert EvidenceAssessment.objects.get().level == "3"

    def test_to_delete_a_rated_model_by_code(self, page):
        factories.assess(page)
        with pytest.raises(ProtectedError), transaction.atomic():
            page.delete()
        assert OperatingModelPage.objects.filter(pk=page.pk).exists()


class TestRemoval:
    def test_of_names_and_texts_leaves_the_level_its_date_and_the_log(self, page):
        curator = factories.make_user("curator")
        row = factories.assess(page, "3", "Aino Aalto", note="Aino arvioi.", source="https://example.org/aino")
        EvidenceRecorder.objects.create(assessment=row, user=curator, name="Kaisa Kuraattori")
        before = row.assessed_on
        commands.remove(curator, row, ["assessor", "note", "source", NAME], reason="Henkilö pyysi.")
        row = EvidenceAssessment.objects.get()
        assert (row.assessor, row.note, row.source) == ("", "", "")
        assert (row.level, row.assessed_on) == ("3", before)
        assert not EvidenceRecorder.objects.exists()
        logged = Redaction.objects.get()
        assert (logged.assessment, logged.report, logged.recorded_by) == (row, None, curator)
        assert logged.removed == ["assessor", NAME, "note", "source"]

    def test_of_a_fact_is_refused(self, page):
        row = factories.assess(page, "3")
        with pytest.raises(ValueError, match="level"):
            commands.remove(factories.make_user("curator"), row, ["level"], reason="Ei sovi.")

    def test_of_a_user_leaves_the_assessments_that_the_user_recorded(self, page):
        curator = factories.make_user("curator")
        row = factories.assess(page)
        EvidenceRecorder.objects.create(assessment=row, user=curator, name="Kaisa")
        curator.delete()
        assert EvidenceAssessment.objects.get().recorder.user is None
