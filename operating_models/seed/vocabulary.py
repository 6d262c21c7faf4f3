"""Reads the vocabularies' files into the database: what is missing is made, what editors have changed stays."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from operating_models.models import (
    VOCABULARIES,
    Programme,
    ProgrammeFigure,
    Project,
    ProjectFigure,
    Region,
    RegionKind,
    Term,
)
from operating_models.models.programmes import Figure
from operating_models.models.taxonomy import NAMED_IN
from search.models import SynonymSet
from search.terms import concepts

DATA = Path(__file__).parent / "data"

SHORT_NAMES = tuple(f"short_name_{language}" for language in NAMED_IN)
INSIDE = tuple(f"inside_{language}" for language in NAMED_IN)
AREA_NAMES = tuple(f"collaborative_area_name_{language}" for language in NAMED_IN)
KINDS = {"90": RegionKind.CITY, "91": RegionKind.AUTONOMOUS}
COUNTIES_FROM = date(2021, 7, 1)
"""The day on which the counties came into being: Act on Wellbeing Services Counties (611/2021) and its
implementation (616/2021). They have organised services since 1 January 2023."""
NO_COLLABORATIVE_AREA = "6"
"""Statistics Finland's code of Åland, which belongs to no collaborative area."""


def load() -> None:
    """Make the terms, regions and synonym sets that the database lacks."""
    regions = {region.code: region for region in _read_regions()}
    known = list(Region.objects.all())
    Region.objects.bulk_create(regions[code] for code in regions.keys() - {region.code for region in known})
    for region in known:
        # A site whose regions were made before they had these forms gets them; forms of another name would be wrong.
        made = regions.get(region.code)
        if made and made.short_name_fi == region.short_name_fi:
            forms = {name: getattr(made, name) for name in (*INSIDE, *AREA_NAMES) if not getattr(region, name)}
            if any(forms.values()):
                Region.objects.filter(pk=region.pk).update(**forms)
    vocabularies = tomllib.loads((DATA / "vocabularies.toml").read_text(encoding="utf-8"))
    for vocabulary in VOCABULARIES:
        _load_terms(vocabulary.terms, vocabularies.get(vocabulary.relation, []))
    told = tomllib.loads((DATA / "programmes.toml").read_text(encoding="utf-8"))
    _load_terms(Project, told["projects"])
    _fill_programmes(vocabularies["programmes"], told["figures"])
    _fill_projects(told["projects"], told["figures"])
    load_synonyms(read_synonyms(DATA / "synonyms"))


def read_synonyms(folder: Path) -> list[dict[str, Any]]:
    """Return the synonym sets of a folder's files, in the order of their names (docs/synonyms.md)."""
    files = sorted(folder.glob("*.toml"))
    return [row for file in files for row in tomllib.loads(file.read_text(encoding="utf-8"))["sets"]]


def load_synonyms(rows: Sequence[Mapping[str, Any]]) -> None:
    """Make the synonym sets that the database lacks, by their codes; give relations to those that never had any."""
    found = list(SynonymSet.objects.all())
    known = {one.code for one in found if one.code}
    missing = {row["code"]: row for row in rows if row["code"] not in known}
    _give_codes(missing, [one for one in found if not one.code and one.finnish])
    SynonymSet.objects.bulk_create(
        SynonymSet(
            code=code,
            finnish=row.get("fi", []),
            swedish=row.get("sv", []),
            english=row.get("en", []),
            broader=_keys(row, "broader"),
            related=_keys(row, "related"),
            reason=row["reason"],
        )
        for code, row in missing.items()
    )
    if _relate(rows, found) or missing:
        # Rows written in bulk send no signal that would tell the search.
        concepts.touch()


def _relate(rows: Sequence[Mapping[str, Any]], found: Iterable[SynonymSet]) -> bool:
    """Give sets their relations where they never had any; tell whether there were such sets."""
    by_code = {row["code"]: row for row in rows}
    changed = [one for one in found if one.code in by_code and one.broader is None and one.related is None]
    for one in changed:
        one.broader, one.related = (_keys(by_code[one.code], relation) for relation in ("broader", "related"))
    SynonymSet.objects.bulk_update(changed, ["broader", "related"], batch_size=200)
    return bool(changed)


def _keys(row: Mapping[str, Any], relation: str) -> list[str]:
    """Return the keys of the concepts that a set is in a relation to; a code alone is that of another set."""
    return [name if ":" in name else f"{concepts.SYNONYMS}:{name}" for name in row.get(relation, ())]


def _give_codes(missing: dict[str, Mapping[str, Any]], without: Iterable[SynonymSet]) -> None:
    """Give sets that were made before they had codes theirs, and take these rows from the missing ones.

    A set is a row's when the row has all of its Finnish words. Its words stay as curators left them.
    """
    for uncoded in without:
        words = set(uncoded.finnish)
        code = next((code for code, row in missing.items() if words <= set(row.get("fi", []))), None)
        if code is not None:
            row = missing.pop(code)
            uncoded.code, uncoded.reason = code, uncoded.reason or row["reason"]
            uncoded.save(update_fields=["code", "reason"])


