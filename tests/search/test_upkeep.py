"""What those who run the site can ask of the index."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from search import catalogue as catalogues
from search import index_version
from search.criteria import Criteria
from search.finding.results import find
from search.indexing import upkeep
from search.indexing.checks import check_analyser
from search.models import Document, IndexState, Word
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def run(*arguments):
    output = StringIO()
    call_command(*arguments, stdout=output)
    return output.getvalue()


@pytest.fixture
def model():
    return factories.make_model("15", "Kaatumisten ehkäisy")


def test_index_that_fits_is_reported_so(model):
    assert "fits the pages" in run("check_search")


def test_missing_row_is_named_and_repaired(model):
    Document.objects.all().delete()
    with pytest.raises(CommandError, match="--repair"):
        run("check_search")
    assert "Mended 1 rows" in run("check_search", "--repair")
    assert find(Criteria(words="kaatuminen")).full == 1


def test_row_that_may_not_be_there_is_repaired(model):
    type(model).objects.filter(pk=model.pk).update(live=False)
    assert find(Criteria(words="kaatuminen")).hits == ()
    run("check_search", "--repair")
    assert find(Criteria(words="kaatuminen")).total == 0


def test_rows_made_for_other_facets_are_made_anew(model, monkeypatch):
    covered = catalogues.current()
    with monkeypatch.context() as patch:
        patch.setattr(catalogues, "current", lambda: replace(covered, facets=covered.facets[:-1]))
        run("rebuild_search")
    with pytest.raises(CommandError, match="--repair"):
        run("check_search")
    assert "Mended 1 rows" in run("check_search", "--repair")


def test_rows_of_another_edition_are_made_anew(model, monkeypatch):
    edited = replace(catalogues.current(), edition=99)
    monkeypatch.setattr(catalogues, "current", lambda: edited)
    with pytest.raises(CommandError, match="--repair"):
        run("check_search")
    assert "Mended 1 rows" in run("check_search", "--repair")


def test_rebuild_reports_its_progress_and_forgets_unused_words(model):
    Word.objects.create(number=1, surface="turha", language="fi")
    output = run("rebuild_search")
    assert "1 of 1 pages" in output
    assert not Word.objects.filter(number=1).exists()
    assert find(Criteria(words="kaatuminen")).full == 1


def test_index_of_another_analyser_is_a_warning_that_names_the_command(model):
    assert check_analyser(None, databases=["default"]) == []
    IndexState.objects.filter(name=index_version.DOCUMENTS).update(analyser="older")
    warning = check_analyser(None, databases=["default"])[0]
    assert (warning.id, "rebuild_search" in warning.hint) == ("search.W001", True)
    run("rebuild_search")
    assert check_analyser(None, databases=["default"]) == []


def test_check_passes_without_tables_and_without_databases(monkeypatch):
    def fail(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr(IndexState.objects, "filter", fail)
    assert check_analyser(None, databases=["default"]) == []
    assert check_analyser(None) == []


def test_page_that_cannot_be_read_keeps_no_other_out_of_the_index(model, monkeypatch):
    broken = factories.make_model("15", "Rikkinäinen")
    Document.objects.all().delete()
    describe = type(model).as_documents

    def fail(page_ids):
        if broken.pk in page_ids:
            raise ValueError("This page cannot be described.")
        return describe(page_ids)

    monkeypatch.setattr(type(model), "as_documents", fail)
    upkeep.rebuild()
    assert find(Criteria(words="kaatuminen")).full == 1
    assert find(Criteria(words="rikkinäinen")).full == 0


def test_publishing_a_page_that_cannot_be_indexed_is_no_error(model, monkeypatch):
    def fail(page_ids):
        raise ValueError("This page cannot be described.")

    monkeypatch.setattr(type(model), "as_documents", fail)
    factories.make_draft(model, lead="Uusi johdanto.").publish()
    model.refresh_from_db()
    assert model.lead == "Uusi johdanto."
