"""The numbers of any day: equal to plain counting on random histories, and each of them as it is defined."""

from __future__ import annotations

import statistics as plain
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from operating_models.models import (
    AdoptionReport,
    AdoptionStatus,
    DatePrecision,
    EndReason,
    OperatingModelPage,
    OwnerAnswer,
    Region,
    Verdict,
)
from operating_models.models.adoption import ADOPTED, IN_USE, STEPS
from operating_models.statistics import counting, histories
from search.criteria import Criteria
from search.finding.results import find
from search.indexing import upkeep
from tests import depth, factories

EXAMPLES = depth.examples(350)

ORIGINS = ({"15"}, {"08", "15"}, {"fi"})
"""Which regions developed the three models of the random histories."""
PUBLISHED = (date(2023, 3, 31), date(2024, 2, 29), date(2025, 1, 1))
THEMES = (["access"], ["access", "digital-remote"], ["digital-remote"])
REGIONS = ("15", "08", "hus", "fi")
NATIONAL = "fi"

FIRST_DAY = date(2022, 12, 30)
days = st.integers(0, 45).map(lambda n: FIRST_DAY + timedelta(days=30 * n))
moments = st.integers(0, 9).map(lambda n: datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(hours=n))
HISTORY = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(REGIONS),
        st.sampled_from(AdoptionStatus.values),
        days,
        st.sampled_from(DatePrecision.values),
        moments,
        st.none() | st.integers(0, 20),
        st.booleans(),
        st.sets(st.sampled_from(EndReason.values), max_size=2),
    ),
    max_size=20,
)


@dataclass(frozen=True)
class Fact:
    """A report as the naive model has it."""

    key: int
    page: int
    region: str
    status: str
    valid: date
    precision: str
    recorded: datetime
    supersedes: int | None
    retracts: bool
    reasons: frozenset[str]

    @property
    def is_exact(self):
        return self.precision in ("day", "month")


def publish_on(page, day):
    """Let a page have been published for the first time at noon of a day."""
    moment = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
    OperatingModelPage.objects.filter(pk=page.pk).update(first_published_at=moment)
    upkeep.refresh([page.pk])
    return page


def month_of(day):
    return day.year * 12 + day.month


