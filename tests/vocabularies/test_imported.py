"""Vocabularies that others keep: read from files of SKOS, searched after the site's own concepts, taken away again."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from rdflib import Graph, URIRef
from rdflib.namespace import SKOS

from operating_models.desk.concept_lines import ConceptsField
from search import catalogue as catalogues
from search import index_version
from search.models import ImportedConcept, ImportedVocabulary, SynonymSet
from search.terms import concepts, imported, state_files
from search.terms.compiled import CompiledConcepts, ConceptRow, ImportedLabel, compile_rows, key_of
from search.vocabularies import importing, skos_files
from search.vocabularies.skos_files import BrokenFile, Label, LabelKind, SkosConcept
from tests.search.conftest import Library, entry, make_catalogue

SMALL = Path(__file__).parent / "skos" / "small.ttl"
TERO = "http://vocabulary.example/tero/"
YSO = "http://vocabulary.example/yso/"

OTHER = f"""
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<{YSO}p20> a skos:Concept ; skos:prefLabel "keuhkopaise"@fi ; skos:altLabel "lung fever"@en ;
    skos:narrower <{YSO}p21> .
<{YSO}p21> a skos:Concept ; skos:prefLabel "legioonalaistauti"@fi .
"""


@pytest.fixture(autouse=True)
def own_state(settings, tmp_path):
    settings.STATE_DIR = tmp_path / "state"


@pytest.fixture
def write(tmp_path):
    def write_(text, name="file.ttl"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write_


def call(command, *arguments, **options):
    output = StringIO()
    call_command(command, *map(str, arguments), stdout=output, **options)
    return output.getvalue()


class TestReading:
    def test_a_file_says_its_title_licence_and_concepts(self):
        read = skos_files.read(SMALL)
        assert read.title == "Pieni terveyssanasto"
        assert read.address == TERO
        assert read.licence == "https://creativecommons.org/licenses/by/4.0/"
        assert [one.address.removeprefix(TERO) for one in read.concepts] == ["p1", "p2", "p3", "p4", "p7", "p8", "p9"]

    def test_labels_are_told_apart_and_put_in_order(self):
        (pneumonia,) = [one for one in skos_files.read(SMALL).concepts if one.address == f"{TERO}p2"]
        assert pneumonia.labels == (
            Label("fi", LabelKind.PREFERRED, "keuhkokuume"),
            Label("sv", LabelKind.PREFERRED, "lunginflammation"),
            Label("en", LabelKind.PREFERRED, "pneumonia"),
            Label("fi", LabelKind.ALTERNATIVE, "keuhkojen äkillinen tulehdus"),
            Label("fi", LabelKind.ALTERNATIVE, "keuhkotulehdus"),
            Label("fi", LabelKind.HIDDEN, "keuhkokuumme"),
        )

    def test_a_relation_that_one_concept_tells_is_both_ones(self):
        by = {one.address.removeprefix(TERO): one for one in skos_files.read(SMALL).concepts}
        assert by["p2"].broader == by["p3"].broader == (f"{TERO}p1",)
        assert by["p4"].related == (f"{TERO}p3",)
        assert by["p2"].equal == (f"{YSO}p20",)

    def test_what_cannot_be_taken_is_told(self):
        read = skos_files.read(SMALL)
        assert read.deprecated == (f"{TERO}p5",)
        assert read.without_labels == (f"{TERO}p6",)
        assert read.without_language == ("sinuiitti",)
        assert read.other_languages == {"ru": 2}

    def test_circles_are_found_and_a_concept_above_itself_is_not_kept(self):
        read = skos_files.read(SMALL)
        assert skos_files.circles(read.concepts) == [(f"{TERO}p7", f"{TERO}p8")]

    def test_circles_of_many_are_found_once(self):
        chain = [SkosConcept(str(place), (), broader=(str((place + 1) % 2000),)) for place in range(2000)]
        assert [len(way) for way in skos_files.circles(chain)] == [2000]
        assert skos_files.circles(chain[:-1]) == []

    @pytest.mark.parametrize(("form", "ending"), [("xml", "rdf"), ("json-ld", "jsonld"), ("nt", "nt")])
    def test_forms_of_a_file_say_the_same(self, write, form, ending):
        text = Graph().parse(SMALL, format="turtle").serialize(format=form)
        assert skos_files.read(write(text, f"small.{ending}")) == skos_files.read(SMALL)

    def test_labels_that_are_things_of_their_own_are_labels(self, write):
        read = skos_files.read(
            write(
                """
                @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
                @prefix xl: <http://www.w3.org/2008/05/skos-xl#> .
                <http://a.example/1> a skos:Concept ; xl:prefLabel [ a xl:Label ; xl:literalForm "palvelutarve"@fi ] .
                """
            )
        )
        assert read.concepts[0].labels == (Label("fi", LabelKind.PREFERRED, "palvelutarve"),)

    @pytest.mark.parametrize(
        ("name", "text", "told"),
        [
            ("a.ttl", "@prefix skos: <http://a.example/> .\n\n<a> b c .", "Line 3"),
            ("a.rdf", "<?xml version='1.0'?>\n<a>\n<b></a>", "Line 3"),
            ("a.jsonld", '{\n"@id": }', "Line 2"),
            ("a.jsonld", '{"@context": "https://a.example/context", "@id": "x"}', "@context"),
            ("a.jsonld", '{"@context": {"@import": "https://a.example/context"}, "@id": "x"}', "@context"),
            ("a.jsonld", "[1, 2", "Line 1"),
            ("a.csv", "a;b", "ends in none of"),
            ("a.ttl", "", "no concept"),
            ("a.ttl", "\x00\x01", "Line 1"),
            ("a.rdf", "", "Line 1"),
            ("a.nt", "\nA letter.", "Line 2"),
            ("a.json", "null", "Line 1"),
            ("a.rdf", '<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]>', "entities"),
        ],
    )
    def test_a_broken_file_is_told_with_its_line(self, write, name, text, told):
        with pytest.raises(BrokenFile, match=told):
            skos_files.read(write(text, name))

    def test_a_file_that_is_not_there_or_not_text_is_told(self, tmp_path):
        with pytest.raises(BrokenFile, match="cannot be read"):
            skos_files.read(tmp_path / "none.ttl")
        folder = tmp_path / "folder.ttl"
        folder.mkdir()
        with pytest.raises(BrokenFile, match="cannot be read"):
            skos_files.read(folder)
        (tmp_path / "a.ttl").write_bytes(b"# \n\xe4")
        with pytest.raises(BrokenFile, match=r"Line 2: .* UTF-8"):
            skos_files.read(tmp_path / "a.ttl")

    def test_what_other_programs_write_is_survived(self, write):
        text = f"""\ufeff
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        @prefix owl: <http://www.w3.org/2002/07/owl#> .
        <#a> a skos:Concept ; skos:prefLabel "nolla\\u0000"@fi, 5, <#b>, "{"pitkä" * 50}"@fi ;
            skos:related "b"@fi, [] .
        <#b> a skos:Concept ; skos:prefLabel "kahdesti"@fi ; owl:deprecated false, true .
        <#{"c" * 500}> a skos:Concept ; skos:prefLabel "toinen"@fi .
        """
        read = skos_files.read(write(text))
        labels = (Label("fi", LabelKind.PREFERRED, "nolla"), Label("", LabelKind.PREFERRED, "5"))
        assert read.concepts == (SkosConcept("file:///file.ttl#a", labels),)
        assert read.deprecated == ("file:///file.ttl#b",)
        assert read.too_long == (f"{'pitkä' * 8}…",)
        assert read.without_address == 1


def row(address, *labels, **relations):
    read = [ImportedLabel("fi", " ".join(one), tuple((word,) for word in one), is_preferred=True) for one in labels]
    return ConceptRow(address, tuple(read), **relations)


class TestCompiled:
    def test_the_longest_phrase_is_found_by_any_base_form_of_its_words(self):
        compiled = CompiledConcepts(
            compile_rows(
                [
                    ConceptRow("a", (ImportedLabel("fi", "kuusi", (("kuusi", "kuu"),)),)),
                    row("b", ["kuusi", "metsä"]),
                    row("c", ["kuusi", "metsä", "polku"]),
                ]
            )
        )

        def found(*readings):
            return [phrase.key for phrase in compiled.find_phrases(readings)]

        assert found(["kuu", "muu"]) == ["imported:a"]
        assert found(["kuusi"], ["metsä"]) == ["imported:b"]
        assert found(["kuusi"], ["metsä"], ["tie"]) == ["imported:b"]
        assert found(["kuusi"], ["metsä"], ["polku"], ["a"]) == ["imported:c"]
        assert found(["kuu"], ["metsä"]) == ["imported:a"]
        assert found(["metsä"]) == found() == []
        assert compiled.find_phrases([["kuusi"], ["tie"]], longer_than=1) == []

    def test_equal_concepts_are_one_by_way_of_others_too(self):
        compiled = CompiledConcepts(
            compile_rows(
                [
                    row("a", ["yksi"], broader=("top",)),
                    row("b", ["kaksi"], equal=("a", "nowhere")),
                    row("c", ["kolme"], equal=("b",), related=("d",)),
                    row("d", ["neljä"]),
                    row("top", ["katto"]),
                    row("d", ["quattro"]),
                ]
            )
        )
        assert compiled.size == 3
        for key in map(key_of, "abc"):
            assert [phrase.text for phrase in compiled.phrases(key)] == ["yksi", "kaksi", "kolme"]
            assert compiled.broader(key) == (key_of("top"),)
            assert compiled.related(key) == (key_of("d"),)
        assert compiled.narrower(key_of("top")) == (key_of("a"),)
        assert compiled.related(key_of("d")) == (key_of("a"),)
        assert [phrase.text for phrase in compiled.phrases(key_of("d"))] == ["neljä", "quattro"]

    def test_an_unknown_key_has_nothing(self):
        compiled = CompiledConcepts(compile_rows([row("a", ["yksi"])]))
        for key in ("imported:b", "imported:", "synonyms:1", ""):
            assert key not in compiled
            assert compiled.phrases(key) == compiled.broader(key) == ()
            assert compiled.concept(key) is None

    def test_a_hidden_label_finds_and_is_not_shown(self):
        labels = (
            ImportedLabel("fi", "oikein", (("oikein",),), is_preferred=True),
            ImportedLabel("fi", "okein", (("okein",),), is_hidden=True),
        )
        compiled = CompiledConcepts(compile_rows([ConceptRow("a", labels)]))
        assert [phrase.text for phrase in compiled.find_phrases([["okein"]])] == [""]
        assert compiled.labels("imported:a") == {"fi": "oikein"}
        assert compiled.concept("imported:a").equals == (("fi", "oikein"),)

    def test_a_phrase_of_ever_so_many_readings_is_bounded(self):
        word = tuple(f"sana{place}" for place in range(8))
        compiled = CompiledConcepts(compile_rows([ConceptRow("a", (ImportedLabel("fi", "x", (word,) * 10),))]))
        assert [phrase.key for phrase in compiled.find_phrases([[word[0]]] * 10)] == ["imported:a"]


@pytest.fixture
def use_small(db, monkeypatch):
    """The catalogue of the small search of the room's tests, and its concepts alone."""
    catalogue = make_catalogue()
    monkeypatch.setattr(catalogues, "current", lambda: catalogue)
    SynonymSet.objects.all().delete()
    return catalogue


