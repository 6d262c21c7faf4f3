"""Made-up histories of the demo: the same every time, never against the documents, and something for every picture."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

import pytest
from django.core.management import call_command

from operating_models.demo import histories
from operating_models.demo.histories import HELSINKI, LAST_DAY, STOCK, generate, publication_days
from operating_models.demo.reading import DEMO, read_folder
from operating_models.demo.recording import MadeUpRows, record
from operating_models.models import (
    AdoptionRenewal,
    AdoptionReport,
    AdoptionReporter,
    AdoptionStatus,
    DatePrecision,
    EndReason,
    EvidenceAssessment,
    EvidenceLevel,
    OperatingModelPage,
    OwnerAnswer,
    PartialDate,
    Region,
    ReporterRole,
    Verdict,
    current_adoptions,
)
from operating_models.models.adoption import ADOPTED, IN_USE, SIDES
from search.models import Document
from tests import factories
from tests.pages.reading import facet_counts, read, search, shown_total, text_of
from tests.pages.test_topic_pages import lines

pytestmark = pytest.mark.django_db

BESIDE = ("hus", "91", "fi")
"""Regions that organise no services: they report a few models."""


@pytest.fixture
def files():
    return read_folder(DEMO)


@pytest.fixture
def regions():
    return list(Region.objects.in_order())


@pytest.fixture
def told(files, regions):
    histories_of_all = list(generate(files, regions))
    assert len(histories_of_all) == 42
    return histories_of_all


def of_regions(history):
    """Return each region's reports of a model that hold, in the order of what they tell."""
    corrected = {(report.region, report.corrects) for report in history.reports if report.corrects is not None}
    found = {}
    for report in sorted(history.reports, key=lambda report: (report.when.day, report.recorded_at)):
        if not report.is_retraction and (report.region, report.number) not in corrected:
            found.setdefault(report.region, []).append(report)
    return found


def all_paths(told):
    """Return what each region tells of each model; never nothing, so that what is said of all is said of some."""
    paths = [reports for history in told for reports in of_regions(history).values()]
    assert paths
    return paths


def all_reports(told):
    """Return all reports; never none, so that what is said of all is said of some."""
    reports = [report for history in told for report in history.reports]
    assert reports
    return reports


class TestTheSameEveryTime:
    def test_two_runs_tell_the_same(self, files, regions, told):
        assert list(generate(files, regions)) == told

    def test_a_history_stays_when_another_model_or_region_comes(self, files, regions, told):
        fewer = [file for file in files if file.number != "42"]
        assert list(generate(fewer, regions)) == told[:-1]
        others = [region for region in regions if region.code not in ("03", "hus")]
        for history, again in zip(told, generate(files, others), strict=True):
            assert [report for report in history.reports if report.region not in ("03", "hus")] == list(again.reports)

    def test_order_of_files_changes_nothing(self, files, regions, told):
        turned = list(generate(files[::-1], regions))
        assert turned[::-1] == told


class TestNothingAgainstTheDocuments:
    def test_a_documented_region_gets_nothing_made_up(self, told):
        assert all_reports(told)
        for history in told:
            file = history.file
            documented = {str(row.get("region", file.region)) for row in file.rows["adoption"]}
            assert documented & {report.region for report in history.reports} == set(), file.name

    def test_pohjanmaa_has_no_report_of_models_that_it_does_not_adopt(self, told):
        pohjanmaa = Region.objects.get(short_name_fi="Pohjanmaa").code
        reporting = {history.file.number for history in told if pohjanmaa in {r.region for r in history.reports}}
        assert reporting
        assert reporting & {"27", "29", "31", "33"} == set()

    def test_a_model_is_published_in_the_time_of_its_first_documented_date(self, files):
        days = publication_days(files)
        assert min(days.values()) >= histories.FIRST_DAY
        assert max(days.values()) <= histories.LAST_PUBLISHING
        dated = {
            file.number: min(str(row["date"]) for row in file.rows["adoption"] if row.get("date"))
            for file in files
            if any(row.get("date") for row in file.rows["adoption"])
        }
        assert dated == {"14": "2023", "16": "2023", "18": "2022", "31": "2023", "33": "2024", "34": "2024-01"}
        for file in files:
            if file.number in dated:
                period = PartialDate.parse(dated[file.number], recorded=LAST_DAY)
                assert period.day <= days[file.name] <= period.last_day, file.name

    def test_a_local_version_is_published_after_its_source(self, files):
        days = publication_days(files)
        versions = [file for file in files if file.source]
        assert versions
        for file in versions:
            assert days[file.name] > days[f"{file.source}.md"], file.name

    def test_no_sentence_tells_a_figure(self):
        for group in (STOCK.notes, STOCK.endings, STOCK.texts, STOCK.corrections, STOCK.answers):
            assert group
            for texts in group.values():
                assert texts
                assert [text for text in texts if re.search(r"\d", text)] == []
                assert len(set(texts)) == len(texts)


