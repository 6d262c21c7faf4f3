"""Reads content files (docs/content-files.md): TOML between two +++ lines, then the texts in Markdown."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from operating_models.blocks import Phase
from operating_models.models import (
    AdoptionStatus,
    EndReason,
    OutcomeConcern,
    PartialDate,
    Programme,
    ProgrammeGoal,
    Region,
    ResourceKind,
    ResourceNeed,
    ServiceClass,
    Setting,
    TargetGroup,
    TextLanguage,
    Theme,
)
from operating_models.models.pages import LEAD_LENGTH
from operating_models.models.publishing import CORE_TEXTS

DEMO = Path(__file__).parent
"""The folder of the demo's own files."""

HEADINGS = {
    "Ratkaisun perusidea": "idea",
    "Toimintaympäristö": "context",
    "Kohderyhmä ja asiakasymmärrys": "client_insight",
    "Toimivuuden ja käyttöönoton ehdot": "conditions",
    "Arvioinnin tulokset tiivistetysti": "evaluation",
}
"""The second-level headings that begin a core text."""

VOCABULARIES = {
    "further_regions": Region,
    "programmes": Programme,
    "programme_goals": ProgrammeGoal,
    "target_groups": TargetGroup,
    "service_classes": ServiceClass,
    "themes": Theme,
    "settings": Setting,
}

TEXT_KEYS = {"place", "funders"}
CONTACT_KEYS = {"organisation", "unit", "email", "phone", "url"}
ROW_KEYS: Mapping[str, Collection[str]] = {
    "outcomes": {"measure", "concerns", "unit", "before", "after", "period", "source_url", "note"},
    "resources": {"kind", "need", "description", "cost"},
    "risks": {"risk", "handling"},
    "links": {"title", "url"},
    "development": {"phase", "heading", "text"},
    "texts": {"language", "title", "lead", *CORE_TEXTS},
    "adoption": {"region", "status", "date", "reasons", "note", "source"},
    "featured": {"reason", "from", "until", "order"},
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
KNOWN_KEYS = {
    "title",
    "slug",
    "lead",
    "region",
    "language",
    "project",
    "tags",
    "contact",
    *TEXT_KEYS,
    *VOCABULARIES,
    *ROW_KEYS,
}

Row = Mapping[str, object]

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
    rows: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)


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
    known = {name: set(model.objects.values_list("code", flat=True)) for name, model in VOCABULARIES.items()}
    files, problems = [], []
    for path in paths:
        try:
            files.append(_read(path, known))
        except ContentFileError as error:
            problems += [f"{path.name}: {problem}" for problem in error.problems]
    if problems:
        raise ContentFileError(problems)
    return files


def _read(path: Path, known: Mapping[str, Collection[str]]) -> ModelFile:
    source = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
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
        terms={key: tuple(data[key]) for key in VOCABULARIES if key in data},
        project=data.get("project"),
        tags=tuple(data.get("tags", ())),
        contact=data.get("contact", {}),
        rows={key: tuple(data[key]) for key in ROW_KEYS if key in data},
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


def _find_problems(data: Row, body: str, known: Mapping[str, Collection[str]]) -> Iterable[str]:
    for key in ("title", "lead", "region"):
        if not isinstance(data.get(key), str) or not str(data[key]).strip():
            yield f"{key} is missing"
    if not body.strip():
        yield "the body is missing"
    if len(str(data.get("lead", ""))) > LEAD_LENGTH:
        yield f"lead has more than {LEAD_LENGTH} characters"
    yield from (f"unknown key {key}" for key in sorted(set(data) - KNOWN_KEYS))
    yield from _unknown(data.get("region"), known["further_regions"], "region")
    yield from _unknown(data.get("language", "fi"), ("fi", "sv"), "language")
    for key in VOCABULARIES:
        yield from _unknown(data.get(key, []), known[key], key)
    yield from _shape(data, "contact", dict, lambda contact: set(contact) - CONTACT_KEYS)
    yield from _shape(data, "project", dict, lambda project: {"code", "name"} ^ set(project))
    for key, columns in ROW_KEYS.items():
        for number, row in enumerate(data.get(key, []), start=1):
            place = f"{key} {number}"
            if not isinstance(row, Mapping):
                yield f"{place} is not a table"
                continue
            yield from (f"unknown key {column} in {place}" for column in sorted(set(row) - set(columns)))
            for column in row:
                if (key, column) in CHOICES:
                    yield from _unknown(row[column], CHOICES[key, column], f"{column} of {place}")
            if key == "adoption":
                yield from _unknown(
                    row.get("region", data.get("region")), known["further_regions"], f"region of {place}"
                )
                yield from _date(row.get("date"), place)
            if key == "featured":
                yield from _date(row.get("from"), place)
                yield from _date(row.get("until"), place)


def _unknown(value: object, known: Collection[str], place: str) -> Iterable[str]:
    values = value if isinstance(value, list) else [value]
    yield from (f"unknown code {code!r} in {place}" for code in values if code not in known)


def _shape(data: Row, key: str, kind: type, wrong_keys: Callable[[Row], set[str]]) -> Iterable[str]:
    value = data.get(key)
    if value is None:
        return
    if not isinstance(value, kind):
        yield f"{key} is not a table"
    elif wrong := wrong_keys(value):
        yield f"wrong keys in {key}: {', '.join(sorted(wrong))}"


def _date(value: object, place: str) -> Iterable[str]:
    try:
        PartialDate.parse(str(value or ""), recorded=EPOCH)
    except ValueError:
        yield f"{value!r} is not a date in {place}"
