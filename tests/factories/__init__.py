"""Makes what tests need in one call each: a model, a user of a role, a report of adoption, a file.

The database of every test holds what ``set_up_site`` makes: the page tree with a page for each region, vocabularies,
groups, collections and the workflow. So a factory names things of it by their codes: region "15" is Keski-Suomi.
"""

from __future__ import annotations

import itertools
from contextlib import contextmanager, nullcontext
from datetime import date, timedelta
from io import BytesIO
from types import SimpleNamespace
from unittest import mock

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.utils import timezone
from PIL import Image as Picture
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection
from wagtail.signal_handlers import disable_reference_index_auto_update

from operating_models.desk import roles
from operating_models.models import (
    VOCABULARIES,
    AdoptionReport,
    AdoptionReporter,
    AdoptionStatus,
    DatePrecision,
    EndReason,
    EvidenceAssessment,
    FeaturedModel,
    Keyword,
    OperatingModelPage,
    PartialDate,
    Project,
    PromotedModel,
    Region,
    RegionPage,
    ReviewDate,
    texts,
)

numbers = itertools.count(1)

PASSWORD = "salasana tuhat ja yksi"

TERMS = {vocabulary.relation: vocabulary.terms for vocabulary in VOCABULARIES if not vocabulary.is_single}
"""Fields of a model that hold terms; factories take their codes."""

ROWS = tuple(rows.relation for rows in texts.ROWS)

COMPLETE = {
    "lead": "Neuvontaa ilman ajanvarausta niille, joilla ei ole säännöllistä hoitokontaktia.",
    "idea": "<p>Hoitaja ottaa vastaan ilman ajanvarausta ja sopii jatkosta.</p>",
    "context": "<p>Kunnan keskusta, jossa terveysasema on lähellä.</p>",
    "client_insight": "<p>Asiakkaat kertoivat, etteivät tienneet, mihin ottaa yhteyttä.</p>",
    "conditions": "<p>Nimetty vastuuhenkilö ja kaksi tuntia viikossa työaikaa.</p>",
    "evaluation": "<p>Yhteydenotot päivystykseen vähenivät.</p>",
    "contact_organisation": "Keski-Suomen hyvinvointialue",
    "contact_unit": "Avopalvelut",
    "target_groups": ["older-people"],
    "themes": ["access"],
}


def region_page(code="15"):
    """Return the page of a region, by the region's code."""
    return RegionPage.objects.get(region__code=code)


def complete_fields(gaps=(), **fields):
    """Return the fields of a model that may be published, without those named in ``gaps``, and with ``fields``."""
    kept = {name: value for name, value in COMPLETE.items() if name not in gaps}
    return kept | fields


def make_model(region="15", title=None, live=True, gaps=(), user=None, **fields):
    """Make a model under a region's page: published, or a draft with ``live=False``.

    ``gaps`` names required fields left empty (a draft only). Fields of terms take codes, ``tags`` takes names,
    ``project`` a code, rows ("outcomes", "risks", …) take lists of instances or of dicts.
    """
    if live and gaps:
        raise ValueError("A model with gaps cannot be published; make a draft.")
    values = complete_fields(gaps, **fields)
    terms = {name: values.pop(name) for name in TERMS if name in values}
    rows = {name: values.pop(name) for name in ROWS if name in values}
    tags = values.pop("tags", ())
    if "project" in values:
        values["project"] = Project.objects.get(code=values["project"])
    page = OperatingModelPage(owner=user, title=title or f"Toimintamalli {next(numbers)}", live=False, **values)
    for name, codes in terms.items():
        setattr(page, name, list(TERMS[name].objects.filter(code__in=codes)))
    for name, given in rows.items():
        kind = OperatingModelPage._meta.get_field(name).related_model
        setattr(page, name, [row if isinstance(row, kind) else kind(**row) for row in given])
    page.has_unpublished_changes = True
    keywords = [Keyword.objects.get_or_create(name=tag)[0] for tag in tags]
    with quiet_saves() if live else nullcontext():
        region_page(region).add_child(instance=page)
        page.tags.set(keywords)
        revision = page.save_revision(user=user, clean=False)
    if live:
        revision.publish(user=user, skip_permission_checks=True)
    page.refresh_from_db()
    return page