class TestEveryReportCouldHaveBeenMade:
    def test_recorded_in_working_hours_after_the_day_that_it_tells(self, told):
        for report in all_reports(told):
            moments = [report.recorded_at, *(a.recorded_at for a in report.answers), *report.renewals]
            assert {9 <= moment.astimezone(HELSINKI).hour < 15 for moment in moments} == {True}
            assert moments[0] == min(moments)
            assert report.when.day <= report.recorded_at.date()
            assert max(moments).date() <= LAST_DAY

    def test_no_region_reports_from_before_it_was_there_or_the_model_was_published(self, told, regions):
        assert all_reports(told)
        beginnings = {region.code: region.valid_from or date.min for region in regions}
        for history in told:
            for report in history.reports:
                assert report.when.last_day >= beginnings[report.region]
                assert report.when.day >= history.published.date()

    def test_a_region_that_ended_reports_nothing_after_its_last_day(self, files, regions):
        for region in regions:
            region.valid_until = date(2024, 6, 30)
        reports = all_reports(generate(files, regions))
        assert reports
        assert max(report.recorded_at.date() for report in reports) <= date(2024, 6, 30)

    def test_a_path_goes_on_in_time_and_tells_something_new_each_time(self, told):
        for path in all_paths(told):
            days = [report.when.day for report in path]
            assert days == sorted(set(days))
            statuses = [report.status for report in path]
            assert all(one != other for one, other in pairwise(statuses))

    def test_an_ending_says_why(self, told):
        for report in all_reports(told):
            assert bool(report.reasons) == (report.status == AdoptionStatus.ENDED)
            assert bool(report.other_reason) == (EndReason.OTHER in report.reasons)

    def test_a_correction_follows_what_it_corrects(self, told):
        assert [report for report in all_reports(told) if report.corrects is not None]
        for history in told:
            by_number = {(report.region, report.number): report for report in history.reports}
            corrections = [report for report in history.reports if report.corrects is not None]
            for correction in corrections:
                corrected = by_number[correction.region, correction.corrects]
                assert corrected.recorded_at < correction.recorded_at
                assert correction.note
                assert not corrected.answers
                assert correction.is_retraction or (corrected.status, corrected.when) != (
                    correction.status,
                    correction.when,
                )

    def test_an_owner_that_comments_or_disputes_says_what(self, told):
        answers = [answer for report in all_reports(told) for answer in report.answers]
        assert [answer for answer in answers if answer.verdict != Verdict.CONFIRMED]
        for answer in answers:
            assert answer.text or answer.verdict == Verdict.CONFIRMED