@pytest.fixture
def texts(use_small):
    """Entries to search for."""
    library = Library(use_small)
    library.add(
        entry("Keuhkokuumeen hoito"),
        entry("Pneumonia at home"),
        entry("Poskiontelotulehdus"),
        entry("Tulehdussairaudet"),
        entry("Allerginen nuha"),
        entry("Legioonalaistauti"),
        entry("Keuhkopaise"),
        entry("Muistisairaus"),
        entry("Dementia"),
    )
    return library


class TestSearching:
    def test_a_label_brings_the_others_as_equal_words(self, texts):
        assert texts.full("keuhkotulehdus") == []
        call("import_vocabulary", SMALL)
        assert sorted(texts.full("keuhkotulehdusta")) == ["Keuhkokuumeen hoito", "Pneumonia at home"]
        assert sorted(texts.full("lunginflammation")) == ["Keuhkokuumeen hoito", "Pneumonia at home"]

    def test_a_label_of_several_words_is_one_phrase(self, texts):
        call("import_vocabulary", SMALL)
        assert sorted(texts.full("keuhkojen äkillinen tulehdus")) == ["Keuhkokuumeen hoito", "Pneumonia at home"]
        assert "Keuhkokuumeen hoito" not in texts.full("tulehdus keuhkojen äkillinen")

    def test_a_hidden_label_finds(self, texts):
        call("import_vocabulary", SMALL)
        assert sorted(texts.full("keuhkokuumme")) == ["Keuhkokuumeen hoito", "Pneumonia at home"]

    def test_a_label_without_a_language_finds(self, texts):
        call("import_vocabulary", SMALL)
        assert texts.full("sinuiitti") == ["Poskiontelotulehdus"]

    def test_narrower_concepts_are_found_fully_and_broader_and_related_ones_partly(self, texts):
        call("import_vocabulary", SMALL)
        assert sorted(texts.full("inflammatory diseases")) == [
            "Keuhkokuumeen hoito",
            "Pneumonia at home",
            "Poskiontelotulehdus",
            "Tulehdussairaudet",
        ]
        assert texts.full("poskiontelotulehdus") == ["Poskiontelotulehdus"]
        assert sorted(texts.partial("poskiontelotulehdus")) == ["Allerginen nuha", "Tulehdussairaudet"]

    def test_a_word_of_the_sites_own_concepts_means_that_alone(self, texts):
        call("import_vocabulary", SMALL)
        assert sorted(texts.full("muistisairaus")) == ["Dementia", "Muistisairaus"]
        assert texts.full("höperyys") == ["Muistisairaus"]

    def test_concepts_that_two_vocabularies_call_the_same_are_one(self, texts, write):
        call("import_vocabulary", SMALL)
        call("import_vocabulary", write(OTHER, "other.ttl"))
        assert (
            sorted(texts.full("lung fever"))
            == sorted(texts.full("keuhkotulehdus"))
            == [
                "Keuhkokuumeen hoito",
                "Keuhkopaise",
                "Legioonalaistauti",
                "Pneumonia at home",
            ]
        )
        call("remove_vocabulary", "other")
        assert texts.full("lung fever") == []
        assert sorted(texts.full("keuhkotulehdus")) == ["Keuhkokuumeen hoito", "Pneumonia at home"]

    def test_a_hit_says_through_which_word_it_was_found(self, texts):
        call("import_vocabulary", SMALL)
        told = {hit.plain_title: hit.explanations for hit in texts.find("keuhkotulehdus").hits}
        (explanation,) = told["Keuhkokuumeen hoito"]
        assert (explanation.word, explanation.meaning) == ("keuhkotulehdus", "keuhkokuume")

    def test_a_hidden_label_explains_no_hit(self, texts):
        call("import_vocabulary", SMALL)
        texts.add(entry("Keuhkokuumme"))
        told = {hit.plain_title: hit.explanations for hit in texts.find("pneumonia").hits}
        (explanation,) = told["Keuhkokuumme"]
        assert explanation.meaning == "keuhkokuume"
        told = {hit.plain_title: hit.explanations for hit in texts.find("keuhkokuume").hits}
        assert told["Keuhkokuumme"] == ()

    def test_a_circle_of_broader_concepts_ends(self, texts):
        call("import_vocabulary", SMALL)
        assert texts.full("muna") == []
        known = concepts.current(texts.catalogue, index_version.read())
        assert known.above(key_of(f"{TERO}p7")) == {key_of(f"{TERO}p7"), key_of(f"{TERO}p8")}

    def test_a_concept_of_very_many_narrower_ones_does_not_bring_them(self, texts, write):
        many = "".join(
            f'<{YSO}n{place}> a skos:Concept ; skos:broader <{YSO}p0> ; skos:prefLabel "nuha{place}"@fi .\n'
            for place in range(concepts.MOST_IMPORTED + 1)
        )
        head = f'{OTHER}\n<{YSO}p0> a skos:Concept ; skos:prefLabel "katto"@fi .\n'
        texts.add(entry("Nuha1"))
        call("import_vocabulary", write(head + many))
        assert texts.full("katto") == []
        fewer = many[: many.rindex(f"<{YSO}n")]
        call("import_vocabulary", write(head + fewer))
        assert texts.full("katto") == ["Nuha1"]

    def test_a_set_may_be_narrower_than_an_imported_concept(self, texts):
        call("import_vocabulary", SMALL)
        own = concepts.Concept("synonyms:own", equals=(("fi", "dementia"),), broader=(key_of(f"{TERO}p4"),))
        known = concepts.Concepts([own], concepts.words.analyser(), imported.current())
        assert next(step.keys for step in known.relatives((key_of(f"{TERO}p4"),))) == ("synonyms:own",)
        assert known.shown(key_of(f"{TERO}p4"), "en") == "allergic rhinitis"
        assert known.concept(key_of(f"{TERO}p4")).labels["fi"] == "allerginen nuha"


