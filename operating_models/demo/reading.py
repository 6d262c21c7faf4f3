"""Reads content files (docs/content-files.md): TOML between two +++ lines, then the texts in Markdown."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from pathlib import Path

from django.db.models import Model

from operating_models.blocks import Phase
from operating_models.models import (
    CORE_TEXTS,
    TEXTS,
    VOCABULARIES,
    AdoptionReport,
    AdoptionStatus,
    DatePrecision,
    EndReason,
    FeaturedModel,
    Keyword,
    Link,
    OperatingModelPage,
    Outcome,
    OutcomeConcern,
    PartialDate,
    Project,
    Resource,
    ResourceKind,
    ResourceNeed,
    Risk,
    Text,
    TextLanguage,
)
from operating_models.models.pages import ORIGINAL_LANGUAGES
from operating_models.models.texts import TextKind

DEMO = Path(__file__).parent
"""The folder of the demo's own files."""

HEADINGS = {text.file_key: text.name for text in TEXTS if text.kind == TextKind.RICH}
"""The second-level headings that begin a core text."""

TERMS = {one.relation: one.terms for one in VOCABULARIES if not one.is_single}
"""Vocabularies by the key that lists codes of theirs."""

TEXT_KEYS = {text.file_key for text in TEXTS if text.kind == TextKind.PLAIN and text.file_key} - {"title", "lead"}
CONTACT_KEYS = {"organisation", "unit", "email", "phone", "url"}
PROJECT_KEYS = {"code", "name"}
ADAPTATION_TEXTS = {"kept", "changed", "dropped", "reason"}
ADAPTATION_KEYS = {"file", *ADAPTATION_TEXTS}


@dataclass(frozen=True, slots=True)
class RowKind:
    """Which keys the rows of a table may have, which they must have, and where their texts are stored."""

    model: type[Model] | None
    required: Collection[str]
    optional: Collection[str]


ROWS: Mapping[str, RowKind] = {
    "outcomes": RowKind(Outcome, {"measure"}, {"concerns", "unit", "before", "after", "period", "source_url", "note"}),
    "resources": RowKind(Resource, {"description"}, {"kind", "need", "cost"}),
    "risks": RowKind(Risk, {"risk"}, {"handling"}),
    "links": RowKind(Link, {"title", "url"}, set()),
    "development": RowKind(None, {"phase", "text"}, {"heading"}),
    "texts": RowKind(Text, {"language", "title"}, {"lead", *CORE_TEXTS}),
    "adoption": RowKind(AdoptionReport, {"status"}, {"region", "date", "reasons", "note", "source"}),
    "featured": RowKind(FeaturedModel, {"reason", "from"}, {"reason_sv", "reason_en", "until", "order"}),
}
CHOICES: Mapping[tuple[str, str], Collection[str]] = {
    ("outcomes", "concerns"): OutcomeConcern.values,
    ("resources", "kind"): ResourceKind.values,
    ("resources", "need"): ResourceNeed.values,
    ("development", "phase"): Phase.values,
    ("texts", "language"): TextLanguage.values,
    ("adoption", "status"): AdoptionStatus.values,
    ("adoption", "reasons"): EndReason.values,
}
LISTS = {("adoption", "reasons")}
NUMBERS = {("outcomes", "before"), ("outcomes", "after"), ("featured", "order")}
PARTIAL_DATES = {("adoption", "date")}
DAYS = {("featured", "from"), ("featured", "until")}
STORED: Mapping[tuple[str, str], tuple[type[Model], str]] = {
    **{("contact", column): (OperatingModelPage, f"contact_{column}") for column in CONTACT_KEYS},
    ("project", "code"): (Project, "code"),
    ("project", "name"): (Project, "name_fi"),
}
"""The field that holds a text of a table, where its length is limited."""
KNOWN_KEYS = {
    "title",
    "slug",
    "lead",
    "region",
    "language",
    "project",
    "tags",
    "contact",
    "adapted_from",
    *TEXT_KEYS,
    *TERMS,
    *ROWS,
}

ContentRow = Mapping[str, object]

EPOCH = date(1970, 1, 1)
"""Any day: only the form of a date is checked here."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model as its file tells it, with codes in place of rows of the database. ``texts`` are Markdown by field."""

    name: str
    digest: str
    title: str
    lead: str
    region: str
    texts: Mapping[str, str]
    slug: str = ""
    language: str = "fi"
    plain: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    project: Mapping[str, str] | None = None
    tags: tuple[str, ...] = ()
    contact: Mapping[str, str] = field(default_factory=dict)
    adapted_from: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, tuple[ContentRow, ...]] = field(default_factory=dict)

    @property
    def stem(self) -> str:
        """The file's name without its ending: how another file names it."""
        return self.name.removesuffix(".md")

    @property
    def number(self) -> str:
        """What stands before the first hyphen of the name."""
        return self.name.partition("-")[0]

    @property
    def source(self) -> str:
        """The stem of the file whose model this one is a local version of, or nothing."""
        return self.adapted_from.get("file", "")


