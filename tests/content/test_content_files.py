"""Content files: a wrong one is told with its name and key before anything is written; loading can be repeated."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from home.management.commands import load_demo
from operating_models.demo.histories import generate
from operating_models.demo.reading import DEMO, ContentFileError, read_folder, split_body
from operating_models.demo.recording import record
from operating_models.models import (
    CORE_TEXTS,
    AdoptionReport,
    FeaturedModel,
    LoadedFile,
    OperatingModelPage,
    Project,
    Region,
)
from search.criteria import Criteria
from search.finding.results import find
from tests import factories

pytestmark = pytest.mark.django_db

LEAST = {"title": '"Kotikäynti"', "lead": '"Hoitaja käy kotona."', "region": '"15"'}


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a content file of TOML values and rows below them, and returns its folder."""

    def write(name="01-malli.md", rows="", body="Hoitaja käy kotona.", **values):
        given = {key: value for key, value in (LEAST | values).items() if value is not None}
        front = "\n".join(f"{key} = {value}" for key, value in given.items())
        (tmp_path / name).write_text(f"+++\n{front}\n{rows}\n+++\n{body}\n", encoding="utf-8")
        return tmp_path

    return write


def load(folder):
    call_command("load_demo", folder=folder, verbosity=0)
    return OperatingModelPage.objects.get(loaded_file__name="01-malli.md")