@pytest.mark.django_db
class TestImporting:
    def test_an_import_again_changes_what_has_changed(self, write):
        text = SMALL.read_text()
        assert "small: 7 concepts added, 0 changed, 0 removed, 0 unchanged" in call("import_vocabulary", SMALL)
        keys = dict(ImportedConcept.objects.values_list("address", "pk"))
        changed = text.replace('"kana"@fi', '"broileri"@fi').replace("t:p4 a skos:Concept ;", "t:p44 a skos:Concept ;")
        output = call("import_vocabulary", write(changed, "new.ttl"), "--name=small")
        assert "small: 1 concepts added, 1 changed, 1 removed, 5 unchanged" in output
        assert ImportedConcept.objects.get(address=f"{TERO}p1").pk == keys[f"{TERO}p1"]
        assert not ImportedConcept.objects.filter(address=f"{TERO}p4").exists()
        assert ImportedVocabulary.objects.get().source == "new.ttl"

    def test_source_title_and_licence_are_kept(self, write):
        call("import_vocabulary", SMALL)
        call("import_vocabulary", write(OTHER), "--name=other", "--licence=CC0")
        small, other = ImportedVocabulary.objects.order_by("pk")
        assert (small.title, small.address, small.source) == ("Pieni terveyssanasto", TERO, "small.ttl")
        assert small.licence == "https://creativecommons.org/licenses/by/4.0/"
        assert other.licence == "CC0"
        assert "small: 7 concepts, Pieni terveyssanasto" in call("remove_vocabulary")

    def test_a_trial_tells_and_writes_nothing(self, texts):
        texts.add(*[entry(f"Kana {place}") for place in range(12)])
        output = call("import_vocabulary", SMALL, "--dry-run")
        assert "1 deprecated concepts, left out: http://vocabulary.example/tero/p5" in output
        assert "1 labels without a language, taken as words of any: sinuiitti" in output
        assert "1 circles of broader concepts, searched like any other: muna → kana → muna" in output
        assert "1 words that the site's own concepts have and keep: muistisairaus (muistisairaus)" in output
        assert "1 concepts that find over a quarter of the pages: kana (12)" in output
        assert "Nothing was imported." in output
        assert not ImportedVocabulary.objects.exists()

    def test_a_word_of_several_concepts_is_told(self, write):
        text = OTHER.replace("legioonalaistauti", "keuhkopaise")
        assert "1 words that several concepts of the file have: keuhkopaise" in call(
            "import_vocabulary", write(text), "--dry-run"
        )

    def test_a_broken_file_leaves_what_was_imported(self, write):
        call("import_vocabulary", SMALL)
        with pytest.raises(CommandError, match=r"file.ttl: Line 1"):
            call("import_vocabulary", write("x"), "--name=small")
        assert ImportedConcept.objects.count() == 7

    @pytest.mark.parametrize("name", ["ä", "a b", "a" * 41, "../a"])
    def test_a_name_that_cannot_be_one_is_told(self, name):
        with pytest.raises(CommandError, match="--name"):
            call("import_vocabulary", SMALL, f"--name={name}")

    def test_an_unknown_vocabulary_is_not_taken_away(self):
        with pytest.raises(CommandError, match="There are: none"):
            call("remove_vocabulary", "small")

    def test_a_rebuild_reads_words_again(self):
        call("import_vocabulary", SMALL)
        assert "The words of 1 imported vocabularies have been read." in call("rebuild_search")

    def test_words_that_are_read_again_are_found(self, texts):
        call("import_vocabulary", SMALL)
        broken = ImportedConcept.objects.get(address=f"{TERO}p2")
        broken.words = [[language, text, [["other"]], kind] for language, text, _, kind in broken.words]
        broken.digest = "other"
        broken.save()
        ImportedVocabulary.objects.update(digest="other", reading="old")
        concepts.touch()
        assert texts.full("keuhkotulehdus") == []
        assert importing.read_again() == 1
        assert sorted(texts.full("keuhkotulehdus")) == ["Keuhkokuumeen hoito", "Pneumonia at home"]


