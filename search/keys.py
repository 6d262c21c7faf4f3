"""Many keys in one condition of a query."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import EmptyResultSet
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression
from django.db.models.sql.compiler import SQLCompiler


class Keys(Expression):
    """Whole numbers to compare a key with: ``filter(page_id__in=Keys(ids))``.

    They stand in the query as they are. Of a plain list Django prepares every number several times over, anew for
    every condition, which for two hundred takes longer than the answer does.
    """

    def __init__(self, keys: Iterable[int | None]) -> None:
        """Take keys; None, that of a row which is not saved, is nobody's."""
        super().__init__()
        self._keys = tuple(int(key) for key in keys if key is not None)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[()]]:
        """Return the numbers in parentheses. Raises EmptyResultSet where there are none: nothing is asked then."""
        if not self._keys:
            raise EmptyResultSet
        return f"({', '.join(map(str, self._keys))})", ()