@pytest.mark.parametrize(
    ("problem", "values"),
    [
        ("title is missing", {"title": None}),
        ("lead is missing", {"lead": '""'}),
        ("region is missing", {"region": None}),
        ("the body is missing", {"body": "  \n"}),
        ("title is not text", {"title": "5"}),
        ("title has more than 255 characters", {"title": f'"{"a" * 256}"'}),
        ("lead has more than 300 characters", {"lead": f'"{"a" * 301}"'}),
        ("unknown code '99' in region", {"region": '"99"'}),
        ("unknown code '16' in language", {"language": '"16"'}),
        ("unknown key colour", {"colour": '"red"'}),
        ("unknown code 'magic' in themes", {"themes": '["access", "magic"]'}),
        ("themes is not a list", {"themes": '"access"'}),
        ("unknown code '99' in further_regions", {"further_regions": '["99"]'}),
        ("tags is not a list", {"tags": '"neuvola"'}),
        ("contact is not a table", {"contact": '"Yksikkö"'}),
        ("unknown key fax in contact", {"contact": '{ fax = "1" }'}),
        ("phone of contact is not text", {"contact": "{ phone = 123 }"}),
        ("name is missing in project", {"project": '{ code = "hanke" }'}),
        ("outcomes is not a list of tables", {"outcomes": '"hyvä"'}),
        ("risks 1 is not a table", {"risks": '["riski"]'}),
        ("measure is missing in outcomes 1", {"rows": "[[outcomes]]\nbefore = 1"}),
        ("before of outcomes 1 is not a number", {"rows": '[[outcomes]]\nmeasure = "a"\nbefore = "noin 3"'}),
        ("after of outcomes 1 is not a number", {"rows": '[[outcomes]]\nmeasure = "a"\nafter = nan'}),
        ("unknown code 'pets' in concerns of outcomes 1", {"rows": '[[outcomes]]\nmeasure = "a"\nconcerns = "pets"'}),
        ("unknown key x in risks 2", {"rows": '[[risks]]\nrisk = "a"\n[[risks]]\nrisk = "b"\nx = 1'}),
        ("unknown code 'luck' in phase of development 1", {"rows": '[[development]]\nphase = "luck"\ntext = "a"'}),
        ("text is missing in development 1", {"rows": '[[development]]\nphase = "need"'}),
        ("unknown code 'de' in language of texts 1", {"rows": '[[texts]]\nlanguage = "de"\ntitle = "a"'}),
        ("url is missing in links 1", {"rows": '[[links]]\ntitle = "a"'}),
        ("status is missing in adoption 1", {"rows": '[[adoption]]\nregion = "15"'}),
        ("unknown code 'used' in status of adoption 1", {"rows": '[[adoption]]\nstatus = "used"'}),
        ("unknown code '99' in region of adoption 1", {"rows": '[[adoption]]\nstatus = "in_use"\nregion = "99"'}),
        ("'keväällä' is not a date in adoption 1", {"rows": '[[adoption]]\nstatus = "in_use"\ndate = "keväällä"'}),
        ("unknown code 'x' in reasons of adoption 1", {"rows": '[[adoption]]\nstatus = "ended"\nreasons = ["x"]'}),
        ("adapted_from is not a table", {"adapted_from": '"01-malli"'}),
        ("file is missing in adapted_from", {"adapted_from": '{ kept = "a" }'}),
        ("unknown key why in adapted_from", {"adapted_from": '{ file = "01-malli", why = "a" }'}),
        ("kept of adapted_from is not text", {"adapted_from": '{ file = "01-malli", kept = 1 }'}),
        ("unknown file '09-puuttuu' in adapted_from", {"adapted_from": '{ file = "09-puuttuu" }'}),
        ("adapted_from leads back to the file itself", {"adapted_from": '{ file = "02-väärä" }'}),
        ("from is missing in featured 1", {"rows": '[[featured]]\nreason = "a"'}),
        ("'2026-11' is not a day in featured 1", {"rows": '[[featured]]\nreason = "a"\nfrom = "2026-11"'}),
    ],
)
def test_wrong_file_is_told_by_its_name_and_key_and_nothing_is_written(write, problem, values):
    write("01-malli.md")
    folder = write("02-väärä.md", **values)
    with pytest.raises(CommandError) as caught:
        call_command("load_demo", folder=folder, verbosity=0)
    assert str(caught.value).splitlines() == [f"02-väärä.md: {problem}"]
    assert not OperatingModelPage.objects.exists()
    assert not LoadedFile.objects.exists()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"# Malli\n\nTeksti.", "does not begin with TOML"),
        (b"+++\ntitle = \n+++\nTeksti.", "TOML"),
        (b'+++\ntitle = "a"\nTeksti.', "does not begin with TOML"),
        (b'+++\ntitle = "\xe4"\n+++\nTeksti.', "not UTF-8"),
        (b"", "does not begin with TOML"),
    ],
)
def test_file_of_another_form_is_told_by_its_name(tmp_path, content, problem):
    (tmp_path / "03-muu.md").write_bytes(content)
    with pytest.raises(ContentFileError, match=f"^03-muu.md: .*{problem}"):
        read_folder(tmp_path)


def test_all_problems_of_all_files_are_told_at_once(write):
    write("01-a.md", themes='["magic"]', colour='"red"')
    folder = write("02-b.md", lead=None)
    with pytest.raises(ContentFileError) as caught:
        read_folder(folder)
    assert caught.value.problems == [
        "01-a.md: unknown key colour",
        "01-a.md: unknown code 'magic' in themes",
        "02-b.md: lead is missing",
    ]


def test_folder_without_files_is_told(tmp_path):
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(ContentFileError, match=r"no \.md files here"):
            read_folder(folder)


def test_title_lead_region_and_body_suffice(write):
    page = load(write())
    assert (page.title, page.lead, page.region.code, page.live) == ("Kotikäynti", "Hoitaja käy kotona.", "15", True)
    assert page.idea == "<p>Hoitaja käy kotona.</p>"


def test_file_with_a_byte_order_mark_and_windows_lines_is_read(tmp_path):
    text = '+++\ntitle = "Malli"\nlead = "Johdanto"\nregion = "15"\n+++\nTeksti.\n'
    (tmp_path / "01-malli.md").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert load(tmp_path).idea == "<p>Teksti.</p>"