def same_date_later(day, months):
    """Return the same date some months later, or the last one of a shorter month, found by trying."""
    number = month_of(day) - 1 + months
    for last in (day.day, 30, 29, 28):
        try:
            return date(number // 12, number % 12 + 1, last)
        except ValueError:
            continue
    raise AssertionError(day)


class Naive:
    """Counts as the docstrings of the statistics say, one report after another."""

    def __init__(self, facts, pages, day, known):
        self.day = day
        gone = {fact.supersedes for fact in facts if fact.recorded <= known}
        self.models = [place for place in range(len(pages)) if PUBLISHED[place] <= day]
        keys = [pages[place].pk for place in self.models]
        self.place = {page.pk: place for place, page in enumerate(pages)}
        self.facts = sorted(
            (
                fact
                for fact in facts
                if fact.recorded <= known
                and fact.key not in gone
                and not fact.retracts
                and fact.valid <= day
                and fact.page in keys
            ),
            key=lambda fact: (fact.valid, fact.key),
        )
        self.latest = {(fact.page, fact.region): fact for fact in self.facts}
        self.pairs = {pair: fact for pair, fact in self.latest.items() if pair[1] != NATIONAL}
        self.first = {}
        for fact in self.facts:
            if fact.status in ADOPTED and fact.region != NATIONAL:
                self.first.setdefault((fact.page, fact.region), fact)

    def models_with(self, statuses):
        return {page for (page, _), fact in self.latest.items() if fact.status in statuses}

    def pairs_with(self, statuses):
        return [pair for pair, fact in self.pairs.items() if fact.status in statuses]

    def furthest(self):
        found = Counter()
        for page in {page for page, _ in self.latest}:
            statuses = {fact.status for (other, _), fact in self.latest.items() if other == page}
            found[next((step for step in reversed(STEPS) if step in statuses), AdoptionStatus.ENDED)] += 1
        return found

    def spread(self):
        first = {}
        for fact in self.facts:
            if (
                fact.status in ADOPTED
                and fact.region != NATIONAL
                and fact.region not in ORIGINS[self.place[fact.page]]
            ):
                first.setdefault(fact.page, fact)
        lengths = [(fact.valid - PUBLISHED[self.place[page]]).days for page, fact in first.items() if fact.is_exact]
        clipped = [max(length, 0) for length in lengths]
        if len(clipped) > 1:
            quartiles = tuple(plain.quantiles(clipped, method="inclusive"))
        else:
            quartiles = tuple(clipped * 3) if clipped else (None, None, None)
        return (len(lengths), len(first) - len(lengths), sum(length < 0 for length in lengths), *quartiles)

    def sustained(self, months):
        began = lasted = undated = 0
        for pair, fact in self.first.items():
            if not fact.is_exact:
                undated += 1
                continue
            then = same_date_later(fact.valid, months)
            if then > self.day:
                continue
            began += 1
            until = [one for one in self.facts if (one.page, one.region) == pair and one.valid <= then]
            lasted += until[-1].status in ADOPTED
        return began, lasted, undated


def record(pages, regions, rows):
    """Record a generated history in one write, without the corrections that the ledger would refuse."""
    facts, reports = [], []
    base = (AdoptionReport.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    for number, (page, region, status, valid, precision, recorded, target, retracts, reasons) in enumerate(rows):
        corrected = facts[target] if target is not None and target < len(facts) else None
        if corrected and (
            (corrected.page, corrected.region) != (pages[page].pk, region)
            or any(fact.supersedes == corrected.key for fact in facts)
        ):
            corrected = None
        fact = Fact(
            key=base + number,
            page=pages[page].pk,
            region=region,
            status=status,
            valid=valid,
            precision=precision,
            recorded=recorded,
            supersedes=corrected.key if corrected else None,
            retracts=retracts and corrected is not None,
            reasons=frozenset(reasons if status == "ended" else ()),
        )
        facts.append(fact)
        reports.append(
            AdoptionReport(
                pk=fact.key,
                page_id=fact.page,
                region=regions[region],
                status=status,
                valid_date=valid,
                precision=precision,
                recorded_at=recorded,
                supersedes_id=fact.supersedes,
                is_retraction=fact.retracts,
                reasons=sorted(fact.reasons),
            )
        )
    AdoptionReport.objects.bulk_create(reports)
    return facts


@pytest.mark.django_db
class TestRandomHistories:
    @pytest.fixture
    def pages(self):
        made = []
        for origins, day, themes in zip(ORIGINS, PUBLISHED, THEMES, strict=True):
            origin, *further = sorted(origins)
            page = factories.make_model(origin, further_regions=further, themes=themes)
            made.append(publish_on(page, day))
        return made

    @settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(history=HISTORY, day=days, known=moments)
    def test_every_number_equals_plain_counting_on_any_day_as_known_at_any_moment(self, pages, history, day, known):
        regions = {region.code: region for region in Region.objects.filter(code__in=REGIONS)}
        with transaction.atomic():
            facts = record(pages, regions, history)
            found = counting.read(day=day, known=known)
            queried = {
                (report.page_id, report.region.code): report.pk
                for report in AdoptionReport.objects.as_of(day, known=known).select_related("region")
            }
            transaction.set_rollback(True)
        naive = Naive(facts, pages, day, known)
        assert {pair: fact.key for pair, fact in naive.latest.items()} == {
            pair: key for pair, key in queried.items() if pair[0] in {pages[place].pk for place in naive.models}
        }

        assert found.models == len(naive.models)
        assert found.models_in_use == len(naive.models_with(IN_USE))
        assert found.models_adopted == len(naive.models_with(ADOPTED))
        assert found.adoptions == len(naive.pairs_with(ADOPTED))
        assert found.ended == len(naive.pairs_with(["ended"]))
        assert found.without_reports == len(naive.models) - len({page for page, _ in naive.latest})
        assert {row.status: row.models for row in found.by_status if row.models} == naive.furthest()
        assert {row.status: row.adoptions for row in found.by_status if row.adoptions} == Counter(
            fact.status for fact in naive.pairs.values()
        )
        developing = {region for place in naive.models for region in ORIGINS[place]} - {NATIONAL}
        assert found.regions_developing == len(developing)
        assert found.regions_using == len({region for _, region in naive.pairs_with(IN_USE)} - {"hus"})

        regions_found = {row.code: row for row in found.regions}
        for code in REGIONS:
            row = regions_found[code]
            assert row.developed == sum(code in ORIGINS[place] for place in naive.models)
            statuses = Counter(fact.status for (_, region), fact in naive.latest.items() if region == code)
            assert {status: count for status, count in row.by_status.items() if count} == statuses
            assert row.adoptions == sum(statuses[status] for status in ADOPTED)
            assert row.in_use == sum(statuses[status] for status in IN_USE)
            assert row.ended == statuses["ended"]

        assert len(found.themes) == 14
        for row in found.themes:
            keys = {pages[place].pk for place in naive.models if row.code in THEMES[place]}
            assert row.developed == len(keys)
            assert row.in_use == len(keys & naive.models_with(IN_USE))
            assert row.adoptions == sum(page in keys for page, _ in naive.pairs_with(ADOPTED))
            assert row.ended == sum(page in keys for page, _ in naive.pairs_with(["ended"]))

        # Keski-Suomi is in the area of the East, Pirkanmaa in that of the Inland, HUS in that of the South.
        areas = {row.code: row for row in found.areas}
        for area, region in (("2", "15"), ("3", "08"), ("1", "hus")):
            assert areas[area].developed == sum(region in ORIGINS[place] for place in naive.models)
            assert areas[area].adoptions == regions_found[region].adoptions
            assert areas[area].in_use == regions_found[region].in_use
            assert areas[area].ended == regions_found[region].ended

        begun = [fact for fact in naive.first.values() if fact.precision != "unknown"]
        assert found.undated_beginnings == len(naive.first) - len(begun)
        assert {row.year: row.adoptions for row in found.years if row.adoptions} == Counter(
            fact.valid.year for fact in begun
        )
        assert {row.year: row.developed for row in found.years if row.developed} == Counter(
            PUBLISHED[place].year for place in naive.models
        )
        spread = found.spread
        assert (
            spread.reached,
            spread.undated,
            spread.before,
            spread.first_quartile,
            spread.median,
            spread.third_quartile,
        ) == naive.spread()
        assert [row.months for row in found.sustained] == [12, 24]
        for row in found.sustained:
            assert (row.began, row.lasted, row.undated) == naive.sustained(row.months)
        assert {row.code: row.count for row in found.reasons if row.count} == Counter(
            reason for fact in naive.pairs.values() if fact.status == "ended" for reason in fact.reasons
        )


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Return a context in which changes are indexed at its end, as they are when their transaction is committed."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.mark.django_db
class TestDefinitions:
    def test_without_anything_every_number_is_zero_and_nothing_is_divided(self):
        found = counting.read()
        assert (found.models, found.adoptions, found.organisers, len(found.regions)) == (0, 0, 22, 25)
        assert found.spread.median is None
        assert [row.share for row in found.sustained] == [None, None]
        assert [row.share for row in found.themes] == [None] * 14
        assert found.years == ()

    def test_model_belongs_from_the_day_of_its_first_publishing_where_the_service_stands(self):
        page = factories.make_model()
        # Half past eleven in the evening by Greenwich is the next day in Finland.
        moment = datetime(2024, 5, 31, 22, 30, tzinfo=UTC)
        OperatingModelPage.objects.filter(pk=page.pk).update(first_published_at=moment)
        upkeep.refresh([page.pk])
        assert counting.read(day=date(2024, 5, 31)).models == 0
        assert counting.read(day=date(2024, 6, 1)).models == 1
        assert [row.year for row in counting.read(day=date(2025, 6, 1)).years] == [2024, 2025]

    def test_whole_country_makes_a_model_used_and_is_no_adoption_and_no_region(self):
        page = publish_on(factories.make_model("fi"), date(2024, 1, 1))
        factories.report(page, "fi", "in_use", "2024-03")
        found = counting.read()
        assert (found.models_in_use, found.adoptions, found.regions_using, found.regions_developing) == (1, 0, 0, 0)
        assert found.spread.reached == 0
        assert (found.regions[-1].code, found.regions[-1].in_use) == ("fi", 1)

    def test_hus_and_aland_adopt_and_count_in_no_number_of_organisers(self):
        page = publish_on(factories.make_model("15"), date(2024, 1, 1))
        factories.report(page, "hus", "in_use", "2024-03")
        factories.report(page, "91", "established", "2024-03")
        found = counting.read()
        assert (found.adoptions, found.regions_using, found.organisers) == (2, 0, 22)

    def test_failed_adoption_stays_among_those_that_began(self):
        page = publish_on(factories.make_model("15"), date(2022, 1, 1))
        factories.report(page, "08", "in_use", "2022-01-31")
        factories.report(page, "08", "ended", "2023-01-30")
        factories.report(page, "05", "adopting", "2022-02-01")
        factories.report(page, "06", "in_use", "2022")
        year, two = counting.read(day=date(2024, 2, 1)).sustained
        assert (year.began, year.lasted, year.undated, year.share) == (2, 1, 1, 0.5)
        assert (two.began, two.lasted) == (2, 1)
        year, two = counting.read(day=date(2024, 1, 31)).sustained
        assert (two.began, two.lasted) == (1, 0)

    def test_spread_counts_other_regions_only_and_says_what_it_leaves_out(self):
        days = date(2024, 1, 1)
        own = publish_on(factories.make_model("15", further_regions=["08"]), days)
        factories.report(own, "15", "in_use", "2024-02-01")
        factories.report(own, "08", "in_use", "2024-02-01")
        reached = publish_on(factories.make_model("15"), days)
        factories.report(reached, "05", "piloting", "2024-01-02")
        factories.report(reached, "05", "adopting", "2024-01-31")
        early = publish_on(factories.make_model("15"), days)
        factories.report(early, "05", "in_use", "2023-12-01")
        vague = publish_on(factories.make_model("15"), days)
        factories.report(vague, "05", "in_use", "2024")
        spread = counting.read().spread
        assert (spread.models, spread.reached, spread.undated, spread.before) == (4, 2, 1, 1)
        assert (spread.first_quartile, spread.median, spread.third_quartile) == (7.5, 15, 22.5)

    def test_latest_answer_that_takes_a_side_tells_whether_an_adoption_is_disputed(self):
        page = publish_on(factories.make_model("15"), date(2024, 1, 1))
        disputed, settled = (
            factories.report(page, "08", "in_use", "2024"),
            factories.report(page, "05", "in_use", "2024"),
        )
        former = factories.report(page, "06", "piloting", "2024")
        factories.report(page, "06", "in_use", "2025")
        national = factories.report(page, "fi", "in_use", "2024")
        for report in (disputed, settled, former, national):
            OwnerAnswer.objects.create(report=report, verdict=Verdict.DISPUTED, text="Ei ole meidän mallimme.")
        OwnerAnswer.objects.create(report=disputed, verdict=Verdict.COMMENTED, text="Kysymme lisää.")
        before = timezone.now()
        OwnerAnswer.objects.create(report=settled, verdict=Verdict.CONFIRMED)
        found = counting.read()
        assert (found.disputed, found.adoptions) == (1, 3)
        assert {row.code for row in found.regions if row.disputed} == {"08", "fi"}
        assert counting.read(known=before).disputed == 2

    def test_successor_stands_where_its_predecessor_stood_until_it_reports_itself(self):
        page = publish_on(factories.make_model("15"), date(2023, 6, 1))
        factories.report(page, "08", "in_use", "2023-07-01")
        factories.report(page, "07", "piloting", "2023-08-01")
        joined = Region.objects.create(
            code="30", name_fi="Hämeen hyvinvointialue", short_name_fi="Häme", valid_from=date(2025, 1, 1), order=300
        )
        for code in ("07", "08"):
            region = Region.objects.get(code=code)
            region.valid_until = date(2024, 12, 31)
            region.save()
            region.successors.add(joined)

        def numbers(day):
            found = counting.read(day=day)
            using = {row.code for row in found.regions if row.in_use}
            return found.organisers, found.adoptions, using, {row.code for row in found.regions} & {"07", "08", "30"}

        assert numbers(date(2024, 12, 31)) == (22, 1, {"08"}, {"07", "08"})
        assert numbers(date(2025, 1, 1)) == (21, 1, {"30"}, {"30"})
        found = counting.read(day=date(2025, 12, 1))
        assert [(row.began, row.lasted) for row in found.sustained] == [(1, 1), (1, 1)]
        # What the new region says itself begins nothing, and ends what it went on with.
        factories.report(page, "30", "in_use", "2025-02-01")
        assert sum(row.adoptions for row in counting.read().years) == 1
        factories.report(page, "30", "ended", "2025-03-01")
        found = counting.read(day=date(2025, 12, 1))
        assert (found.adoptions, found.ended) == (0, 1)
        assert [(row.began, row.lasted) for row in found.sustained] == [(1, 1), (1, 0)]
        assert found.spread.reached == 1

    def test_programme_has_the_models_of_its_parts(self):
        factories.make_model("15", programmes=["rrp-p4-i1"])
        upkeep.refresh(OperatingModelPage.objects.values_list("pk", flat=True))
        rows = {row.code: row.developed for row in counting.read().programmes if row.developed}
        assert rows == {"rrp": 1, "rrp-p4-i1": 1}

    def test_numbers_of_today_are_those_of_the_search_page(self, committed):
        with committed():
            for number, status in enumerate(["planned", "in_use", "established", "ended", "adopting"]):
                page = factories.make_model("15" if number % 2 else "08", themes=["access"])
                factories.report(page, "05", status)
        for criteria in (Criteria(), Criteria(selections={"region": ("15",)}), Criteria(words="vastaanotto hoitaja")):
            found, searched = counting.read(criteria), find(criteria)
            assert found.models == searched.total > 0
            assert {row.status: row.models for row in found.by_status} == {
                value.code: value.count for value in searched.facet("status").values
            }
            assert [(row.code, row.label, row.developed) for row in found.themes] == [
                (value.code, value.label, value.count) for value in searched.facet("theme").values
            ]
            used_in = {value.code: value.count for value in searched.facet("used_in").values}
            assert {row.code: row.in_use for row in found.regions} == used_in

    def test_unknown_codes_are_left_out_as_the_search_leaves_them_out(self):
        publish_on(factories.make_model(), date(2024, 1, 1))
        found = counting.read(Criteria(selections={"theme": ("no-such",), "region": ("15",)}))
        assert found.criteria.selections == {"region": ("15",)}
        assert found.models == 1


@pytest.mark.django_db(transaction=True)
class TestWhatIsKept:
    def test_report_shows_in_the_next_reading(self):
        page = factories.make_model()
        assert counting.read().adoptions == 0
        mistake = factories.report(page, "08", "in_use", "2024")
        assert counting.read().adoptions == 1
        factories.report(page, "05", "in_use", "2024")
        assert counting.read().adoptions == 2
        factories.report(page, "08", "in_use", "2024", supersedes=mistake, is_retraction=True)
        assert counting.read().adoptions == 1

    def test_what_is_rolled_back_leaves_no_trace_even_when_as_many_rows_follow(self):
        page = factories.make_model()
        factories.report(page, "15", "in_use", "2024")
        assert counting.read().adoptions == 1
        with transaction.atomic():
            factories.report(page, "08", "in_use", "2024")
            assert counting.read().adoptions == 2
            transaction.set_rollback(True)
        assert counting.read().adoptions == 1
        factories.report(page, "05", "ended", "2024")
        found = counting.read()
        assert (found.adoptions, found.ended) == (1, 1)

    def test_row_that_came_with_a_smaller_key_is_read_too(self):
        page = factories.make_model()
        region = Region.objects.get(code="08")
        last = factories.report(page, "15", "in_use", "2024")
        late = {"page": page, "status": "in_use", "valid_date": date(2024, 1, 1), "precision": "year"}
        AdoptionReport.objects.create(pk=last.pk + 2, region=region, **late)
        assert counting.read().adoptions == 2
        # Another transaction drew its key before and is committed only now.
        AdoptionReport.objects.create(pk=last.pk + 1, region=Region.objects.get(code="05"), **late)
        assert counting.read().adoptions == 3
        AdoptionReport.objects.create(pk=last.pk + 3, region=Region.objects.get(code="06"), **late)
        assert counting.read().adoptions == 4

    def test_unchanged_ledger_is_looked_at_once_and_never_read(self):
        factories.report(factories.make_model(), "08", "in_use", "2024")
        counting.read()
        kept = histories.current()
        with CaptureQueriesContext(connection) as captured:
            assert histories.current() is kept
        assert len(captured) == 1

    def test_what_was_known_does_not_change_when_more_is_recorded(self):
        page = factories.make_model()
        first = factories.report(page, "08", "in_use", "2024")
        moment = timezone.now()
        factories.report(page, "08", "ended", "2024", supersedes=first)
        assert counting.read(known=moment).adoptions == 1
        assert counting.read().adoptions == 0
