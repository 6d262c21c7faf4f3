"""The house rules that a machine can see: directions of imports, names, leftovers, types, unsafe templates."""

from __future__ import annotations

import ast
import re
import sys
import tokenize
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Imports point only downwards, from the first to the last.
ROOMS = ("benchmarks", "kb_site", "home", "operating_models", "search")
PRODUCT = ROOMS[1:]
PROGRAMS = ("scripts", "manage.py")

OTHERS = "*"
"""The modules of a room that stand in none of its inner rooms."""
INNER_ROOMS = {
    "search": (
        *("apps", "management", "log", "indexing", "vocabularies", "finding", "query", "nearness", "elasticsearch"),
        *("memory", "terms", OTHERS, "analysis"),
    ),
    "operating_models": (
        *("apps", "management", "checks", "wagtail_hooks", "signals", "templatetags", "demo", "seed", "desk", "pages"),
        *("replication", "reporting", "components", "statistics", "search", "models", "mail", OTHERS),
    ),
}
"""What stands inside the two big rooms, in the order in which imports point."""

LONGEST_FILE = 450
LONGEST_FUNCTION = 60

DRAWERS = {"core", "utils", "util", "helpers", "helper", "services", "service", "common", "misc"}
DOTTED = re.compile(r"[a-z_]+(\.[A-Za-z_]\w*)+")
LEFTOVER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


@dataclass(frozen=True)
class Import:
    """One imported module, with the place that imports it."""

    path: Path
    line: int
    module: str
    in_function: bool

    def __str__(self):
        return f"{self.path.relative_to(ROOT)}:{self.line} imports {self.module}"


def python_files(*folders):
    """Return the sources under the folders (or the files themselves), without generated migrations."""
    found = []
    for folder in folders:
        path = ROOT / folder
        found += [path] if path.is_file() else path.rglob("*.py")
    found = sorted(path for path in found if "migrations" not in path.parts and "__pycache__" not in path.parts)
    assert found, f"No Python file in {', '.join(folders)}: a rule would hold of nothing."
    return found


@cache
def tree_of(path):
    return ast.parse(path.read_text(), filename=str(path))


def nodes_in_functions(path):
    """Yield every node that stands in the body of a function, at any depth.

    ``AppConfig.ready()`` does not count: Django reads apps.py before any model can be imported, and calls it after.
    """
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (path.name, node.name) != ("apps.py", "ready"):
            for statement in node.body:
                yield from ast.walk(statement)


def absolute(path, node):
    """Return the absolute names that an import statement reaches; a name imported from a package may be a module."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    base = node.module or ""
    if node.level:
        package = path.relative_to(ROOT).parent.parts
        package = package[: len(package) - node.level + 1]
        base = ".".join([*package, *([base] if base else [])])
    return [f"{base}.{alias.name}" for alias in node.names]


@cache
def is_module(name):
    """Say whether a dotted name is a module or a package of this project."""
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def module_in(dotted):
    """Return the module that a dotted name leads into, "" where it leads into none below a top room.

    "operating_models.RegionPage" is Django's name of a table, and no module.
    """
    parts = dotted.split(".")
    for length in range(len(parts), 1, -1):
        if is_module(".".join(parts[:length])):
            return ".".join(parts[:length])
    return ""


def is_dotted(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and DOTTED.fullmatch(node.value)


def imports_of(path):
    """Return all imports of a file: those in functions and for type checkers too, and modules named in strings.

    Strings of the settings do not count: that is where Django has a project name its parts.
    """
    inside = {id(node) for node in nodes_in_functions(path)}
    found = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found += [Import(path, node.lineno, module, id(node) in inside) for module in absolute(path, node)]
        elif is_dotted(node) and path.parent.name != "settings":
            module = module_in(node.value)
            found += [Import(path, node.lineno, module, in_function=False)] if module else []
    return found


def module_of(path):
    """Return the dotted name of a source file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def inner_room(module):
    """Return the place of a module in the order of its room's inner rooms."""
    top, _dot, rest = module.partition(".")
    first = rest.partition(".")[0]
    order = INNER_ROOMS[top]
    return order.index(first if first in order else OTHERS)


def is_in(module, package):
    return module == package or module.startswith(package + ".")


def is_probe(node):
    """Say whether a call asks an object what it has.

    Reading a field whose name is computed is no probe: it fails where the field is missing.
    """
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        return False
    is_read = len(node.args) == 2 and not isinstance(node.args[-1], ast.Constant)
    return node.func.id == "hasattr" or (node.func.id == "getattr" and not is_read)


def places(paths, lines_of):
    """Return "file:line" for each line number that ``lines_of`` finds in a file."""
    return [f"{path.relative_to(ROOT)}:{line}" for path in paths for line in lines_of(path)]