class ContentFileError(Exception):
    """Content files that cannot be loaded; ``problems`` has a line for each, with the file's name."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read_folder(folder: Path) -> list[ModelFile]:
    """Read every .md file of a folder, by name. Raises ContentFileError with all problems of all files."""
    paths = sorted(folder.glob("*.md")) if folder.is_dir() else []
    if not paths:
        raise ContentFileError([f"{folder}: no .md files here"])
    known = {name: set(model.objects.values_list("code", flat=True)) for name, model in TERMS.items()}
    files, problems = [], []
    for path in paths:
        try:
            files.append(_read(path, known))
        except ContentFileError as error:
            problems += [f"{path.name}: {problem}" for problem in error.problems]
    problems += _find_adaptation_problems(files) if not problems else []
    if problems:
        raise ContentFileError(problems)
    return files


def _find_adaptation_problems(files: Iterable[ModelFile]) -> Iterator[str]:
    """Find local versions of files that are not in the folder, or that go round to themselves."""
    sources = {file.stem: file.source for file in files}
    for file in files:
        if file.source and file.source not in sources:
            yield f"{file.name}: unknown file {file.source!r} in adapted_from"
            continue
        above, passed = file.source, set()
        while above and above not in passed and above != file.stem:
            passed.add(above)
            above = sources.get(above, "")
        if above == file.stem:
            yield f"{file.name}: adapted_from leads back to the file itself"


def sources_first(files: Sequence[ModelFile]) -> list[ModelFile]:
    """Return files in their order, except that a local version comes after its source."""
    by_stem = {file.stem: file for file in files}
    ordered: dict[str, ModelFile] = {}
    for file in files:
        line = [file]
        while (source := by_stem.get(line[-1].source)) and source.stem not in ordered:
            line.append(source)
        ordered.update((each.stem, each) for each in reversed(line))
    return list(ordered.values())


def _read(path: Path, known: Mapping[str, Collection[str]]) -> ModelFile:
    try:
        source = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n").replace("\0", "")
    except UnicodeDecodeError as error:
        raise ContentFileError([f"the file is not UTF-8: {error.reason} at byte {error.start}"]) from error
    opening, _fence, rest = source.partition("+++\n")
    front, fence, body = rest.partition("\n+++\n")
    if opening.strip() or not fence:
        raise ContentFileError(["the file does not begin with TOML between two lines of +++"])
    try:
        data = tomllib.loads(front)
    except tomllib.TOMLDecodeError as error:
        raise ContentFileError([f"TOML: {error}"]) from error
    problems = list(_find_problems(data, body, known))
    if problems:
        raise ContentFileError(problems)
    return ModelFile(
        name=path.name,
        digest=hashlib.sha256(source.encode()).hexdigest(),
        title=data["title"],
        slug=data.get("slug", ""),
        lead=data["lead"],
        region=data["region"],
        language=data.get("language", "fi"),
        texts=split_body(body),
        plain={key: data[key] for key in TEXT_KEYS if key in data},
        terms={key: tuple(data[key]) for key in TERMS if key in data},
        project=data.get("project"),
        tags=tuple(data.get("tags", ())),
        contact=data.get("contact", {}),
        adapted_from=data.get("adapted_from", {}),
        rows={key: tuple(data[key]) for key in ROWS if key in data},
    )


def split_body(body: str) -> dict[str, str]:
    """Split a Markdown body into core texts by its second-level headings; text before the first is the basic idea.

    A second-level heading that names no core text stays in the text where it stands.
    """
    texts: dict[str, list[str]] = {"idea": []}
    current = texts["idea"]
    for line in body.splitlines():
        name = HEADINGS.get(line[3:].strip()) if line.startswith("## ") else None
        if name:
            current = texts.setdefault(name, [])
        else:
            current.append(line)
    return {name: text for name, lines in texts.items() if (text := "\n".join(lines).strip())}


def _find_problems(data: ContentRow, body: str, known: Mapping[str, Collection[str]]) -> Iterator[str]:
    yield from (f"unknown key {key}" for key in sorted(set(data) - KNOWN_KEYS))
    for key in ("title", "lead", "region"):
        if key not in data or data[key] == "":
            yield f"{key} is missing"
    if not body.strip():
        yield "the body is missing"
    for key in ("title", "slug", "lead", *TEXT_KEYS):
        if key in data:
            yield from _find_text_problems(data[key], key, longest=_longest(OperatingModelPage, key))
    if "region" in data:
        yield from _find_unknown(data["region"], known["further_regions"], "region")
    yield from _find_unknown(data.get("language", "fi"), tuple(dict(ORIGINAL_LANGUAGES)), "language")
    for key in TERMS:
        yield from _find_list_problems(data.get(key, []), key)
        yield from _find_unknown(data.get(key, []), known[key], key)
    yield from _find_list_problems(data.get("tags", []), "tags", longest=_longest(Keyword, "name"))
    yield from _find_table_problems(data, "contact", allowed=CONTACT_KEYS, required=())
    yield from _find_table_problems(data, "project", allowed=PROJECT_KEYS, required=PROJECT_KEYS)
    yield from _find_table_problems(data, "adapted_from", allowed=ADAPTATION_KEYS, required={"file"})
    for key, kind in ROWS.items():
        rows = data.get(key, [])
        if not isinstance(rows, list):
            yield f"{key} is not a list of tables"
            continue
        for number, row in enumerate(rows, start=1):
            if isinstance(row, Mapping):
                yield from _find_row_problems(row, key, kind, place=f"{key} {number}")
            else:
                yield f"{key} {number} is not a table"
    for number, row in enumerate(_tables(data.get("adoption")), start=1):
        yield from _find_unknown(row.get("region", []), known["further_regions"], f"region of adoption {number}")


def _find_row_problems(row: ContentRow, key: str, kind: RowKind, *, place: str) -> Iterator[str]:
    yield from (f"unknown key {column} in {place}" for column in sorted(set(row) - {*kind.required, *kind.optional}))
    yield from (f"{column} is missing in {place}" for column in sorted(kind.required) if row.get(column, "") == "")
    for column in sorted({*kind.required, *kind.optional} & set(row)):
        value, named = row[column], f"{column} of {place}"
        if (key, column) in LISTS:
            yield from _find_list_problems(value, named)
        elif (key, column) in NUMBERS:
            if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
                yield f"{named} is not a number"
        elif (key, column) in PARTIAL_DATES | DAYS:
            yield from _find_date_problems(value, place, whole=(key, column) in DAYS)
        elif (key, column) not in CHOICES:
            longest = _longest(kind.model, column) if kind.model else None
            yield from _find_text_problems(value, named, longest=longest)
        if (key, column) in CHOICES:
            yield from _find_unknown(value, CHOICES[key, column], named)


def _tables(rows: object) -> list[ContentRow]:
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _longest(model: type[Model], name: str) -> int | None:
    """Return how many characters a field holds; None for one without a limit."""
    known = {field.name for field in model._meta.get_fields()}
    return model._meta.get_field(name).max_length if name in known else None


def _find_text_problems(value: object, place: str, *, longest: int | None = None) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{place} is not text"
    elif longest and len(value) > longest:
        yield f"{place} has more than {longest} characters"


def _find_list_problems(value: object, place: str, *, longest: int | None = None) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{place} is not a list"
        return
    for member in value:
        yield from _find_text_problems(member, f"{member!r} in {place}", longest=longest)


def _find_table_problems(
    data: ContentRow, key: str, *, allowed: Collection[str], required: Collection[str]
) -> Iterator[str]:
    value = data.get(key, {})
    if not isinstance(value, Mapping):
        yield f"{key} is not a table"
        return
    yield from (f"unknown key {column} in {key}" for column in sorted(set(value) - set(allowed)))
    if key in data:
        yield from (f"{column} is missing in {key}" for column in sorted(required) if not value.get(column))
    for column in sorted(set(value) & set(allowed)):
        stored = STORED.get((key, column))
        longest = _longest(*stored) if stored else None
        yield from _find_text_problems(value[column], f"{column} of {key}", longest=longest)


def _find_unknown(value: object, known: Collection[str], place: str) -> Iterator[str]:
    values = value if isinstance(value, list) else [value]
    yield from (f"unknown code {code!r} in {place}" for code in values if str(code) not in known)


def _find_date_problems(value: object, place: str, *, whole: bool) -> Iterator[str]:
    """Find what keeps a value, text or TOML's own date, from being a date; ``whole`` asks for the day too."""
    text = str(value)
    try:
        parsed = PartialDate.parse(text, recorded=EPOCH)
    except ValueError:
        yield f"{text!r} is not a date in {place}"
        return
    if whole and text and parsed.precision != DatePrecision.DAY:
        yield f"{text!r} is not a day in {place}"