class TestSomethingForEveryPicture:
    def test_every_status_reason_precision_and_verdict_occurs(self, told):
        reports = all_reports(told)
        assert {report.status for report in reports} == set(AdoptionStatus)
        assert {path[-1].status for path in all_paths(told)} == set(AdoptionStatus)
        assert {reason for report in reports for reason in report.reasons} == set(EndReason)
        assert {report.when.precision for report in reports} == set(DatePrecision)
        assert {answer.verdict for report in reports for answer in report.answers} == set(Verdict)
        for name in ("note", "changed_locally", "results", "cost", "contact_unit", "other_reason"):
            assert [report for report in reports if getattr(report, name)], name

    def test_some_are_late_corrected_taken_back_renewed_and_forgotten(self, told):
        reports = all_reports(told)
        exact = [report for report in reports if report.when.precision == DatePrecision.DAY and not report.corrects]
        assert sum(report.recorded_at.date() - report.when.day >= timedelta(days=60) for report in exact) >= 5
        assert sum(report.corrects is not None and not report.is_retraction for report in reports) >= 5
        assert 2 <= sum(report.is_retraction for report in reports) <= 15
        assert sum(bool(report.renewals) for report in reports) >= 20
        a_year_before = LAST_DAY - timedelta(days=365)
        touched = [
            max([path[-1].recorded_at, *path[-1].renewals]).date()
            for path in all_paths(told)
            if path[-1].status in ADOPTED
        ]
        assert 5 <= sum(day < a_year_before for day in touched) < len(touched) / 2

    def test_some_disputes_stand_and_some_are_settled(self, told):
        sides = [
            [answer.verdict for answer in path[-1].answers if answer.verdict in SIDES] for path in all_paths(told)
        ]
        assert sum(verdicts[-1:] == [Verdict.DISPUTED] for verdicts in sides) >= 3
        assert sum(verdicts == [Verdict.DISPUTED, Verdict.CONFIRMED] for verdicts in sides) >= 1

    def test_adoption_is_not_for_good_and_an_ending_neither(self, told):
        """Half of those that ended come back in time, and a quarter of those in use stop; some still have time."""
        statuses = [[report.status for report in path] for path in all_paths(told)]
        ended = [path for path in statuses if AdoptionStatus.ENDED in path]
        in_use = [path for path in statuses if AdoptionStatus.IN_USE in path]
        assert 0.25 <= sum(path[-1] in ADOPTED for path in ended) / len(ended) <= 0.5
        stopped = [path for path in in_use if AdoptionStatus.ENDED in path[path.index(AdoptionStatus.IN_USE) :]]
        assert 0.15 <= len(stopped) / len(in_use) <= 0.3

    def test_every_region_uses_something_and_every_organiser_has_ended_something(self, told, regions):
        using, ended = Counter(), Counter()
        for history in told:
            for code, path in of_regions(history).items():
                using[code] += path[-1].status in IN_USE
                ended[code] += any(report.status == AdoptionStatus.ENDED for report in path)
        assert [region.code for region in regions if not using[region.code]] == []
        assert [region.code for region in regions if region.is_organiser and not ended[region.code]] == []

    def test_regions_that_organise_nothing_have_a_few(self, told):
        pairs = Counter(code for history in told for code in of_regions(history))
        assert {code: pairs[code] for code in BESIDE if not 1 <= pairs[code] <= 8} == {}

    def test_a_few_models_spread_widely_and_several_nowhere(self, told):
        sizes = sorted(len(of_regions(history)) for history in told)
        assert 3 <= sizes.count(0) <= 10
        assert 3 <= median(sizes) <= 7
        assert sum(size >= 11 for size in sizes) >= 4
        assert sizes[-1] <= 18