def _load_terms(model: type[Term], rows: list[dict[str, object]]) -> None:
    known = set(model.objects.values_list("code", flat=True))
    programmes = {programme.code: programme for programme in Programme.objects.all()}
    for order, row in enumerate(rows, start=1):
        if row["code"] in known:
            continue
        links = {name: programmes[str(row[name])] for name in ("parent", "programme") if name in row}
        term = model.objects.create(
            code=row["code"],
            name_fi=row["fi"],
            name_sv=row["sv"],
            name_en=row["en"],
            synonyms="\n".join(row["synonyms"]),
            order=order * 10,
            **links,
        )
        programmes |= {term.code: term} if isinstance(term, Programme) else {}


def _fill_programmes(rows: list[dict[str, object]], figures: list[dict[str, object]]) -> None:
    """Give programmes the facts of the file where they have none."""
    for programme in Programme.objects.filter(code__in=[row["code"] for row in rows]):
        row = next(row for row in rows if row["code"] == programme.code)
        _fill(programme, row, ("first_year", "last_year", "budget_eur", "project_count"))
        _fill_figures(programme, ProgrammeFigure, figures)


def _fill_projects(rows: list[dict[str, object]], figures: list[dict[str, object]]) -> None:
    """Give projects the facts, the programme and the regions of the file where they have none."""
    programmes = {programme.code: programme for programme in Programme.objects.all()}
    for project in Project.objects.filter(code__in=[row["code"] for row in rows]):
        row = next(row for row in rows if row["code"] == project.code)
        row = row | {"programme": programmes[str(row["programme"])], "name_sv": row["sv"], "name_en": row["en"]}
        _fill(project, row, ("programme", "name_sv", "name_en", "first_year", "last_year", "budget_eur"))
        if not project.regions.exists():
            project.regions.set(Region.objects.filter(code__in=row["regions"]))
        _fill_figures(project, ProjectFigure, figures)


def _fill_figures(term: Programme | Project, kind: type[Figure], figures: list[dict[str, object]]) -> None:
    """Give a term the figures that the file has of it, where it has none."""
    own = [figure for figure in figures if figure.get(term.vocabulary) == term.code]
    if own and not kind.objects.filter(**{term.vocabulary: term}).exists():
        kind.objects.bulk_create(
            kind(**(figure | {term.vocabulary: term, "sort_order": order})) for order, figure in enumerate(own)
        )


def _fill(term: Term, row: Mapping[str, object], names: Sequence[str]) -> None:
    """Set the fields that are empty and that the row has; what somebody has written stays."""
    empty = [name for name in names if name in row and getattr(term, name) in (None, "")]
    for name in empty:
        setattr(term, name, row[name])
    if empty:
        term.save(update_fields=empty)


def _read_regions() -> Iterator[Region]:
    names = tomllib.loads((DATA / "region_names.toml").read_text(encoding="utf-8"))
    with (DATA / "regions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    areas = {
        row["yhteistyoalue_code"]: {
            name: row[f"yhteistyoalue_name_{language}"] for name, language in zip(AREA_NAMES, NAMED_IN, strict=True)
        }
        for row in rows
        if row["yhteistyoalue_code"] != NO_COLLABORATIVE_AREA
    }
    for order, row in enumerate(rows, start=1):
        code = row["hyvinvointialue_code"]
        area = row["yhteistyoalue_code"]
        yield Region(
            code=code,
            name_fi=row["hyvinvointialue_name_fi"],
            name_sv=row["hyvinvointialue_name_sv"],
            name_en=row["hyvinvointialue_name_en"],
            **dict(zip(SHORT_NAMES, names["short"][code], strict=True)),
            **dict(zip(INSIDE, names["inside"][code], strict=True)),
            kind=KINDS.get(code, RegionKind.COUNTY),
            valid_from=None if code in KINDS else COUNTIES_FROM,
            collaborative_area=None if area == NO_COLLABORATIVE_AREA else int(area),
            **areas.get(area, {}),
            synonyms="\n".join(names["aliases"].get(code, [])),
            order=order * 10,
        )
    for order, code in enumerate(("hus", "fi"), start=100):
        row = names[code]
        yield Region(
            code=code,
            name_fi=row["fi"],
            name_sv=row["sv"],
            name_en=row["en"],
            **dict(zip(SHORT_NAMES, row["short"], strict=True)),
            **dict(zip(INSIDE, names["inside"][code], strict=True)),
            kind=row["kind"],
            collaborative_area=row.get("collaborative_area"),
            **areas.get(str(row.get("collaborative_area")), {}),
            synonyms="\n".join(row["aliases"]),
            order=order * 10,
        )