def test_headings_part_the_core_texts_and_other_headings_stay_in_them():
    body = "Alku.\n\n## Toimintaympäristö\nYmpäristö.\n## Muu otsikko\nLisää.\n\n## Ratkaisun perusidea\nIdea."
    texts = split_body(body)
    assert texts == {"idea": "Alku.\n\nIdea.", "context": "Ympäristö.\n## Muu otsikko\nLisää."}


def test_all_that_a_file_tells_stands_on_its_page(write):
    rows = """
[[outcomes]]
measure = "Odotusaika"
before = 12.5
after = 8
unit = "päivää"
[[resources]]
description = "Hoitaja"
[[risks]]
risk = "Vaihtuvuus"
handling = "Pari"
[[links]]
title = "Raportti"
url = "https://example.fi/"
[[development]]
phase = "need"
text = "Tarve **tunnistettiin**."
[[texts]]
language = "sv"
title = "Hembesök"
idea = "Idén."
[[adoption]]
status = "in_use"
date = "2024-03"
note = "Koko alueella"
[[adoption]]
region = "08"
status = "piloting"
[[featured]]
reason = "Toimii"
from = "2026-01-01"
"""
    page = load(
        write(
            rows=rows,
            further_regions='["12"]',
            themes='["access"]',
            target_groups='["youth"]',
            tags='["kotikäynti", "hoitaja"]',
            project='{ code = "hanke", name = "Hanke" }',
            contact='{ organisation = "Alue", unit = "Yksikkö", email = "a@example.fi" }',
            place='"Jyväskylä"',
        )
    )
    assert [(o.measure, o.before, o.after, o.unit) for o in page.outcomes.all()] == [
        ("Odotusaika", Decimal("12.5"), Decimal(8), "päivää")
    ]
    assert [row.description for row in page.resources.all()] == ["Hoitaja"]
    assert [(row.risk, row.handling) for row in page.risks.all()] == [("Vaihtuvuus", "Pari")]
    assert [row.url for row in page.links.all()] == ["https://example.fi/"]
    phases = [(block.block_type, block.value["text"].source) for block in page.development]
    assert phases == [("need", "<p>Tarve <b>tunnistettiin</b>.</p>")]
    assert [(text.language, text.title, text.idea) for text in page.texts.all()] == [
        ("sv", "Hembesök", "<p>Idén.</p>")
    ]
    assert [region.code for region in page.further_regions.all()] == ["12"]
    assert sorted(page.tags.names()) == ["hoitaja", "kotikäynti"]
    assert (str(page.project), page.contact_unit, page.place) == ("Hanke", "Yksikkö", "Jyväskylä")
    reports = page.adoption_reports.order_by("pk").values_list("region__code", "status", "precision", "reporter_role")
    assert list(reports) == [("15", "in_use", "month", "loader"), ("08", "piloting", "unknown", "loader")]
    assert [row.reason for row in page.featured.all()] == ["Toimii"]


class TestLocalVersions:
    def test_a_local_version_names_its_source_though_the_source_comes_later(self, write):
        write("01-versio.md", adapted_from='{ file = "02-malli", kept = "Työtapa", reason = "Välimatkat" }')
        write("02-malli.md", title='"Lähde"')
        call_command("load_demo", folder=write("03-versio.md", adapted_from='{ file = "01-versio" }'), verbosity=0)
        pages = {page.loaded_file.name: page for page in OperatingModelPage.objects.all()}
        version, source = pages["01-versio.md"], pages["02-malli.md"]
        assert (version.adapted_from_id, pages["03-versio.md"].adapted_from_id) == (source.pk, version.pk)
        assert (version.adaptation_kept, version.adaptation_changed) == ("Työtapa", "")
        assert (version.adaptation_dropped, version.adaptation_reason) == ("", "Välimatkat")
        assert version.latest_revision.as_object().adapted_from_id == source.pk

    def test_a_file_that_names_no_source_any_more_takes_it_back(self, write):
        write("02-lähde.md", title='"Lähde"')
        assert load(write(adapted_from='{ file = "02-lähde", kept = "Työtapa" }')).adapted_from
        page = load(write())
        assert (page.adapted_from, page.adaptation_kept) == (None, "")

    def test_versions_that_go_round_are_refused(self, write):
        write("01-a.md", adapted_from='{ file = "02-b" }')
        write("02-b.md", adapted_from='{ file = "01-a" }')
        folder = write("03-c.md", adapted_from='{ file = "01-a" }')
        with pytest.raises(ContentFileError) as caught:
            read_folder(folder)
        assert caught.value.problems == [
            "01-a.md: adapted_from leads back to the file itself",
            "02-b.md: adapted_from leads back to the file itself",
        ]


