"""Files of the state folder: right, or made anew, and never in the way."""

from __future__ import annotations

import os
import time

import numpy as np
import pytest

from search import catalogue as catalogues
from search.analysis.analyser import Analyser
from search.catalogue import Concept
from search.models import SynonymSet
from search.terms import concepts, label_readings, state_files, words
from search.terms.concepts import Concepts
from tests.search import processes

READ = (
    Concept("theme:access", {"fi": "hoitoon ja palveluun pääsy", "sv": "tillgång till vård", "en": "access to care"}),
    Concept("synonyms:ips", {}, ("IPS", "sijoita ja valmenna", "koti- ja laitoshoito")),
    Concept("synonyms:dementia", equals=(("fi", "muistisairaus"), ("sv", "minnessjukdom"))),
)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.STATE_DIR = tmp_path / "state"
    return tmp_path / "state" / "compiled"


class Counting(Analyser):
    """The analyser of the process, which tells how many words it has been asked for."""

    def __init__(self, version=""):
        self.version = version or words.analyser().version
        self.asked = 0

    def analyse(self, surface, language=None):
        self.asked += 1
        return words.analyser().analyse(surface, language)

    def split_points(self, surface):
        return words.analyser().split_points(surface)


def compile_(analyser=None, read=READ):
    """Return the concepts and how many words were analysed for them; their readings are kept."""
    analyser = analyser or Counting()
    made = Concepts(read, analyser)
    made.readings.keep()
    return made, analyser.asked


def phrases_of(made):
    return {one.key: made.phrases(one.key) for one in READ}


class TestFiles:
    def test_a_file_is_read_as_it_was_written(self):
        assert state_files.read("kind", "a") is None
        assert state_files.write("kind", "a", b"content")
        assert state_files.read("kind", "a") == b"content"
        assert bytes(state_files.attach("kind", "a")) == b"content"

    def test_an_empty_content_is_a_content(self):
        state_files.write("kind", "a", b"")
        assert state_files.read("kind", "a") == b""

    def test_arrays_in_a_file_begin_where_their_numbers_may(self):
        state_files.write("kind", "a", np.arange(5, dtype=np.int64).tobytes())
        attached = np.frombuffer(state_files.attach("kind", "a"), np.int64)
        assert attached.tolist() == [0, 1, 2, 3, 4]
        assert attached.ctypes.data % 64 == 0

    @pytest.mark.parametrize(
        "break_",
        [
            lambda path: path.write_bytes(b""),
            lambda path: path.write_bytes(path.read_bytes()[:-1]),
            lambda path: path.write_bytes(path.read_bytes()[:100]),
            lambda path: path.write_bytes(path.read_bytes() + b"x"),
            lambda path: path.write_bytes(path.read_bytes()[:-1] + b"x"),
            lambda path: path.write_bytes(b"something else " * 100),
            lambda path: path.write_bytes(path.read_bytes().replace(b"kind-a", b"kind-b")),
            lambda path: (path.unlink(), path.mkdir()),
        ],
        ids=["empty", "torn", "torn in its header", "longer", "changed", "foreign", "of another name", "a folder"],
    )
    def test_a_broken_file_is_none(self, folder, break_):
        state_files.write("kind", "a", b"content")
        break_(folder / "kind-a")
        assert state_files.read("kind", "a") is None
        assert state_files.attach("kind", "a") is None

    def test_a_file_that_is_used_may_be_removed(self):
        state_files.write("kind", "a", b"content")
        attached = state_files.attach("kind", "a")
        state_files.forget("kind")
        assert bytes(attached) == b"content"
        assert state_files.read("kind", "a") is None

    def test_old_files_of_the_kind_go_and_others_stay(self, folder):
        state_files.write("other", "a", b"")
        for age, name in enumerate("dcba"):
            state_files.write("kind", name, b"")
            os.utime(folder / f"kind-{name}", (time.time() - 1000 + age,) * 2)
        state_files.write("kind", "e", b"")
        assert state_files.names("kind") == ["e", "a", "b"]
        assert state_files.names("other") == ["a"]

    def test_what_a_dead_writer_left_goes_and_what_another_writes_stays(self, folder):
        folder.mkdir(parents=True)
        dead, writing = folder / ".kind-a.0123", folder / ".kind-a.4567"
        dead.touch()
        writing.touch()
        os.utime(dead, (time.time() - 2 * state_files.ABANDONED,) * 2)
        state_files.write("kind", "b", b"")
        assert not dead.exists()
        assert writing.exists()

    def test_a_folder_that_cannot_be_written_to_is_told_and_survived(self, folder, caplog):
        folder.parent.mkdir()
        folder.write_text("Not a folder.")
        assert not state_files.write("kind", "a", b"content")
        assert "cannot be kept" in caplog.text
        assert state_files.read("kind", "a") is None
        assert state_files.names("kind") == []

    def test_a_write_that_fails_leaves_nothing(self, folder):
        (folder / "kind-a").mkdir(parents=True)
        assert not state_files.write("kind", "a", b"content")
        assert [path.name for path in folder.iterdir()] == ["kind-a"]