@pytest.mark.django_db
class TestFile:
    @pytest.fixture(autouse=True)
    def forget(self, monkeypatch):
        """Let each call look as a new process does."""
        monkeypatch.setattr(imported, "_NEWEST", {})

    def find(self):
        imported._NEWEST.clear()
        return [phrase.key for phrase in imported.current().find_phrases([["keuhkotulehdus"]])]

    def path(self):
        (name,) = state_files.names(imported.KIND)
        return state_files.path_of(imported.KIND, name)

    def test_is_made_by_the_import_and_read_by_a_process(self, monkeypatch):
        call("import_vocabulary", SMALL)
        monkeypatch.setattr(imported, "_compile", None)
        assert self.find() == [key_of(f"{TERO}p2")]

    @pytest.mark.parametrize("content", [b"", b"torn", None], ids=["empty", "torn", "missing"])
    def test_is_made_anew_where_it_is_broken_or_missing(self, content):
        call("import_vocabulary", SMALL)
        path = self.path()
        whole = path.read_bytes()
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
        assert self.find() == [key_of(f"{TERO}p2")]
        assert path.read_bytes() == whole

    def test_is_another_one_for_another_content(self, write):
        call("import_vocabulary", SMALL)
        call("import_vocabulary", write(SMALL.read_text().replace("keuhkotulehdus", "keuhkovika")), "--name=small")
        assert self.find() == []
        call("remove_vocabulary", "small")
        assert self.find() == []
        assert imported.current().size == 0

    def test_is_not_needed(self, settings, tmp_path):
        settings.STATE_DIR = tmp_path / "file"
        settings.STATE_DIR.write_text("Not a folder.")
        call("import_vocabulary", SMALL)
        assert self.find() == [key_of(f"{TERO}p2")]


