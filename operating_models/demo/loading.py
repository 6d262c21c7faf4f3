"""Writes content files into the database: pages through revisions, facts as rows beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.text import slugify

from operating_models.demo.reading import ADAPTATION_TEXTS, TERMS, TEXT_KEYS, ModelFile, sources_first
from operating_models.markdown import to_rich_text
from operating_models.models import (
    AdoptionReport,
    FeaturedModel,
    Link,
    LoadedFile,
    OperatingModelPage,
    Outcome,
    PartialDate,
    Project,
    Region,
    RegionPage,
    ReporterRole,
    Resource,
    Risk,
    Text,
)
from operating_models.models.publishing import gaps_allowed
from operating_models.models.texts import CORE_TEXTS

CONTACT_FIELDS = {
    "organisation": "contact_organisation",
    "unit": "contact_unit",
    "email": "contact_email",
    "phone": "contact_phone",
    "url": "contact_url",
}
PLAIN_ROWS: Mapping[str, tuple[str, type[Model]]] = {
    "resources": ("resources", Resource),
    "risks": ("risks", Risk),
    "links": ("links", Link),
}


class OtherContentError(Exception):
    """The database holds models that no content file made."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a file: "made", "changed" or "kept"."""

    file: ModelFile
    outcome: str


def load(
    files: Sequence[ModelFile], *, with_gaps: bool = False, user: AbstractBaseUser | None = None
) -> Iterator[Loaded]:
    """Load files one by one, yielding what became of each. Files that are loaded already and unchanged are kept.

    A local version is loaded after its source.

    ``with_gaps`` publishes texts as others wrote them, without the rule of publishing. Histories name ``user``. Raises
    OtherContentError before anything is written when the database holds other models.
    """
    refuse_other_content()
    loader = Loader(with_gaps=with_gaps, user=user)
    for file in sources_first(files):
        yield loader.load(file)


def count_others() -> int:
    """Return how many models stand in the database that no content file made."""
    return OperatingModelPage.objects.filter(loaded_file__isnull=True).count()


def refuse_other_content() -> None:
    """Raise OtherContentError when the database holds models that no content file made."""
    if others := count_others():
        raise OtherContentError(
            f"The database holds {others} models that did not come from content files. Nothing was loaded."
        )


