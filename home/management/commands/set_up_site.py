from __future__ import annotations

from django.core.management.base import BaseCommand

from home import tree
from operating_models import pictures
from operating_models.desk import roles
from operating_models.models import RegionPage
from operating_models.seed import vocabulary


class Command(BaseCommand):
    """Make vocabularies, page tree, groups, collections and workflow where they are missing; hide pictures' names."""

    help = __doc__

    def handle(self, *args: object, verbosity: int, **options: object) -> None:
        vocabulary.load()
        index = tree.set_up()
        roles.set_up(index, RegionPage.objects.select_related("region").order_by("region__order"))
        pictures.hide_names()
        if verbosity:
            self.stdout.write(self.style.SUCCESS("The site is set up."))
