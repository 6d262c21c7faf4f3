from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.progress import track

from home import demo_accounts
from home.models import SiteSettings
from operating_models.demo.loading import OtherContentError, count_others, load, refuse_other_content
from operating_models.demo.reading import DEMO, ContentFileError, ModelFile, read_folder
from operating_models.demo.recording import record
from operating_models.models import AdoptionReport, LoadedFile


class Command(BaseCommand):
    """Load models from content files (docs/content-files.md) into a database that holds no other models."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="folder", type=Path, help="folder of other content files")
        parser.add_argument(
            "--once",
            action="store_true",
            help="do nothing when all has been loaded before, or when there is other content",
        )

    def handle(self, *args: object, folder: Path | None, once: bool, **options: object) -> None:
        try:
            files = read_folder(folder or DEMO)
            if once and (count_others() or self._is_loaded(files, is_demo=folder is None)):
                return
            refuse_other_content()
            user = demo_accounts.make() if settings.MAKES_DEMO_ACCOUNTS and folder is None else None
            progress = load(files, with_gaps=folder is not None, user=user)
            outcomes = [loaded.outcome for loaded in track(progress, "Loading models", total=len(files))]
        except (ContentFileError, OtherContentError) as error:
            raise CommandError(str(error)) from error
        made_up = None
        if folder is None:
            site_settings = SiteSettings.load()
            site_settings.shows_demo_notice = True
            site_settings.save()
            # The last thing, by which a later call with --once knows that all has been done.
            made_up = record(files)
        counts = ", ".join(f"{outcomes.count(word)} {word}" for word in ("made", "changed", "kept"))
        self.stdout.write(self.style.SUCCESS(f"{len(outcomes)} models: {counts}."))
        if made_up:
            self.stdout.write(
                f"Made up for demonstration: {made_up.reports} adoption reports, {made_up.answers} owners' answers, "
                f"{made_up.renewals} renewals, {made_up.assessments} assessments of evidence."
            )

    def _is_loaded(self, files: Sequence[ModelFile], *, is_demo: bool) -> bool:
        """Say whether an earlier call came to its end; one that was stopped goes on where it was."""
        if LoadedFile.objects.count() < len(files):
            return False
        return not is_demo or AdoptionReport.objects.filter(is_demonstration=True).exists()
