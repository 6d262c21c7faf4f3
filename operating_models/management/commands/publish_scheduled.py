"""Wagtail's command, page by page: there, one that cannot be published stops all others and loses its schedule."""

from __future__ import annotations

from wagtail.management.commands.publish_scheduled import Command as WagtailCommand

from operating_models.desk import scheduling


class Command(WagtailCommand):
    help = "Publish and unpublish the pages whose time has come. One that fails is told on stderr and tried again."

    def handle(self, *args: object, **options: object) -> None:
        if options["dryrun"]:
            super().handle(*args, **options)
            return
        for verb, outcomes in (("unpublish", scheduling.unpublish_expired()), ("publish", scheduling.publish_due())):
            for outcome in outcomes:
                if outcome.problem:
                    self.stderr.write(f"Could not {verb} {outcome.page_id} “{outcome.title}”: {outcome.problem}")
                elif options["verbosity"] > 1:
                    self.stdout.write(f"Did {verb} {outcome.page_id} “{outcome.title}”.")