@pytest.mark.parametrize("room", ROOMS)
def test_imports_point_only_downwards(room):
    above = ROOMS[: ROOMS.index(room)]
    upward = [
        str(found)
        for path in python_files(room)
        for found in imports_of(path)
        if any(is_in(found.module, other) for other in above)
    ]
    assert upward == []


@pytest.mark.parametrize("room", INNER_ROOMS)
def test_imports_between_inner_rooms_point_only_downwards(room):
    upward = [
        f"{found} (from {INNER_ROOMS[room][inner_room(module_of(path))]})"
        for path in python_files(room)
        for found in imports_of(path)
        if is_in(found.module, room) and inner_room(found.module) < inner_room(module_of(path))
    ]
    assert upward == []


@pytest.mark.parametrize("room", INNER_ROOMS)
def test_every_inner_room_stands(room):
    missing = [
        inner
        for inner in INNER_ROOMS[room]
        if inner != OTHERS and not is_module(f"{room}.{inner}") and not (ROOT / room / inner).is_dir()
    ]
    assert missing == []


def test_no_modules_import_each_other_in_a_circle():
    graph = {
        module_of(path): {
            module
            for found in imports_of(path)
            if (module := found.module if is_module(found.module) else found.module.rpartition(".")[0])
            and is_module(module)
        }
        for path in python_files(*ROOMS)
    }
    sorter = TopologicalSorter({module: others - {module} for module, others in graph.items()})
    sorter.prepare()
    assert len(graph) > 100


def test_an_import_for_type_checkers_and_a_name_in_a_string_count_as_imports(tmp_path, monkeypatch):
    (tmp_path / "search" / "terms").mkdir(parents=True)
    (tmp_path / "search" / "terms" / "words.py").write_text("")
    looking = tmp_path / "search" / "catalogue.py"
    looking.write_text(
        "if TYPE_CHECKING:\n    from search.terms import words\n"
        'presenter = "search.terms.words.analyser"\ntable = "search.Document"\n'
    )
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    is_module.cache_clear()
    try:
        assert sorted((found.line, found.module) for found in imports_of(looking)) == [
            (2, "search.terms.words"),
            (3, "search.terms.words"),
        ]
    finally:
        is_module.cache_clear()


def test_no_room_imports_the_tests_or_programs():
    wrong = [
        str(found)
        for path in python_files(*ROOMS)
        for found in imports_of(path)
        if is_in(found.module, "tests") or is_in(found.module, "scripts")
    ]
    assert wrong == []


def test_search_names_no_operating_model():
    named = places(
        python_files("search"),
        lambda path: [
            number
            for number, line in enumerate(path.read_text().splitlines(), 1)
            if re.search(r"operating[_ ]?model", line, re.IGNORECASE)
        ],
    )
    assert named == []


def test_analysis_knows_neither_django_nor_wagtail_nor_the_rest_of_search():
    wrong = [
        str(found)
        for path in python_files("search/analysis")
        for found in imports_of(path)
        if any(is_in(found.module, package) for package in ("django", "wagtail"))
        or (is_in(found.module, "search") and not is_in(found.module, "search.analysis"))
    ]
    assert wrong == []


def test_no_import_hides_in_a_function():
    hidden = [
        str(found) for path in python_files(*ROOMS, *PROGRAMS) for found in imports_of(path) if found.in_function
    ]
    assert hidden == []


def test_no_object_is_probed_for_attributes():
    probing = places(
        python_files(*ROOMS, *PROGRAMS),
        lambda path: [node.lineno for node in ast.walk(tree_of(path)) if is_probe(node)],
    )
    assert probing == []


def test_every_except_names_what_it_catches():
    bare = places(
        python_files(*ROOMS, *PROGRAMS, "tests"),
        lambda path: [
            node.lineno
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.ExceptHandler) and node.type is None
        ],
    )
    assert bare == []


def test_only_settings_import_everything_of_a_module():
    star = places(
        python_files(*ROOMS, *PROGRAMS, "tests"),
        lambda path: [
            node.lineno
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.ImportFrom)
            and node.names[0].name == "*"
            and path.parent != ROOT / "kb_site" / "settings"
        ],
    )
    assert star == []


def test_no_comment_leaves_work_behind():
    def leftovers(path):
        with tokenize.open(path) as source:
            return [
                token.start[0]
                for token in tokenize.generate_tokens(source.readline)
                if token.type in (tokenize.COMMENT, tokenize.STRING) and LEFTOVER.search(token.string)
            ]

    paths = [path for path in python_files(*ROOMS, *PROGRAMS, "tests") if path != Path(__file__).resolve()]
    assert places(paths, leftovers) == []