class TestRepeated:
    ADOPTED = '[[adoption]]\nstatus = "in_use"\n[[featured]]\nreason = "Toimii"\nfrom = "2026-01-01"'

    def test_loading_again_changes_nothing(self, write):
        folder = write(rows=self.ADOPTED, project='{ code = "hanke", name = "Hanke" }')
        before = load(folder)
        after = load(folder)
        assert after.latest_revision_id == before.latest_revision_id
        counts = [model.objects.count() for model in (OperatingModelPage, AdoptionReport, FeaturedModel)]
        assert [*counts, Project.objects.filter(name_fi="Hanke").count()] == [1, 1, 1, 1]

    def test_a_changed_file_changes_its_page_and_keeps_its_address_and_facts(self, write):
        before = load(write(rows=self.ADOPTED))
        after = load(write(rows=self.ADOPTED, title='"Uusi nimi"', themes='["access"]', body="Uusi teksti."))
        assert (after.pk, after.slug, after.title) == (before.pk, before.slug, "Uusi nimi")
        assert after.idea == "<p>Uusi teksti.</p>"
        assert [theme.code for theme in after.themes.all()] == ["access"]
        assert AdoptionReport.objects.count() == FeaturedModel.objects.count() == 1

    def test_a_file_with_another_region_moves_its_page(self, write):
        before = load(write())
        after = load(write(region='"08"'))
        assert (after.pk, after.region.code) == (before.pk, "08")

    def test_two_files_of_one_title_in_one_region_get_addresses_of_their_own(self, write):
        write("02-toinen.md")
        load(write())
        assert sorted(OperatingModelPage.objects.values_list("slug", flat=True)) == ["kotikaynti", "kotikaynti-2"]

    def test_once_loads_only_into_an_empty_database(self, write):
        load(write())
        folder = write(title='"Uusi nimi"')
        call_command("load_demo", folder=folder, once=True, verbosity=0)
        assert OperatingModelPage.objects.get().title == "Kotikäynti"

    def test_a_database_with_other_models_is_refused_before_anything_is_written(self, write):
        factories.make_model(live=False)
        with pytest.raises(CommandError, match="1 models that did not come from content files"):
            load(write())
        assert OperatingModelPage.objects.count() == 1


