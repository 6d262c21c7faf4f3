"""Django's flush, which the ledger's triggers would refuse; only settings for tests allow it."""

from __future__ import annotations

from django.conf import settings
from django.core.management import CommandError
from django.core.management.commands.flush import Command as FlushCommand

from operating_models import ledger


class Command(FlushCommand):
    def handle(self, **options: object) -> str | None:
        if not settings.LEDGER_MAY_BE_FLUSHED:
            raise CommandError(
                "This database holds the ledger of adoption, which is never emptied. A test database may be, with "
                "LEDGER_MAY_BE_FLUSHED in its settings."
            )
        using = str(options["database"])
        ledger.lift(using)
        try:
            return super().handle(**options)
        finally:
            ledger.guard(using)