def test_no_module_is_a_drawer():
    paths = [path for room in (*ROOMS, "scripts", "tests") for path in (ROOT / room).rglob("*")]
    named = [
        str(path.relative_to(ROOT))
        for path in paths
        if path.stem in DRAWERS and (path.suffix == ".py" or (path.is_dir() and any(path.glob("*.py"))))
    ]
    assert named == []


def test_every_function_outside_tests_has_types():
    def untyped(path):
        found = []
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            arguments += [extra for extra in (node.args.vararg, node.args.kwarg) if extra]
            open_ones = [arg for arg in arguments if arg.annotation is None and arg.arg not in ("self", "cls")]
            if open_ones or (node.returns is None and node.name != "__init__"):
                found.append(node.lineno)
        return found

    assert places(python_files(*ROOMS, *PROGRAMS), untyped) == []


def test_no_class_or_alias_has_the_name_of_another():
    """A name that two modules use for two things makes every reader ask which; Django looks for its Commands."""
    places_of = {}
    for path in python_files(*ROOMS):
        for node in tree_of(path).body:
            names = []
            if isinstance(node, ast.ClassDef):
                names = [node.name]
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names = [target.id for target in targets if isinstance(target, ast.Name)]
                names = [name for name in names if re.fullmatch(r"_?[A-Z]\w*[a-z]\w*", name)]
            for name in names:
                places_of.setdefault(name, []).append(f"{path.relative_to(ROOT)}:{node.lineno}")
    twice = {name: found for name, found in places_of.items() if len(found) > 1 and name != "Command"}
    assert twice == {}


def test_no_file_and_no_function_is_long():
    long = []
    for path in python_files(*ROOMS, *PROGRAMS):
        lines = len(path.read_text().splitlines())
        long += [f"{path.relative_to(ROOT)}: {lines} lines"] if lines > LONGEST_FILE else []
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = node.end_lineno - node.lineno + 1
                place = f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {lines} lines"
                long += [place] if lines > LONGEST_FUNCTION else []
    assert long == []


def requirement_name(line):
    return re.split(r"[\[<>=!~ #;]", line, maxsplit=1)[0].lower().replace("_", "-").replace(".", "-")


def names_of_requirements(kind):
    lines = (ROOT / f"{kind}.in").read_text().splitlines()
    return {requirement_name(line) for line in lines if line[:1].isalpha()}


def test_every_import_of_another_package_is_named_as_a_requirement():
    """A package that only another one pulls in can go with it."""
    distributions = packages_distributions()
    wanted = names_of_requirements("requirements")
    ours = {*ROOMS, "__future__"}
    unnamed = set()
    for path in python_files(*PRODUCT):
        for found in imports_of(path):
            top = found.module.partition(".")[0]
            if top in sys.stdlib_module_names or top in ours or top not in distributions:
                continue
            if not {requirement_name(name) for name in distributions[top]} & wanted:
                unnamed.add(f"{found}")
    assert unnamed == set()


def test_every_requirement_is_in_its_lock_file():
    missing = []
    for kind in ("requirements", "requirements-dev"):
        wanted = names_of_requirements(kind)
        locked = {
            requirement_name(line): line
            for line in (ROOT / f"{kind}.txt").read_text().splitlines()
            if line[:1].isalnum()
        }
        missing += [f"{kind}: {requirement}" for requirement in sorted(wanted - set(locked))]
        missing += [f"{kind}: {line}" for line in locked.values() if "==" not in line]
    assert missing == []


def test_both_lock_files_agree():
    def versions(file):
        return {line.split(" ")[0] for line in (ROOT / file).read_text().splitlines() if line[:1].isalnum()}

    assert versions("requirements.txt") - versions("requirements-dev.txt") == set()


def templates():
    """Return the project's own templates, wherever they stand."""
    found = [
        *(ROOT / "templates").rglob("*"),
        *(path for room in ROOMS for path in (ROOT / room).rglob("templates/**/*")),
    ]
    return sorted(path for path in found if path.suffix in (".html", ".svg", ".txt", ".xml"))


UNSAFE_IN_TEMPLATES = {
    "an inline script": re.compile(
        r"<script\b(?![^>]*\bsrc=)(?![^>]*\btype=\"application/(?:ld\+)?json\")", re.IGNORECASE
    ),
    "an inline style element": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "an unescaped value": re.compile(r"\|\s*safe\b|{%\s*autoescape\s+off|\|\s*safeseq\b"),
}


@pytest.mark.parametrize("what", UNSAFE_IN_TEMPLATES)
def test_no_template_holds(what):
    found = []
    for path in templates():
        text = re.sub(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", "", path.read_text(), flags=re.DOTALL)
        found += [
            f"{path.relative_to(ROOT)}: {match.group(0)[:80]}" for match in UNSAFE_IN_TEMPLATES[what].finditer(text)
        ]
    assert found == []
