"""The ledger of adoption: what is true on a day, as known on another; and that nothing in it is ever changed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.core.management.commands.migrate import Command as Migrate
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.db.migrations import Migration
from django.db.models.signals import pre_migrate
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from operating_models import ledger
from operating_models.checks import check_ledger
from operating_models.models import (
    AdoptionReport,
    AdoptionReporter,
    AdoptionStatus,
    CurrentAdoption,
    DatePrecision,
    LedgerError,
    PartialDate,
    Region,
    current_adoptions,
    furthest_status,
)
from tests import depth, factories

RECORDED = date(2026, 11, 22)


class TestPartialDate:
    @pytest.mark.parametrize(
        ("text", "day", "precision", "shown"),
        [
            ("2024", date(2024, 1, 1), DatePrecision.YEAR, "2024"),
            ("2024-03", date(2024, 3, 1), DatePrecision.MONTH, "3/2024"),
            ("2024-03-05", date(2024, 3, 5), DatePrecision.DAY, "5.3.2024"),
            ("", RECORDED, DatePrecision.UNKNOWN, "ajankohta ei tiedossa"),
            (None, RECORDED, DatePrecision.UNKNOWN, "ajankohta ei tiedossa"),
        ],
    )
    def test_a_date_is_as_exact_as_it_was_written(self, text, day, precision, shown):
        parsed = PartialDate.parse(text, recorded=RECORDED)
        assert (parsed.day, parsed.precision) == (day, precision)
        with translation.override("fi"):
            assert str(parsed) == shown

    @pytest.mark.parametrize("text", ["2024-13", "2024-02-30", "keväällä", "2024-01-01-01", "1.3.2024", "2024-"])
    def test_other_texts_are_refused(self, text):
        with pytest.raises(ValueError):
            PartialDate.parse(text, recorded=RECORDED)


class TestFurthestStatus:
    @staticmethod
    def of(*statuses):
        return furthest_status(CurrentAdoption(str(n), "county", status) for n, status in enumerate(statuses))

    def test_is_the_furthest_of_any_region(self):
        order = ["planned", "piloting", "adopting", "in_use", "established"]
        for place, status in enumerate(order):
            assert (
                self.of(*(AdoptionStatus(earlier) for earlier in order[: place + 1]), AdoptionStatus.ENDED) == status
            )

    def test_is_ended_only_when_every_region_has_ended(self):
        assert self.of(AdoptionStatus.ENDED, AdoptionStatus.ENDED) == AdoptionStatus.ENDED
        assert self.of(AdoptionStatus.ENDED, AdoptionStatus.PLANNED) == AdoptionStatus.PLANNED

    def test_is_none_without_reports(self):
        assert self.of() is None


@dataclass
class Fact:
    """A report as the naive model knows it."""

    key: int
    region: str
    status: str
    valid: date
    recorded: datetime
    supersedes: int | None
    retraction: bool


def naive_status(facts, region, day, known):
    """Say the rule in plain words: of what was known, not superseded and no retraction, the latest."""
    told = [fact for fact in facts if fact.recorded <= known]
    superseded = {fact.supersedes for fact in told}
    standing = [f for f in told if f.region == region and f.key not in superseded and not f.retraction]
    candidates = [fact for fact in standing if fact.valid <= day]
    if not candidates:
        return None
    return max(candidates, key=lambda fact: (fact.valid, fact.key)).status


def record(page, regions, history):
    """Record a generated history, without the corrections that the ledger would refuse."""
    made, facts = [], []
    for region, status, valid, recorded, target, retraction in history:
        corrected = made[target] if target is not None and target < len(made) else None
        if corrected and (corrected.region.code != region or any(fact.supersedes == corrected.pk for fact in facts)):
            corrected = None
        report = AdoptionReport.objects.create(
            page=page,
            region=regions[region],
            status=status,
            valid_date=valid,
            recorded_at=recorded,
            supersedes=corrected,
            is_retraction=retraction and corrected is not None,
        )
        made.append(report)
        key = corrected.pk if corrected else None
        facts.append(Fact(report.pk, region, status, valid, recorded, key, report.is_retraction))
    return facts


FIRST_DAY = date(2024, 1, 1)
days = st.integers(0, 5).map(lambda n: FIRST_DAY + timedelta(days=n))
moments = st.integers(0, 5).map(lambda n: datetime(2024, 1, 1, 12, tzinfo=UTC) + timedelta(days=n))
rows = st.lists(
    st.tuples(
        st.sampled_from(["15", "08"]),
        st.sampled_from(AdoptionStatus.values),
        days,
        moments,
        st.none() | st.integers(0, 7),
        st.booleans(),
    ),
    max_size=8,
)


@pytest.mark.django_db
class TestAsOf:
    @pytest.fixture
    def model(self):
        return factories.make_model()

    @settings(max_examples=depth.examples(100), suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(history=rows, day=days, known=moments)
    def test_equals_the_rule_on_any_history_any_day_as_known_at_any_moment(self, model, history, day, known):
        regions = {region.code: region for region in Region.objects.filter(code__in=["15", "08"])}
        with transaction.atomic():
            facts = record(model, regions, history)
            found = AdoptionReport.objects.of_pages([model.pk]).as_of(day, known=known).select_related("region")
            statuses = {report.region.code: report.status for report in found}
            transaction.set_rollback(True)
        expected = {region: naive_status(facts, region, day, known) for region in regions}
        assert statuses == {region: status for region, status in expected.items() if status}

    def test_equals_the_rule_on_many_random_histories(self):
        """One for each of 40 models in 25 regions (at all depths), asked for 20 days as known at 20 moments."""
        models = depth.examples(40)
        chance = random.Random(2026)
        regions = list(Region.objects.in_order())
        histories = {
            (page.pk, region): []
            for page in [factories.make_model(live=False) for _ in range(models)]
            for region in regions
        }
        assert len(histories) == 25 * models
        rows = []
        for (page_id, region), facts in histories.items():
            for _report in range(chance.randint(0, 6)):
                open_ones = [f.key for f in facts if all(f.key != other.supersedes for other in facts)]
                corrected = chance.choice(open_ones) if open_ones and chance.random() < 0.3 else None
                facts.append(
                    Fact(
                        key=len(rows) + 1,
                        region=region.code,
                        status=chance.choice(AdoptionStatus.values),
                        valid=date(2024, 1, 1) + timedelta(days=chance.randint(0, 9)),
                        recorded=datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=chance.randint(0, 99)),
                        supersedes=corrected,
                        retraction=corrected is not None and chance.random() < 0.5,
                    )
                )
                fact = facts[-1]
                rows.append(
                    AdoptionReport(
                        pk=fact.key,
                        page_id=page_id,
                        region=region,
                        status=fact.status,
                        valid_date=fact.valid,
                        recorded_at=fact.recorded,
                        supersedes_id=fact.supersedes,
                        is_retraction=fact.retraction,
                    )
                )
        AdoptionReport.objects.bulk_create(rows)
        met = set()
        for _question in range(20):
            day = date(2024, 1, 1) + timedelta(days=chance.randint(-1, 10))
            known = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=chance.randint(-1, 100))
            found = {
                (report.page_id, report.region): report.status
                for report in AdoptionReport.objects.as_of(day, known=known).select_related("region")
            }
            expected = {pair: naive_status(facts, pair[1].code, day, known) for pair, facts in histories.items()}
            assert found == {pair: status for pair, status in expected.items() if status}
            met |= {pair for pair, status in expected.items() if status}
        assert len(met) > len(histories) / 2

    def test_todays_status_is_the_latest_by_valid_date_whatever_was_recorded_last(self):
        page = factories.make_model()
        factories.report(page, "15", "in_use", "2024-05")
        factories.report(page, "15", "piloting", "2023")
        factories.report(page, "08", "planned")
        assert [(a.region_code, a.status) for a in current_adoptions([page.pk])[page.pk]] == [
            ("08", "planned"),
            ("15", "in_use"),
        ]

    @pytest.mark.parametrize("hours", [-1, 1])
    def test_a_newer_report_holds_whatever_the_clock_of_its_server_says(self, hours):
        page = factories.make_model()
        first = factories.report(page, "15", "planned", "2024-05")
        off = timezone.now() + timedelta(hours=hours)
        factories.report(page, "15", "in_use", "2024-05", recorded_at=off)
        factories.report(page, "08", "in_use", "2024-05", recorded_at=off)
        assert {(a.region_code, a.status) for a in current_adoptions([page.pk])[page.pk]} == {
            ("15", "in_use"),
            ("08", "in_use"),
        }
        factories.report(page, "15", "ended", "2024-05", supersedes=first, recorded_at=off)
        assert {report.status for report in AdoptionReport.objects.as_of()} == {"ended", "in_use"}

    def test_retraction_brings_the_earlier_report_back(self):
        page = factories.make_model()
        factories.report(page, "15", "piloting", "2023")
        mistake = factories.report(page, "15", "ended", "2024")
        factories.report(page, "15", "ended", "2024", supersedes=mistake, is_retraction=True)
        assert [report.status for report in AdoptionReport.objects.as_of()] == ["piloting"]

    def test_report_of_tomorrow_is_not_true_today(self):
        page = factories.make_model()
        factories.report(page, "15", "in_use", (timezone.localdate() + timedelta(days=1)).isoformat())
        assert not AdoptionReport.objects.as_of().exists()

    def test_two_corrections_of_one_report_are_refused_by_the_database(self):
        page = factories.make_model()
        mistake = factories.report(page, "15", "ended")
        factories.report(page, "15", "in_use", supersedes=mistake)
        with pytest.raises(IntegrityError):
            factories.report(page, "15", "planned", supersedes=mistake)

    def test_retraction_of_nothing_is_refused_by_the_database(self):
        with pytest.raises(IntegrityError):
            factories.report(factories.make_model(), is_retraction=True)


@pytest.mark.django_db
class TestReportIsChecked:
    @pytest.mark.parametrize(
        ("fields", "wrong"),
        [
            ({"status": "ended"}, "reasons"),
            ({"valid_date": date(2999, 1, 1)}, "valid_date"),
            ({"is_retraction": True}, "supersedes"),
        ],
    )
    def test_what_cannot_be_true_is_told_by_its_field(self, fields, wrong):
        values = {"status": "in_use", "valid_date": RECORDED} | fields
        report = AdoptionReport(page=factories.make_model(), region=Region.objects.get(code="15"), **values)
        with pytest.raises(ValidationError) as caught:
            report.clean()
        assert set(caught.value.message_dict) == {wrong}

    def test_correction_of_another_regions_report_is_refused(self):
        page = factories.make_model()
        other = factories.report(page, "08")
        report = AdoptionReport(page=page, region=Region.objects.get(code="15"), status="in_use", supersedes=other)
        with pytest.raises(ValidationError) as caught:
            report.clean()
        assert set(caught.value.message_dict) == {"supersedes"}


@pytest.fixture
def report(db):
    return factories.report(factories.make_model(), "15", "in_use", "2024")


class TestNothingIsChanged:
    @pytest.mark.parametrize(
        "act",
        [
            lambda report: AdoptionReport.objects.filter(pk=report.pk).update(note="Toisin"),
            lambda report: AdoptionReport.objects.filter(pk=report.pk).delete(),
            lambda report: AdoptionReport.objects.all().delete(),
            lambda report: report.save(),
            lambda report: report.delete(),
        ],
        ids=["update", "delete", "delete all", "save again", "delete row"],
    )
    def test_by_code(self, report, act):
        with pytest.raises(LedgerError):
            act(report)
        assert AdoptionReport.objects.get().note == ""

    @pytest.mark.parametrize(
        "act",
        [
            lambda rows: models.QuerySet.update(rows, note="Toisin"),
            lambda rows: models.QuerySet.delete(rows),
            lambda rows: rows.bulk_update([rows.get()], ["note"]),
            lambda rows: rows._raw_delete("default"),
        ],
        ids=["update", "delete", "bulk update", "raw delete"],
    )
    def test_by_ways_around_the_code(self, report, act):
        with pytest.raises((DatabaseError, LedgerError)), transaction.atomic():
            act(AdoptionReport.objects.all())
        assert AdoptionReport.objects.count() == 1

    @pytest.mark.parametrize("statement", ["UPDATE {} SET note = 'Toisin'", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
    def test_by_raw_sql(self, report, statement):
        if "TRUNCATE" in statement and connection.vendor == "sqlite":
            statement = "DELETE FROM {} WHERE 1"  # SQLite has no TRUNCATE.
        # PostgreSQL would not empty a table whose new rows it has not checked yet.
        connection.check_constraints()
        with pytest.raises(DatabaseError, match=ledger.REFUSAL), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(ledger.TABLE))
        assert AdoptionReport.objects.get().note == ""

    def test_the_reporters_name_can_be_erased_and_the_fact_stays(self, report):
        AdoptionReporter.objects.create(report=report, user=factories.make_user("reporter"), name="Aino Aalto")
        AdoptionReporter.objects.all().delete()
        assert AdoptionReport.objects.get().status == "in_use"


class TestGuard:
    @pytest.fixture
    def unguarded(self, db):
        name = next(iter(ledger.wanted_triggers(connection)))
        place = f" ON {ledger.TABLE}" if connection.vendor == "postgresql" else ""
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER {name}{place}")
        return name

    def test_a_missing_trigger_is_told_with_what_to_do(self, unguarded):
        (warning,) = check_ledger(databases=["default"])
        assert warning.id == "operating_models.W001"
        assert unguarded in warning.msg
        assert "migrate" in warning.hint

    def test_nothing_is_told_of_a_guarded_ledger(self, db):
        assert check_ledger(databases=["default"]) == []
        assert check_ledger(databases=None) == []

    def test_migrate_puts_a_missing_trigger_back(self, unguarded):
        # With the checks that the command makes before it begins, as from a command line.
        call_command(Migrate(), "operating_models", verbosity=0, skip_checks=False)
        assert ledger.missing_triggers() == []

    @pytest.mark.django_db(transaction=True)
    def test_migrations_that_add_and_drop_a_column_leave_the_ledger_guarded(self):
        """On SQLite the first makes the table anew without triggers, and the second could not drop what they name."""
        field = models.CharField(max_length=9, default="")
        field.set_attributes_from_name("later")
        step = Migration("0099_later", "operating_models")
        app = apps.get_app_config("operating_models")
        for name in ("add_field", "remove_field"):
            pre_migrate.send(app, using="default", plan=[(step, False)])
            with connection.schema_editor() as editor:
                getattr(editor, name)(AdoptionReport, field)
            assert connection.vendor != "sqlite" or ledger.missing_triggers() != []
            call_command(Migrate(), "operating_models", verbosity=0)
            assert ledger.missing_triggers() == []

    def test_flush_is_refused_where_the_settings_do_not_allow_it(self, report, settings):
        settings.LEDGER_MAY_BE_FLUSHED = False
        with pytest.raises(CommandError, match="LEDGER_MAY_BE_FLUSHED"):
            call_command("flush", interactive=False, verbosity=0)
        assert AdoptionReport.objects.count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_flush_of_a_test_database_leaves_the_ledger_guarded(self):
        factories.report(factories.make_model())
        call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)
        assert not AdoptionReport.objects.exists()
        assert ledger.missing_triggers() == []
