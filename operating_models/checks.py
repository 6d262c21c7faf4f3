from __future__ import annotations

from collections.abc import Sequence

from django.core.checks import CheckMessage
from django.core.checks import Warning as CheckWarning

from operating_models import ledger


def check_ledger(databases: Sequence[str] | None = None, **kwargs: object) -> list[CheckMessage]:
    """Say when the database would let somebody change an adoption report."""
    missing = [name for using in databases or () for name in ledger.missing_triggers(using)]
    if not missing:
        return []
    return [
        # No error: Django would refuse to run the very command that puts the triggers back.
        CheckWarning(
            f"The ledger of adoption is not guarded: {', '.join(missing)} missing in the database.",
            hint="Run `python manage.py migrate`, which puts the triggers back.",
            id="operating_models.W001",
        )
    ]