class TestReadings:
    def test_are_analysed_once_for_all_processes(self):
        first, asked = compile_()
        assert asked > 0
        again, asked = compile_()
        assert asked == 0
        assert phrases_of(again) == phrases_of(first)
        assert again.labelled("base", ["hoito"]) == first.labelled("base", ["hoito"]) == ("theme:access",)

    @pytest.mark.parametrize("content", [b"", b"torn", b"search labels-x 3 00\n"], ids=["empty", "torn", "foreign"])
    def test_of_a_broken_file_are_made_anew_and_mended(self, folder, content):
        first, _ = compile_()
        (path,) = folder.iterdir()
        whole = path.read_bytes()
        path.write_bytes(content)
        again, asked = compile_()
        assert asked > 0
        assert phrases_of(again) == phrases_of(first)
        assert path.read_bytes() == whole

    def test_of_another_analyser_are_not_taken(self):
        _, first = compile_()
        _, asked = compile_(Counting("another"))
        assert asked == first

    def test_of_other_code_are_not_taken(self, monkeypatch):
        _, first = compile_()
        monkeypatch.setattr(label_readings, "_code", lambda: "another")
        _, asked = compile_()
        assert asked == first

    def test_of_unchanged_words_are_taken_when_a_set_has_changed(self):
        compile_()
        more = Concept("synonyms:dementia", equals=(("fi", "muistisairaus"), ("fi", "dementia")))
        _, asked = compile_(read=(*READ[:2], more))
        assert asked == 1
        _, asked = compile_(read=(*READ[:2], more))
        assert asked == 0

    def test_work_without_a_folder(self, folder):
        folder.parent.mkdir()
        folder.write_text("Not a folder.")
        first, asked = compile_()
        again, asked_again = compile_()
        assert asked == asked_again > 0
        assert phrases_of(again) == phrases_of(first)
        assert folder.read_text() == "Not a folder."


@pytest.mark.django_db(transaction=True)
class TestProcesses:
    CODE = """
import sys
from pathlib import Path
from django.conf import settings
settings.STATE_DIR = Path(sys.argv[1])
from search import catalogue, index_version
from search.analysis.analyser import Analyser
from search.terms import concepts
asked = []
analyse = Analyser.analyse
Analyser.analyse = lambda self, *words: asked.append(words) or analyse(self, *words)
known = concepts.current(catalogue.current(), index_version.read())
print(len(asked), [phrase.text for phrase in known.equals("dementiaa", known._analyser)], known.readings.is_kept)
"""

    @pytest.fixture(autouse=True)
    def few_sets(self):
        """Keep a few sets: a thousand are read as they are, only longer."""
        kept = [one.pk for one in SynonymSet.objects.all() if "dementia" in one.words]
        SynonymSet.objects.exclude(pk__in=kept).delete()

    def test_two_at_once_write_one_right_file(self, settings, folder):
        started = [processes.start(self.CODE, settings.STATE_DIR) for _ in range(2)]
        ended = [processes.finish(one) for one in started]
        assert [code for code, _, _ in ended] == [0, 0], ended
        assert all(output.endswith("['dementia', 'dementia'] True\n") for _, output, _ in ended)
        assert [path.name for path in folder.iterdir()] == [f"labels-{name}" for name in state_files.names("labels")]
        _, output, _ = processes.finish(processes.start(self.CODE, settings.STATE_DIR))
        assert output == "0 ['dementia', 'dementia'] True\n"

    def test_what_is_only_supposed_is_not_kept(self, folder):
        concepts.suppose(catalogues.current(), [SynonymSet(finnish=["aivan", "muu"])])
        assert not folder.exists()

    def test_the_minute_writes_the_file(self, settings, folder):
        code = (
            "import sys\nfrom pathlib import Path\nfrom django.conf import settings\n"
            "from django.core.management import call_command\n"
            "settings.STATE_DIR = Path(sys.argv[1])\ncall_command('tick', verbosity=0)"
        )
        code, _, errors = processes.finish(processes.start(code, settings.STATE_DIR))
        assert code == 0, errors
        assert len(state_files.names("labels")) == 1
        _, output, _ = processes.finish(processes.start(self.CODE, settings.STATE_DIR))
        assert output == "0 ['dementia', 'dementia'] True\n"