@pytest.mark.django_db
class TestBesideOwn:
    def test_a_curator_names_an_imported_concept_by_a_word_or_its_address(self, use_small, write):
        call("import_vocabulary", SMALL)
        field = ConceptsField()
        assert field.clean("keuhkotulehdus") == field.clean(f"{TERO}p2") == [key_of(f"{TERO}p2")]
        assert field.prepare_value([key_of(f"{TERO}p2")]) == "keuhkokuume"
        call("remove_vocabulary", "small")
        assert field.prepare_value([key_of(f"{TERO}p2")]) == f"{TERO}p2"
        with pytest.raises(ValidationError):
            field.clean(f"{TERO}p2")

    def test_a_set_below_a_concept_is_below_those_that_are_equal_to_it(self, texts, write):
        call("import_vocabulary", SMALL)
        call("import_vocabulary", write(OTHER, "other.ttl"))
        SynonymSet.objects.create(finnish=["dementia", "muistamattomuus"], broader=[key_of(f"{YSO}p20")])
        concepts.touch()
        assert "Dementia" in texts.full("keuhkokuume")

    def test_broader_concepts_are_met_by_their_preferred_labels_alone(self, texts, write):
        texts.add(entry("Katto"), entry("Harja"))
        own = f'<{YSO}r> a skos:Concept ; skos:prefLabel "katto"@fi ; skos:altLabel "harja"@fi .'
        call("import_vocabulary", write(f"{OTHER}{own} <{YSO}p21> skos:broader <{YSO}r> ."))
        assert sorted(texts.partial("legioonalaistauti")) == ["Katto", "Keuhkopaise"]
        assert sorted(texts.full("katto")) == ["Harja", "Katto", "Legioonalaistauti"]


