"""Who speaks for a region and for a model's owner, and whom a message reaches."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from wagtail.models import GroupPagePermission

from operating_models.mail.receivers import Receiver, each_once, receivers_among
from operating_models.models import OperatingModelPage, Region, RegionPage
from operating_models.reporting.commands import User, regions_of
from operating_models.site_languages import CODES, ORIGINAL

WRITES = ("add_page", "change_page")
"""Rights on a region's own page that make a group its developers."""


def regions_for(user: User) -> list[Region]:
    """Return the regions for which a user may report: the user's own, and for national staff every one, in order."""
    if user.is_active and user.has_perm("operating_models.add_adoptionreport"):
        return list(Region.objects.in_order())
    return regions_of(user)


def owned_regions(user: User) -> QuerySet[RegionPage]:
    """Return the pages of regions whose models a user writes as one of the region's developers."""
    if not (user.is_authenticated and user.is_active):
        return RegionPage.objects.none()
    rights = GroupPagePermission.objects.filter(group__user=user.pk, permission__codename__in=WRITES)
    return RegionPage.objects.filter(pk__in=rights.values("page")).order_by("region__order", "region__code")


def has_models_of_ours(user: User) -> bool:
    """Say whether "our region's models" has something for a user: a reporter or a developer; one query."""
    if not (user.is_authenticated and user.is_active):
        return False
    rights = GroupPagePermission.objects.filter(group__user=user.pk, permission__codename__in=WRITES)
    return Region.objects.filter(Q(reporter_group__user=user.pk) | Q(page__in=rights.values("page"))).exists()


def receivers_of_owner(page: OperatingModelPage) -> list[Receiver]:
    """Return the developers of a model's region and the model's own role address, each once.

    Who reads the role address is not known, so its mail is in the language of the model.
    """
    rights = GroupPagePermission.objects.filter(page=page.get_parent(), permission__codename__in=WRITES)
    language = page.original_language if page.original_language in CODES else ORIGINAL
    role = [Receiver(page.contact_email, language)] if page.contact_email else []
    return each_once([*role, *receivers_among(Q(groups__in=rights.values("group")))])


def receivers_of_region(region: Region) -> list[Receiver]:
    """Return a region's reporters, each once."""
    return each_once(receivers_among(Q(groups=region.reporter_group_id))) if region.reporter_group_id else []