@contextmanager
def quiet_saves():
    """Tell Wagtail neither what a page refers to nor what it is found by: the last save of a live page does."""
    unheard = SimpleNamespace(enqueue=lambda *about: None)
    with (
        disable_reference_index_auto_update(),
        mock.patch("modelsearch.signal_handlers.insert_or_update_object_task", unheard),
    ):
        yield


def make_draft(page, **fields):
    """Save a new draft of a page with some fields changed, and leave what is published as it is."""
    draft = page.get_latest_revision_as_object()
    for name, value in fields.items():
        if name in TERMS:
            value = list(TERMS[name].objects.filter(code__in=value))
        setattr(draft, name, value)
    revision = draft.save_revision(clean=False)
    page.refresh_from_db()
    return revision


GROUPS = {
    "developer": lambda region: roles.developers_of(region.short_name_fi),
    "reporter": lambda region: roles.reporters_of(region.short_name_fi),
    "curator": lambda region: roles.CURATORS,
    "administrator": lambda region: roles.ADMINISTRATORS,
}


def make_user(role, region=None, **fields):
    """Make a user of a role: "developer" or "reporter" of a region (by code, "15" if none), "curator",
    "administrator", or "superuser"."""
    number = next(numbers)
    defaults = {"first_name": "Kaisa", "last_name": f"Korhonen {number}", "password": PASSWORD}
    name = f"{role}-{number}"
    kind = get_user_model()
    if role == "superuser":
        return kind.objects.create_superuser(name, f"{name}@example.fi", **(defaults | fields))
    user = kind.objects.create_user(name, f"{name}@example.fi", **(defaults | fields))
    user.groups.add(Group.objects.get(name=GROUPS[role](Region.objects.get(code=region or "15"))))
    return user


def report(page, region="15", status="in_use", valid="", **fields):
    """Record an adoption report of today or of an earlier time ("2024", "2024-03", "2024-03-15"; "": not known)."""
    recorded = fields.pop("recorded_at", None) or timezone.now()
    when = valid if isinstance(valid, PartialDate) else PartialDate.parse(valid, recorded=recorded.date())
    if status == AdoptionStatus.ENDED:
        fields.setdefault("reasons", [EndReason.RESOURCES.value])
    reporter = fields.pop("reporter", None)
    made = AdoptionReport.objects.create(
        page=page,
        region=Region.objects.get(code=region),
        status=status,
        valid_date=when.day,
        precision=DatePrecision(when.precision),
        recorded_at=recorded,
        **fields,
    )
    if reporter:
        AdoptionReporter.objects.create(report=made, user=reporter, name=reporter.get_full_name())
    return made


def assess(page, level="3", assessor="Terveyden ja hyvinvoinnin laitos", **fields):
    """Record an assessment of the evidence for a model."""
    return EvidenceAssessment.objects.create(page=page, level=level, assessor=assessor, **fields)


def feature(page, reason="Vuoden toimintamalli", since=None, **fields):
    """Lift a model to the front page, from yesterday on if no day is given."""
    since = since or timezone.localdate() - timedelta(days=1)
    return FeaturedModel.objects.create(page=page, reason=reason, since=since, **fields)


def promote(page, *words, since=None, **fields):
    """Pick a model for searches of these words, from yesterday on if no day is given."""
    since = since or timezone.localdate() - timedelta(days=1)
    return PromotedModel.objects.create(page=page, words=list(words), since=since, **fields)


def set_review_date(page, review_by, reason=""):
    """Set the day by which a model is to be reviewed ("2026-03-01" or a date)."""
    day = review_by if isinstance(review_by, date) else date.fromisoformat(review_by)
    return ReviewDate.objects.create(page=page, review_by=day, reason=reason)


def collection_of(region):
    """Return the collection of a region's images and documents."""
    return Collection.objects.get(name=Region.objects.get(code=region).short_name_fi)


def make_document(title="Loppuraportti", region="15", content=b"Loppuraportti", filename="raportti.txt"):
    """Make a document in a region's collection."""
    return Document.objects.create(
        title=title, collection=collection_of(region), file=ContentFile(content, name=filename)
    )


def make_image(title="Kuva", region="15"):
    """Make a small image in a region's collection."""
    file = BytesIO()
    Picture.new("RGB", (64, 48), "teal").save(file, "PNG")
    return Image.objects.create(
        title=title, collection=collection_of(region), file=ImageFile(BytesIO(file.getvalue()), name="kuva.png")
    )