@pytest.mark.usefixtures("demo")
class TestLoadedDemo:
    def test_each_made_up_row_stands_in_the_ledger_marked_as_such(self, told):
        made_up = AdoptionReport.objects.filter(is_demonstration=True)
        fields = ("region__code", "status", "valid_date", "precision", "recorded_at", "note", "is_retraction")
        for history in told:
            rows = made_up.filter(page__loaded_file__name=history.file.name).order_by("pk")
            expected = [
                (r.region, r.status, r.when.day, r.when.precision, r.recorded_at, r.note, r.is_retraction)
                for r in history.reports
            ]
            assert list(rows.values_list(*fields)) == expected, history.file.name
        reports = all_reports(told)
        assert OwnerAnswer.objects.filter(is_demonstration=True).count() == sum(len(r.answers) for r in reports)
        assert AdoptionRenewal.objects.filter(is_demonstration=True).count() == sum(len(r.renewals) for r in reports)

    def test_made_up_rows_are_the_regions_own_and_name_nobody(self):
        made_up = AdoptionReport.objects.filter(is_demonstration=True)
        assert set(made_up.values_list("reporter_role", flat=True)) == {ReporterRole.REPORTER}
        assert not AdoptionReporter.objects.exists()

    def test_documented_rows_are_as_their_files_tell_and_not_marked(self, files):
        documented = AdoptionReport.objects.filter(is_demonstration=False)
        assert set(documented.values_list("reporter_role", flat=True)) == {ReporterRole.LOADER}
        expected = Counter(
            (file.name, str(row.get("region", file.region)), row["status"])
            for file in files
            for row in file.rows["adoption"]
        )
        assert Counter(documented.values_list("page__loaded_file__name", "region__code", "status")) == expected

    def test_loading_again_adds_nothing(self, files):
        kinds = (AdoptionReport, OwnerAnswer, AdoptionRenewal, EvidenceAssessment)
        before = [model.objects.count() for model in kinds]
        call_command("load_demo", verbosity=0)
        assert record(files) == MadeUpRows(0, 0, 0, 0)
        assert [model.objects.count() for model in kinds] == before

    def test_evidence_of_every_level_is_assessed_for_demonstration_and_marked_on_the_page(self):
        rows = EvidenceAssessment.objects.select_related("page")
        assert len(rows) == 12
        assert {row.level for row in rows} == set(EvidenceLevel.values)
        assert all(row.is_demonstration for row in rows)
        for row in rows:
            box = read(row.page.get_url()).select_one("section[aria-labelledby=evidence-title]")
            assert "Esittelyä varten keksitty" in text_of(box)
        assert facet_counts(search(), "evidence")["none"] == 42 - 12

    def test_an_assessment_by_people_stays_alone(self, files):
        page = OperatingModelPage.objects.get(loaded_file__name__startswith="14-")
        made = page.evidence_assessments.get()
        corrected = factories.assess(page, supersedes=made)
        assert record(files).assessments == 0
        assert list(page.evidence_assessments.standing()) == [corrected]
        assert not corrected.is_demonstration

    def test_seven_models_are_of_the_programme_of_future_centres_and_lead_from_its_goals(self):
        found = search(programme="tulsote")
        numbers = OperatingModelPage.objects.filter(programmes__code="tulsote").values_list("loaded_file__name")
        assert sorted(name[:2] for (name,) in numbers) == ["18", "20", "36", "37", "38", "39", "40"]
        assert shown_total(found) == 7
        page = read("/ohjelmat/tulevaisuuden-sote-keskus/")
        assert list(lines(page, "goals-title").values()) == [3, 0, 0, 3, 0]
        assert "5.5.2021" in text_of(page.main)
        assert "22.9.2021" in text_of(page.main)

    def test_models_are_published_on_their_days_and_wait_for_no_review(self, told):
        published = dict(OperatingModelPage.objects.values_list("loaded_file__name", "first_published_at"))
        assert published == {history.file.name: history.published for history in told}
        loaded = sorted(OperatingModelPage.objects.values_list("last_published_at", flat=True))
        assert loaded[-1] - loaded[0] < timedelta(days=1)

    def test_the_search_tells_of_the_same_adoptions_as_the_ledger(self):
        pages = list(OperatingModelPage.objects.values_list("pk", flat=True))
        current = current_adoptions(pages)
        found = {row.page_id: sorted(row.values["used_in"]) for row in Document.objects.filter(page_id__in=pages)}
        assert found == {
            page: sorted(a.region_code for a in current.get(page, ()) if a.status in IN_USE) for page in pages
        }
        published = dict(OperatingModelPage.objects.values_list("pk", "first_published_at"))
        newest = {row.page_id: row.sort_keys["newest"] for row in Document.objects.filter(page_id__in=pages)}
        assert newest == {page: moment.timestamp() for page, moment in published.items()}
