"""What `make relevance JSON=1` prints can be read by a program, and says what the table says."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from benchmarks.gains import measure, measure_by_kind
from benchmarks.relevance import JudgedQuery, RankedHit, Ranking, score

pytestmark = pytest.mark.django_db(transaction=True)

JUDGED = """\
id,kind,language,query,relevant,must_lead,must_not,note
inf-1,inflected,fi,seniorineuvoloissa,1:2;16:2;2:1,1;16,,
inf-2,inflected,fi,seniorineuvola,30:2,30,1;16,
abs-1,absent,fi,avaruusmatkailu,,,,
"""


def judged(*, kind="inflected", grades, must_lead=(), must_not=()):
    return JudgedQuery("1", kind, "neuvola", grades, frozenset(must_lead), frozenset(must_not))


def hits(*numbers, partial=False):
    return tuple(RankedHit(number, f"Malli {number}", partial) for number in numbers)


@pytest.fixture
def printed(site, copy_into_scratch, tmp_path):
    copy_into_scratch(demo=True)
    file = tmp_path / "judged.csv"
    file.write_text(JUDGED, encoding="utf-8")

    def run(*options):
        out = StringIO()
        call_command("score_search", str(file), *options, stdout=out)
        return out.getvalue()

    return run


def test_json_has_the_figures_of_all_of_each_kind_and_of_each_query(printed):
    document = json.loads(printed("--json"))
    assert set(document) == {"overall", "kinds", "queries"}
    assert list(document["kinds"]) == ["inflected", "absent"]
    assert document["overall"]["queries"] == 3
    assert document["overall"]["violations"] == {"must_lead": 1, "must_not": 1, "absent": 0}
    first, second, absent = document["queries"]
    assert first["id"] == "inf-1"
    assert first["success@5"] is True
    assert first["violations"] == {"must_lead": False, "must_not": [], "absent": False}
    assert {hit["number"] for hit in first["hits"][:2]} == {1, 16}
    assert first["hits"][0]["grade"] == 2
    assert first["hits"][0]["partial"] is False
    titles = {hit["number"]: hit["title"] for hit in first["hits"]}
    assert titles[1] == "Seniorin hyvinvointineuvola"
    assert second["violations"]["must_lead"] is True
    assert set(second["violations"]["must_not"]) <= {1, 16} != set()
    assert absent["ndcg@10"] is absent["success@5"] is None
    both = (first["ndcg@10"] + second["ndcg@10"]) / 2
    assert document["overall"]["ndcg@10"] == pytest.approx(both)
    assert document["kinds"]["inflected"]["ndcg@10"] == pytest.approx(both)
    assert document["kinds"]["absent"]["ndcg@10"] is None


def test_table_says_what_the_json_says(printed):
    overall = json.loads(printed("--json"))["overall"]
    (row,) = [line for line in printed().splitlines() if line.startswith("│ all ")]
    cells = [cell.strip() for cell in row.strip("│ ").split("│")]
    assert cells == ["all", "3", f"{overall['ndcg@10']:.3f}", f"{overall['success@5']:.3f}", "2"]


def test_file_that_cannot_be_read_is_told_before_a_database_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.scratch.create", None)
    with pytest.raises(CommandError, match="No such file"):
        call_command("score_search", str(tmp_path / "none.csv"))
    (tmp_path / "wrong.csv").write_text(JUDGED.replace("1:2;16:2", "1;16:2"), encoding="utf-8")
    with pytest.raises(CommandError, match=r"wrong\.csv, line 2"):
        call_command("score_search", str(tmp_path / "wrong.csv"))


def test_gain_lies_within_its_interval_and_none_is_none():
    grades = {1: 2}
    before = [score(judged(grades=grades), Ranking(hits(5, 1))) for _ in range(20)]
    after = [score(judged(grades=grades), Ranking(hits(*((1, 5) if number % 2 else (5, 1))))) for number in range(20)]
    gain = measure("all", before, after)
    assert gain.queries == 20
    assert 0 < gain.low < gain.mean < gain.high
    still = measure("all", before, before)
    assert (still.low, still.mean, still.high) == (0, 0, 0)
    assert measure("absent", [score(judged(grades={}), Ranking(()))], [score(judged(grades={}), Ranking(()))]) is None


def test_gains_are_told_of_each_kind_and_of_all():
    kinds = [score(judged(kind=kind, grades={1: 2}), Ranking(hits(1))) for kind in ("sv", "en", "sv")]
    assert [(gain.name, gain.queries) for gain in measure_by_kind(kinds, kinds)] == [("sv", 2), ("en", 1), ("all", 3)]


def test_page_that_is_only_near_breaks_neither_must_not_nor_an_absent_topic():
    near = (RankedHit(5, "Malli 5", partial=False, near=True),)
    assert score(judged(grades={1: 2}, must_not=[5]), Ranking(hits(1) + near)).forbidden == ()
    assert not score(judged(kind="absent", grades={}), Ranking(near)).absent_ignored


def test_best_order_scores_one_and_a_worse_one_less():
    grades = {1: 2, 2: 1}
    assert score(judged(grades=grades), Ranking(hits(1, 2, 3))).ndcg == 1
    assert 0 < score(judged(grades=grades), Ranking(hits(3, 2, 1))).ndcg < 1
    assert score(judged(grades=grades), Ranking(())).ndcg == 0


def test_only_full_hits_break_must_not():
    query = judged(grades={1: 2}, must_not=[5])
    assert score(query, Ranking(hits(1, 5))).forbidden == (5,)
    assert score(query, Ranking(hits(1) + hits(5, partial=True))).forbidden == ()


def test_misspelt_query_is_scored_by_its_correction_where_that_is_better():
    grades = {1: 2}
    corrected = score(judged(kind="misspelt", grades=grades), Ranking((), meant=hits(1)))
    assert (corrected.ndcg, corrected.ranking.is_corrected) == (1, True)
    kept = score(judged(kind="misspelt", grades=grades), Ranking(hits(1), meant=hits(2)))
    assert (kept.ndcg, kept.ranking.is_corrected) == (1, False)
    other = score(judged(kind="inflected", grades=grades), Ranking((), meant=hits(1)))
    assert other.ndcg == 0