def test_loaded_model_is_found(write, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page = load(write())
    assert [hit.page_id for hit in find(Criteria(words="kotikäynneillä")).hits] == [page.pk]


class TestMadeUpHistories:
    def test_a_report_of_people_stays_alone_in_its_region(self, write):
        page = load(write())
        files = read_folder(write())
        (history,) = generate(files, Region.objects.in_order())
        region = Region.objects.get(code=history.reports[0].region)
        AdoptionReport.objects.create(page=page, region=region, status="planned", valid_date=date(2026, 1, 1))
        recorded = record(files)
        assert recorded.reports == sum(report.region != region.code for report in history.reports) > 0
        assert [report.is_demonstration for report in page.adoption_reports.filter(region=region)] == [False]
        assert page.adoption_reports.filter(is_demonstration=True).count() == recorded.reports

    def test_other_files_than_the_demos_get_none(self, write, capsys):
        call_command("load_demo", folder=write())
        assert "Made up" not in capsys.readouterr().out
        assert not AdoptionReport.objects.exists()


class TestDemo:
    @pytest.fixture
    def files(self):
        return read_folder(DEMO)

    def test_files_are_numbered_from_1_to_42(self, files):
        assert [int(file.name.split("-")[0]) for file in files] == list(range(1, 43))

    def test_each_text_says_something_in_60_to_150_words(self, files):
        lengths = {(file.name, text): len(file.texts[text].split()) for file in files for text in CORE_TEXTS}
        assert len(lengths) == 42 * 5
        assert {place: length for place, length in lengths.items() if not 60 <= length <= 150} == {}
        assert [file.name for file in files if len(file.lead) > 300] == []

    def test_each_file_is_complete_and_names_a_unit(self, files):
        assert len(files) == 42
        for file in files:
            assert file.terms["themes"], file.name
            assert file.terms["target_groups"], file.name
            assert file.contact["organisation"], file.name
            assert file.contact["unit"], file.name
            assert file.rows["adoption"], file.name

    def test_enough_of_them_have_paths_outcomes_resources_risks_and_features(self, files):
        def number_with(*names):
            return sum(any(file.rows.get(name) for name in names) for file in files)

        assert number_with("development") >= 6
        assert number_with("outcomes", "resources") >= 10
        assert number_with("risks") >= 8
        assert number_with("featured") == 6

    @pytest.mark.parametrize(("language", "whole"), [("sv", 8), ("en", 6)])
    def test_each_has_title_and_lead_in_other_languages_and_some_have_all_texts(self, files, language, whole):
        texts = [row for file in files for row in file.rows.get("texts", ()) if row["language"] == language]
        assert [file.name for file in files if file.language == language] == []
        assert len(texts) == len(files)
        assert all(row["title"] and row["lead"] for row in texts)
        assert sum(all(row.get(name) for name in CORE_TEXTS) for row in texts) >= whole

    def test_some_are_local_versions_in_other_regions_and_one_of_a_local_version(self, files):
        by_stem = {file.stem: file for file in files}
        versions = [file for file in files if file.source]
        assert len(versions) == 7
        assert [file.name for file in versions if file.region == by_stem[file.source].region] == []
        assert [file.number for file in versions if by_stem[file.source].source] == ["25"]
        for file in versions:
            assert {"kept", "changed", "dropped", "reason"} <= file.adapted_from.keys(), file.name
            assert file.adapted_from["reason"].endswith("Yhteys lähdemalliin on keksitty esittelyä varten."), file.name

    def test_regions_are_those_of_the_facts(self, files):
        regions = {int(file.name.split("-")[0]): file.region for file in files}
        facts = dict.fromkeys(range(1, 16), "15") | {16: "17", 17: "06", 18: "10", 19: "10", 20: "20", 21: "08"}
        facts |= {22: "20", 23: "09", 24: "13", 25: "90", 26: "15", 27: "16", 28: "21", 29: "16", 30: "10", 31: "19"}
        facts |= {32: "05", 33: "19", 34: "20", 35: "90"} | dict.fromkeys(range(36, 43), "fi")
        assert regions == facts
        assert files[13].terms["further_regions"] == ("14",)


def test_loading_of_the_demo_that_was_stopped_before_the_histories_goes_on_with_them(monkeypatch):
    def stop(files):
        raise KeyboardInterrupt

    files = read_folder(DEMO)[:2]
    monkeypatch.setattr(load_demo, "read_folder", lambda folder: files)
    with monkeypatch.context() as stopped:
        stopped.setattr(load_demo, "record", stop)
        with pytest.raises(KeyboardInterrupt):
            call_command("load_demo", once=True, verbosity=0)
    made_up = AdoptionReport.objects.filter(is_demonstration=True)
    assert not made_up.exists()
    call_command("load_demo", once=True, verbosity=0)
    assert set(made_up.values_list("page__loaded_file__name", flat=True)) == {file.name for file in files}