@pytest.mark.django_db
class TestExporting:
    def test_the_sites_own_concepts_go_out_with_labels_relations_and_reasons(self, use_small, tmp_path):
        broader = SynonymSet.objects.create(finnish=["muistisairaus"], swedish=["minnessjukdom"])
        SynonymSet.objects.create(
            code="alzheimer",
            finnish=["Alzheimerin tauti", "alzheimer"],
            english=["Alzheimer's disease"],
            broader=[concepts.key_of(broader)],
            related=["target:elderly", "gone:one"],
            reason="A source: “Käypä hoito”",
        )
        SynonymSet.objects.create(finnish=["lepää", "hiljaa"], in_use=False)
        path = tmp_path / "own.ttl"
        call("export_vocabulary", path, "--base=http://site.example/")
        by = {one.address.removeprefix("http://site.example/"): one for one in skos_files.read(path).concepts}
        assert by["synonyms/alzheimer"].labels == (
            Label("fi", LabelKind.PREFERRED, "Alzheimerin tauti"),
            Label("en", LabelKind.PREFERRED, "Alzheimer's disease"),
            Label("fi", LabelKind.ALTERNATIVE, "alzheimer"),
        )
        assert by["synonyms/alzheimer"].broader == (f"http://site.example/synonyms/{broader.pk}",)
        assert by["synonyms/alzheimer"].related == ("http://site.example/target/elderly",)
        assert [label.text for label in by["target/elderly"].labels][:3] == ["ikäihmiset", "äldre", "older people"]
        assert "hiljaa" not in path.read_text()
        (note,) = Graph().parse(path).objects(predicate=SKOS.note)
        assert str(note) == "A source: “Käypä hoito”"

    def test_an_imported_concept_above_a_set_keeps_its_address(self, use_small):
        call("import_vocabulary", SMALL)
        SynonymSet.objects.create(finnish=["heinänuha", "siitepölyallergia"], broader=[key_of(f"{TERO}p4")])
        graph = Graph().parse(data=call("export_vocabulary"), format="turtle")
        assert URIRef(f"{TERO}p4") in set(graph.objects(predicate=SKOS.broader))

    def test_what_goes_out_comes_in_again(self, texts, tmp_path):
        path = tmp_path / "own.ttl"
        own = SynonymSet.objects.create(finnish=["vilustuminen", "nuhakuume"], english=["common cold"])
        texts.add(entry("Nuhakuume ja lepo"))
        call("export_vocabulary", path)
        own.delete()
        concepts.touch()
        assert texts.full("vilustuminen") == []
        call("import_vocabulary", path)
        assert texts.full("vilustuminen") == texts.full("common cold") == ["Nuhakuume ja lepo"]


@pytest.mark.django_db
def test_the_made_up_vocabulary_of_the_benchmarks_can_be_imported(tmp_path):
    call("make_vocabulary", tmp_path / "made-up.ttl", "--concepts=300")
    assert "made-up: 300 concepts added" in call("import_vocabulary", tmp_path / "made-up.ttl")
