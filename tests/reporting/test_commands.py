"""Acts on the ledger: who may do them, and that each leaves exactly what it should."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from operating_models import ledger
from operating_models.models import (
    AdoptionRenewal,
    AdoptionReport,
    AdoptionReporter,
    AdoptionStatus,
    OwnerAnswer,
    PartialDate,
    Redaction,
    Region,
    RenewalAuthor,
    ReporterRole,
    Verdict,
)
from operating_models.reporting import commands
from operating_models.reporting.commands import NAME, Basis, OutdatedError, Statement
from tests import factories


def say(status="in_use", when="2025-03", **texts):
    return Statement(AdoptionStatus(status), PartialDate.parse(when, recorded=timezone.localdate()), **texts)


@pytest.fixture
def model(db):
    return factories.make_model("15")


@pytest.fixture
def kainuu(db):
    return Region.objects.get(code="20")


@pytest.fixture
def reporter(db):
    return factories.make_user("reporter", "20")


@pytest.fixture
def curator(db):
    return factories.make_user("curator")


NOTHING_SEEN = Basis(latest=None)


class TestRecord:
    def test_a_reporter_records_all_that_the_region_says(self, reporter, model, kainuu):
        statement = say(
            note="Kaikilla asemilla.",
            changed_locally="Puhelimitse.",
            results="Jonot lyhenivät.",
            cost="0,5 htv",
            contact_unit="Avopalvelut",
            source="https://kainuu.example/seniori",
        )
        recorded = commands.record(reporter, model, kainuu, statement, NOTHING_SEEN)
        report = AdoptionReport.objects.get()
        assert recorded.is_new
        assert recorded.report == report
        assert (report.status, str(report.valid_from)) == ("in_use", "3/2025")
        assert (report.note, report.changed_locally, report.results) == (
            "Kaikilla asemilla.",
            "Puhelimitse.",
            "Jonot lyhenivät.",
        )
        assert (report.cost, report.contact_unit) == ("0,5 htv", "Avopalvelut")
        assert (report.reporter_role, report.reporter_region) == (ReporterRole.REPORTER, kainuu)
        assert report.reporter.user == reporter
        assert report.reporter.name == reporter.get_full_name()

    @pytest.mark.parametrize("role", ["reporter", "developer"])
    def test_nobody_reports_for_another_region(self, role, model, kainuu):
        with pytest.raises(PermissionDenied, match="omasta alueestasi"):
            commands.record(factories.make_user(role, "17"), model, kainuu, say(), NOTHING_SEEN)
        assert not AdoptionReport.objects.exists()

    def test_the_database_refuses_a_reporter_of_another_region_too(self, model, kainuu):
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.report(
                model, "20", reporter_role=ReporterRole.REPORTER, reporter_region=Region.objects.get(code="17")
            )

    def test_national_staff_report_for_a_region_as_national_staff(self, curator, model, kainuu):
        report = commands.record(curator, model, kainuu, say(), NOTHING_SEEN).report
        assert (report.reporter_role, report.reporter_region) == (ReporterRole.CURATOR, None)

    def test_a_reporter_who_has_left_reports_nothing(self, reporter, model, kainuu):
        reporter.is_active = False
        reporter.save()
        with pytest.raises(PermissionDenied):
            commands.record(reporter, model, kainuu, say(), NOTHING_SEEN)

    def test_a_form_sent_twice_is_one_report(self, reporter, model, kainuu):
        basis = Basis(latest=None, token=uuid.uuid4())
        first = commands.record(reporter, model, kainuu, say(), basis)
        again = commands.record(reporter, model, kainuu, say(), basis)
        assert (first.is_new, again.is_new) == (True, False)
        assert first.report == again.report == AdoptionReport.objects.get()

    def test_a_form_of_another_person_is_not_taken_for_ones_own(self, reporter, model, kainuu):
        token = uuid.uuid4()
        commands.record(reporter, model, kainuu, say(), Basis(latest=None, token=token))
        with pytest.raises(OutdatedError):
            commands.record(
                factories.make_user("reporter", "20"), model, kainuu, say(), Basis(latest=None, token=token)
            )

    def test_of_two_people_the_second_sees_what_the_first_saved_and_can_correct_it(self, reporter, model, kainuu):
        colleague = factories.make_user("reporter", "20")
        first = commands.record(reporter, model, kainuu, say("piloting"), NOTHING_SEEN).report
        with pytest.raises(OutdatedError) as outdated:
            commands.record(colleague, model, kainuu, say("in_use"), NOTHING_SEEN)
        assert outdated.value.latest == first
        basis = Basis(latest=first.pk, supersedes=first.pk)
        corrected = commands.record(colleague, model, kainuu, say("in_use"), basis).report
        assert list(AdoptionReport.objects.standing()) == [corrected]

    def test_an_ended_adoption_says_why(self, reporter, model, kainuu):
        with pytest.raises(ValidationError) as error:
            commands.record(reporter, model, kainuu, say("ended"), NOTHING_SEEN)
        assert "reasons" in error.value.message_dict
        with pytest.raises(ValidationError) as error:
            commands.record(reporter, model, kainuu, say("ended", reasons=["other"]), NOTHING_SEEN)
        assert "other_reason" in error.value.message_dict
        assert not AdoptionReport.objects.exists()

    def test_a_region_reports_nothing_from_before_it_was_there_or_after_it_ended(self, reporter, model, kainuu):
        kainuu.valid_until = date(2025, 12, 31)
        kainuu.save()
        for when, told in (("2021-06", "1.7.2021 alkaen"), ("2026-01-01", "31.12.2025 saakka")):
            with pytest.raises(ValidationError) as error:
                commands.record(reporter, model, kainuu, say(when=when), NOTHING_SEEN)
            assert told in error.value.message_dict["valid_date"][0]
        commands.record(reporter, model, kainuu, say(when="2021"), NOTHING_SEEN)
        assert AdoptionReport.objects.count() == 1


class TestRetract:
    def test_a_wrong_report_is_taken_back_by_a_new_row(self, reporter, model, kainuu):
        report = commands.record(reporter, model, kainuu, say(), NOTHING_SEEN).report
        retraction = commands.retract(reporter, report, Basis(latest=report.pk), note="Väärä malli.").report
        assert retraction.is_retraction
        assert retraction.supersedes == report
        assert AdoptionReport.objects.count() == 2
        assert not AdoptionReport.objects.as_of().exists()

    def test_a_report_is_taken_back_once(self, reporter, model, kainuu):
        report = commands.record(reporter, model, kainuu, say(), NOTHING_SEEN).report
        retraction = commands.retract(reporter, report, Basis(latest=report.pk)).report
        with pytest.raises(OutdatedError):
            commands.retract(reporter, report, Basis(latest=report.pk))
        with pytest.raises(OutdatedError):
            commands.retract(reporter, report, Basis(latest=retraction.pk))
        assert AdoptionReport.objects.count() == 2

    def test_another_regions_report_is_not_taken_back(self, model, kainuu):
        report = factories.report(model, "20")
        with pytest.raises(PermissionDenied):
            commands.retract(factories.make_user("reporter", "17"), report, Basis(latest=report.pk))


class TestRenew:
    def test_still_in_use_is_said_once_a_day_and_counts_nowhere(self, reporter, model, kainuu):
        report = commands.record(reporter, model, kainuu, say(), NOTHING_SEEN).report
        renewals = {commands.renew(reporter, report).pk for _time in range(2)}
        assert len(renewals) == AdoptionRenewal.objects.count() == 1
        assert list(AdoptionReport.objects.as_of()) == [report]
        assert str(AdoptionReport.objects.get().valid_from) == "3/2025"

    def test_only_what_holds_today_is_renewed_and_by_the_region_itself(self, reporter, model, kainuu):
        old = factories.report(model, "20", "piloting", "2023")
        factories.report(model, "20", "in_use", "2024")
        with pytest.raises(OutdatedError):
            commands.renew(reporter, old)
        with pytest.raises(PermissionDenied):
            commands.renew(factories.make_user("reporter", "17"), old)


class TestAnswer:
    @pytest.fixture
    def report(self, model):
        return factories.report(model, "20")

    @pytest.fixture
    def owner(self, db):
        return factories.make_user("developer", "15")

    def test_the_owner_confirms_comments_and_disputes(self, report, owner):
        commands.answer(owner, report, Verdict.CONFIRMED)
        commands.answer(owner, report, Verdict.COMMENTED, "Hienoa!")
        commands.answer(owner, report, Verdict.DISPUTED, "Tämä on eri malli.")
        assert [answer.verdict for answer in report.answers.all()] == ["confirmed", "commented", "disputed"]
        assert AdoptionReport.objects.with_dispute().get().is_disputed

    def test_a_dispute_holds_until_the_owner_confirms(self, report, owner):
        commands.answer(owner, report, Verdict.DISPUTED, "Tämä on eri malli.")
        commands.answer(owner, report, Verdict.COMMENTED, "Kysyimme alueelta.")
        assert AdoptionReport.objects.with_dispute().get().is_disputed
        before = timezone.now()
        commands.answer(owner, report, Verdict.CONFIRMED, "Sama malli sittenkin.")
        assert not AdoptionReport.objects.with_dispute().get().is_disputed
        assert AdoptionReport.objects.with_dispute(known=before).get().is_disputed

    def test_a_disputed_report_still_gives_the_status(self, report, owner):
        commands.answer(owner, report, Verdict.DISPUTED, "Tämä on eri malli.")
        assert list(AdoptionReport.objects.as_of()) == [report]

    @pytest.mark.parametrize(("role", "region"), [("developer", "17"), ("reporter", "20"), ("reporter", "15")])
    def test_nobody_else_answers(self, report, role, region):
        with pytest.raises(PermissionDenied):
            commands.answer(factories.make_user(role, region), report, Verdict.CONFIRMED)

    @pytest.mark.parametrize("verdict", [Verdict.COMMENTED, Verdict.DISPUTED])
    def test_a_comment_and_a_dispute_need_words(self, report, owner, verdict):
        with pytest.raises(ValidationError):
            commands.answer(owner, report, verdict, "  ")

    def test_an_answer_sent_twice_is_one(self, report, owner):
        token = uuid.uuid4()
        for _time in range(2):
            commands.answer(owner, report, Verdict.CONFIRMED, token=token)
        assert OwnerAnswer.objects.count() == 1


class TestRemove:
    @pytest.fixture
    def report(self, reporter, model, kainuu):
        return commands.record(
            reporter, model, kainuu, say(note="Kysy Aino Aallolta.", cost="10 000 €"), NOTHING_SEEN
        ).report

    def test_a_name_is_erased_and_the_fact_stays(self, report, curator):
        commands.renew(report.reporter.user, report)
        commands.remove(curator, report, [NAME], reason="Henkilö pyysi.")
        assert not AdoptionReporter.objects.exists()
        assert not RenewalAuthor.objects.exists()
        assert AdoptionRenewal.objects.count() == 1
        assert AdoptionReport.objects.get().note == "Kysy Aino Aallolta."
        logged = Redaction.objects.get()
        assert (logged.report, logged.removed, logged.recorded_by) == (report, [NAME], curator)

    def test_free_text_is_removed_by_a_logged_act_and_the_fact_stays(self, report, curator):
        commands.remove(curator, report, ["note"], reason="Tekstissä oli nimi.")
        kept = AdoptionReport.objects.get()
        assert (kept.note, kept.cost, kept.status, str(kept.valid_from)) == ("", "10 000 €", "in_use", "3/2025")
        assert kept.redacted_at is not None
        assert Redaction.objects.get().removed == ["note"]

    def test_the_text_of_an_answer_is_removed(self, report, curator):
        answer = commands.answer(factories.make_user("developer", "15"), report, Verdict.COMMENTED, "Soita Ainolle.")
        commands.remove(curator, report, ["text", NAME], answer=answer, reason="Nimi tekstissä.")
        assert (OwnerAnswer.objects.get().text, OwnerAnswer.objects.get().verdict) == ("", "commented")

    def test_only_national_staff_remove(self, report, reporter):
        with pytest.raises(PermissionDenied):
            commands.remove(reporter, report, ["note"], reason="Ei sovi.")
        assert AdoptionReport.objects.get().note == "Kysy Aino Aallolta."

    @pytest.mark.parametrize("name", ["status", "reasons", "text"])
    def test_a_fact_is_no_text(self, report, curator, name):
        with pytest.raises(ValueError, match=name):
            commands.remove(curator, report, [name], reason="Ei sovi.")


class TestDatabase:
    """What raw SQL can do to the ledger."""

    def refused(self, statement, *values):
        connection.check_constraints()
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)

    @pytest.mark.parametrize(
        "change",
        [
            "note = 'Toisin'",
            "note = ''",
            "note = '', redacted_at = NULL",
            "note = 'Toisin', redacted_at = '2026-01-01 00:00:00+00:00'",
            "status = 'ended', note = '', redacted_at = '2026-01-01 00:00:00+00:00'",
            "valid_date = '2020-01-01', redacted_at = '2026-01-01 00:00:00+00:00'",
        ],
    )
    def test_a_report_changes_only_by_a_redaction(self, model, change):
        factories.report(model, note="Näin oli.")
        self.refused(f"UPDATE {ledger.TABLE} SET {change}")
        assert AdoptionReport.objects.get().note == "Näin oli."

    def test_an_answer_and_a_renewal_never_change(self, model):
        report = factories.report(model, "20")
        commands.answer(factories.make_user("developer", "15"), report, Verdict.DISPUTED, "Eri malli.")
        commands.renew(factories.make_user("reporter", "20"), report)
        self.refused(f"UPDATE {ledger.ANSWERS} SET verdict = 'confirmed'")
        self.refused(f"DELETE FROM {ledger.ANSWERS}")
        self.refused(f"UPDATE {ledger.RENEWALS} SET renewed_on = '2020-01-01'")
        self.refused(f"DELETE FROM {ledger.RENEWALS}")

    def test_a_row_is_not_replaced_under_its_key(self, model):
        report = factories.report(model, note="Näin oli.")
        names = [column.column for column in AdoptionReport._meta.concrete_fields]
        values = ", ".join("'Toisin'" if name == "note" else name for name in names)
        insert, conflict = "INSERT", "ON CONFLICT (id) DO UPDATE SET note = excluded.note"
        if connection.vendor == "sqlite":
            insert, conflict = "INSERT OR REPLACE", ""
        self.refused(
            f"{insert} INTO {ledger.TABLE} ({', '.join(names)}) "
            f"SELECT {values} FROM {ledger.TABLE} WHERE id = {report.pk} {conflict}"
        )
        assert AdoptionReport.objects.get().note == "Näin oli."


def test_the_day_of_a_month_or_year_is_the_whole_of_it():
    today = timezone.localdate()
    assert PartialDate.parse("2024-02", recorded=today).last_day == date(2024, 2, 29)
    assert PartialDate.parse("2024", recorded=today).last_day == date(2024, 12, 31)
    assert PartialDate.parse("2024-02-03", recorded=today).last_day == date(2024, 2, 3)
    assert today - timedelta(days=1) < PartialDate.parse("", recorded=today).last_day