class Loader:
    """Loads content files with the vocabularies read once."""

    def __init__(self, *, with_gaps: bool, user: AbstractBaseUser | None) -> None:
        self.user = user
        self.with_gaps = with_gaps
        self.terms = {name: {term.code: term for term in model.objects.all()} for name, model in TERMS.items()}
        self.regions: dict[str, Region] = self.terms["further_regions"]
        self.region_pages = {page.region_id: page for page in RegionPage.objects.all()}

    def load(self, file: ModelFile) -> Loaded:
        known = LoadedFile.objects.filter(name=file.name).select_related("page").first()
        if known and known.digest == file.digest:
            return Loaded(file, "kept")
        with transaction.atomic():
            page = self._place(known.page, file) if known else self._make(file)
            self._fill(page, file)
            revision = page.save_revision(clean=False, user=self.user)
            if self.with_gaps:
                with gaps_allowed():
                    revision.publish(user=self.user, skip_permission_checks=True)
            else:
                revision.publish(user=self.user, skip_permission_checks=True)
            self._record_facts(page, file)
            LoadedFile.objects.update_or_create(page=page, defaults={"name": file.name, "digest": file.digest})
        return Loaded(file, "changed" if known else "made")

    def _make(self, file: ModelFile) -> OperatingModelPage:
        parent = self._parent(file)
        slug = _free_slug(parent, file.slug or slugify(file.title) or file.name.removesuffix(".md"))
        return parent.add_child(instance=OperatingModelPage(title=file.title, slug=slug, live=False))

    def _place(self, page: OperatingModelPage, file: ModelFile) -> OperatingModelPage:
        """Return the page under the region that the file names now."""
        parent = self._parent(file)
        if page.is_child_of(parent):
            return page
        slug = _free_slug(parent, page.slug)
        if slug != page.slug:
            OperatingModelPage.objects.filter(pk=page.pk).update(slug=slug)
            page.refresh_from_db()
        page.move(parent, pos="last-child")
        return OperatingModelPage.objects.get(pk=page.pk)

    def _parent(self, file: ModelFile) -> RegionPage:
        return RegionPage.objects.get(pk=self.region_pages[self.regions[file.region].pk].pk)

    def _fill(self, page: OperatingModelPage, file: ModelFile) -> None:
        page.title, page.draft_title = file.title, file.title
        page.lead = file.lead
        page.original_language = file.language
        for name in CORE_TEXTS:
            setattr(page, name, to_rich_text(file.texts.get(name, "")))
        for key, name in CONTACT_FIELDS.items():
            setattr(page, name, file.contact.get(key, ""))
        for name in TEXT_KEYS:
            setattr(page, name, file.plain.get(name, ""))
        page.project = self._project(file)
        page.adapted_from = self._source(file)
        for key in ADAPTATION_TEXTS:
            setattr(page, f"adaptation_{key}", file.adapted_from.get(key, ""))
        for name in TERMS:
            setattr(page, name, [self.terms[name][code] for code in file.terms.get(name, ())])
        page.tags.set(file.tags, clear=True)
        page.development = [
            (str(row["phase"]), {"heading": row.get("heading", ""), "text": to_rich_text(str(row["text"]))})
            for row in file.rows.get("development", ())
        ]
        page.outcomes = [Outcome(**_outcome(row)) for row in file.rows.get("outcomes", ())]
        page.texts = [Text(**_text(row)) for row in file.rows.get("texts", ())]
        for name, (relation, model) in PLAIN_ROWS.items():
            setattr(page, relation, [model(**row) for row in file.rows.get(name, ())])

    def _project(self, file: ModelFile) -> Project | None:
        if not file.project:
            return None
        code, name = file.project["code"], file.project["name"]
        return Project.objects.get_or_create(code=code, defaults={"name_fi": name})[0]

    def _source(self, file: ModelFile) -> OperatingModelPage | None:
        """Return the page that a local version was adapted from; it has been loaded before."""
        if not file.source:
            return None
        return LoadedFile.objects.select_related("page").get(name=f"{file.source}.md").page

    def _record_facts(self, page: OperatingModelPage, file: ModelFile) -> None:
        """Record the file's adoptions and featuring that the page does not have yet."""
        today = timezone.localdate()
        recorded = set(page.adoption_reports.values_list("region__code", "status", "precision", "note"))
        for row in file.rows.get("adoption", ()):
            region = self.regions[str(row.get("region", file.region))]
            when = PartialDate.parse(str(row.get("date", "")), recorded=today)
            note = str(row.get("note", ""))
            if (region.code, row["status"], when.precision, note) in recorded:
                continue
            AdoptionReport.objects.create(
                page=page,
                region=region,
                status=row["status"],
                valid_date=when.day,
                precision=when.precision,
                reasons=list(row.get("reasons", [])),
                note=note,
                source=row.get("source", ""),
                reporter_role=ReporterRole.LOADER,
            )
        for row in file.rows.get("featured", ()):
            FeaturedModel.objects.update_or_create(
                page=page,
                since=date.fromisoformat(str(row["from"])),
                defaults={
                    "reason": row["reason"],
                    "reason_sv": row.get("reason_sv", ""),
                    "reason_en": row.get("reason_en", ""),
                    "until": date.fromisoformat(str(row["until"])) if "until" in row else None,
                    "order": row.get("order", 0),
                },
            )


def _free_slug(parent: RegionPage, slug: str) -> str:
    taken = set(parent.get_children().filter(slug__startswith=slug).values_list("slug", flat=True))
    return next(_numbered(slug, n) for n in range(1, len(taken) + 2) if _numbered(slug, n) not in taken)


def _numbered(slug: str, number: int) -> str:
    return slug if number == 1 else f"{slug}-{number}"


def _outcome(row: Mapping[str, object]) -> dict[str, object]:
    return {key: Decimal(str(value)) if key in ("before", "after") else value for key, value in row.items()}


def _text(row: Mapping[str, object]) -> dict[str, object]:
    return {key: to_rich_text(str(value)) if key in CORE_TEXTS else value for key, value in row.items()}
