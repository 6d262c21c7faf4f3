"""A local version: a draft under another region's page, made of what a public model says (docs/decisions/0009)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from wagtail.log_actions import log

from operating_models.models import TEXTS, VOCABULARIES, OperatingModelPage, Region, RegionPage
from operating_models.models.publishing import IMAGE_FIELDS
from operating_models.models.texts import ROWS
from operating_models.subscriptions import subscribe

CARRIED_FIELDS = (*(text.name for text in TEXTS if text.is_carried), "original_language", *IMAGE_FIELDS)
CARRIED_TERMS = tuple(vocabulary.relation for vocabulary in VOCABULARIES if vocabulary.is_carried)
CARRIED_ROWS = tuple(rows.relation for rows in ROWS if rows.is_carried)
"""What a local version begins with, beside the tags. All else is the source's own: its results and evidence, its path
of development, its programme, project, funders and place, whom to ask, and its attachments and links."""


@dataclass(frozen=True, slots=True)
class LocalVersion:
    """A draft, and whether it was made now or had been made before."""

    page: OperatingModelPage
    is_new: bool


def regions_for(user: AbstractBaseUser, source: OperatingModelPage) -> list[RegionPage]:
    """Return the pages of the regions, in their order, in which the user may write a local version of a model.

    The model's own region is none of them: there it can simply be developed on. Nor is one that has ended.
    """
    today = Region.objects.valid_on(timezone.localdate())
    regions = RegionPage.objects.filter(region__in=today).select_related("region")
    regions = regions.order_by("region__order", "region__code")
    own = source.path[: -source.steplen]
    return [page for page in regions if page.path != own and page.permissions_for_user(user).can_add_subpage()]


@transaction.atomic
def make(source: OperatingModelPage, region_page: RegionPage, user: AbstractBaseUser) -> LocalVersion:
    """Make a draft of a public model under a region's page.

    A draft that the same user has already made of the same version of the model in the same region, and that was never
    published, is returned instead. The region's page is locked, so that of two presses of the button one waits for the
    other's draft.
    """
    RegionPage.objects.select_for_update().get(pk=region_page.pk)
    revision = source.live_revision
    made = (
        OperatingModelPage.objects.child_of(region_page)
        .filter(owner=user, adapted_from=source, adapted_revision=revision, live=False, first_published_at=None)
        .order_by("pk")
        .first()
    )
    if made is not None:
        return LocalVersion(made, is_new=False)
    region_page = RegionPage.objects.get(pk=region_page.pk)
    page = OperatingModelPage(
        live=False,
        has_unpublished_changes=True,
        owner=user,
        adapted_from=source,
        adapted_revision=revision,
        contact_organisation=region_page.region.name_fi,
        **{name: getattr(source, name) for name in CARRIED_FIELDS},
    )
    for name in CARRIED_TERMS:
        setattr(page, name, list(getattr(source, name).all()))
    for name in CARRIED_ROWS:
        setattr(page, name, list(_copies(source, name)))
    page.tags.set(list(source.tags.all()))
    region_page.add_child(instance=page)
    subscribe(user, [page])
    page.save_revision(user=user, clean=False)
    log(instance=page, action="wagtail.create", user=user, content_changed=True)
    return LocalVersion(page, is_new=True)


def _copies(source: OperatingModelPage, relation: str) -> Iterator[Model]:
    """Yield the page's rows of a relation as new rows that belong to no page yet."""
    for row in getattr(source, relation).all():
        own = {field.attname for field in row._meta.concrete_fields if field.primary_key or field.name == "page"}
        values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        yield type(row)(**{name: value for name, value in values.items() if name not in own})
