"""What the analyser must reach on words that were judged by hand (docs/analysis-quality.md), and how it is scored."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from benchmarks.analysis_quality import (
    GoldFileError,
    GoldWord,
    draw,
    judge_bases,
    judge_meetings,
    judge_parts,
    read_gold,
    recall,
)
from operating_models.demo.reading import ModelFile

GOLD = Path(__file__).parents[1] / "analysis"

FLOOR_BASES = 0.95
FLOOR_PARTS = 0.90
FLOOR_MEETINGS = 0.99


@pytest.fixture(scope="module")
def lemmas():
    return read_gold(GOLD / "lemmas.tsv")


@pytest.fixture(scope="module")
def compounds():
    return read_gold(GOLD / "compounds.tsv")


def model_file(name, title, *, lead="", **texts):
    return ModelFile(name=name, digest="", title=title, lead=lead, region="1", texts=texts)


def hits(judgements):
    return [judgement.hit for judgement in judgements]


def run(*arguments):
    out = StringIO()
    call_command("score_analysis", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_gold_judges_500_words_and_200_compounds(lemmas, compounds):
    assert (len(lemmas), len(compounds)) == (500, 200)
    assert [word.form for word in compounds if len(word.answers) < 2] == []


def test_base_forms_reach_their_floor(lemmas):
    assert recall(judge_bases(lemmas)) >= FLOOR_BASES


def test_compound_parts_reach_their_floor(compounds):
    assert recall(judge_parts(compounds)) >= FLOOR_PARTS


def test_search_for_a_base_form_finds_its_forms(lemmas):
    assert recall(judge_meetings(lemmas)) >= FLOOR_MEETINGS


def test_form_and_base_form_meet_under_another_name():
    words = [GoldWord("ripeästi", ("ripeästi",)), GoldWord("hoidossa", ("hoitaja", "talo"))]
    assert hits(judge_meetings(words)) == [True, False]


def test_any_one_base_form_is_enough():
    assert hits(judge_bases([GoldWord("kokeilla", ("koe", "xyz")), GoldWord("kokeilla", ("xyz",))])) == [True, False]


def test_every_part_is_needed():
    words = [GoldWord("kotihoidossa", ("koti", "hoito")), GoldWord("kotihoidossa", ("koti", "talo"))]
    assert hits(judge_parts(words)) == [True, False]


def test_the_whole_is_no_part():
    assert hits(judge_parts([GoldWord("kotihoidossa", ("kotihoito",))])) == [False]


def test_case_and_hyphens_are_no_difference():
    assert hits(judge_bases([GoldWord("sote-keskuksessa", ("Sote-keskus",))])) == [True]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# only a comment\n", "gold.tsv: no words"),
        ("hoidossa hoito\n", "line 1: not a form"),
        ("# comment\nhoidossa\thoito|\n", "line 2: not a form"),
        ("hoidossa\n", "line 1: not a form"),
        ("hoidossa\thoito\nhoidossa\thoito\n", "line 2: hoidossa stands twice"),
    ],
)
def test_gold_that_cannot_be_read_is_refused_with_its_line(tmp_path, text, message):
    path = tmp_path / "gold.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GoldFileError, match=message):
        read_gold(path)


def test_words_are_drawn_from_title_lead_and_texts_once_each():
    files = [model_file("1.md", "Hoitopolku", lead="hoitopolku nepsy-lapsen", idea="Tuki.", evaluation="Apua saa")]
    assert sorted(draw(files)) == ["apua", "hoitopolku", "nepsy-lapsen", "saa", "tuki"]


def test_what_is_not_letters_and_inner_hyphens_is_not_drawn():
    text = "THL:n 24/7 65-vuotias päihde- -polut I1 covid19 on a-b vaa'an hoito"
    assert draw([model_file("1.md", text)]) == ["hoito"]


def test_draw_depends_on_the_words_alone():
    words = ["hoito", "polku", "tuki", "apu", "neuvola", "sairaala", "keskus", "palvelu"]
    files = [model_file(f"{word}.md", word) for word in words]
    assert draw(files) == draw(reversed(files))
    assert sorted(draw(files)) == sorted(words) != draw(files)


def test_command_prints_recall_and_the_misses(tmp_path):
    (tmp_path / "lemmas.tsv").write_text("hoidossa\thoito\npolulla\ttie\n", encoding="utf-8")
    (tmp_path / "compounds.tsv").write_text("kotihoidossa\tkoti|hoito\n", encoding="utf-8")
    assert run(str(tmp_path)) == [
        "Base forms: recall 0.500 (1 of 2)",
        "  polulla: tie, given polku",
        "Form and base form meet: recall 0.500 (1 of 2)",
        "  polulla: tie, given polku",
        "Compounds: recall 1.000 (1 of 1)",
    ]


def test_command_names_a_missing_file(tmp_path):
    with pytest.raises(CommandError, match=r"lemmas\.tsv"):
        run(str(tmp_path))


@pytest.mark.django_db(transaction=True)
def test_longer_draw_begins_with_the_shorter(copy_into_scratch):
    copy_into_scratch(demo=False)
    shorter, longer = run("--draw", "5"), run("--draw", "50")
    assert len(set(longer)) == 50
    assert longer[:5] == shorter
