"""Rows that are mostly bytes, read and written as fast as the database can.

Django speaks with PostgreSQL in text, bytes as hexadecimal digits, and to write and read these takes half the time of
reading an index. What the server copies out or in is as it stands in its tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.db import connection
from django.db.models import Field, Model, QuerySet

ROWS_AT_ONCE = 1_000
BESIDE = "pg_temp.copied_in"
"""A table that only this connection sees."""


def is_possible() -> bool:
    """Tell whether the database at hand copies rows in and out."""
    return connection.vendor == "postgresql"


def read(queryset: QuerySet) -> Iterator[tuple]:
    """Yield the rows of a queryset of ``values_list``, all its columns those of models, and all of one moment.

    Other queries may come between. What is copied is in memory at first, and let go row by row.
    """
    if not is_possible():
        yield from queryset.iterator(chunk_size=ROWS_AT_ONCE)
        return
    columns = queryset.query.select
    statement = connection.ops.compose_sql(*queryset.query.sql_with_params())
    rows = read_statement(statement, _types(column.target for column in columns))
    converters = [
        (place, converter, column)
        for place, column in enumerate(columns)
        for converter in column.get_db_converters(connection)
    ]
    rows.reverse()
    while rows:
        values = list(rows.pop())
        for place, converter, column in converters:
            values[place] = converter(values[place], column, connection)
        yield tuple(values)


def read_statement(statement: str, types: Sequence[str]) -> list[tuple]:
    """Return the rows of a SELECT that takes no parameters; ``types`` are PostgreSQL's, one for each column.

    A percent sign of the statement stands for itself.
    """
    with connection.wrap_database_errors, connection.cursor() as cursor:
        if not is_possible():
            cursor.execute(statement)
            return cursor.fetchall()
        with cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT BINARY)") as copy:
            copy.set_types(types)
            return list(copy.rows())


def bring_in(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Copy rows beside the table of a model, and return the SELECT that gives them until the transaction ends.

    ``names`` are those of fields, and each value is as the column keeps it. Only where copying is possible.
    """
    fields = [model._meta.get_field(name) for name in names]
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {BESIDE}")
        cursor.execute(f"CREATE TABLE {BESIDE} (LIKE {model._meta.db_table} INCLUDING STORAGE) ON COMMIT DROP")
        with cursor.copy(f"COPY {BESIDE} ({columns}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(_types(fields))
            for row in rows:
                copy.write_row(row)
    return " ".join(("SELECT", columns, "FROM", BESIDE))


def _types(fields: Iterable[Field]) -> list[str]:
    """Return PostgreSQL's types of fields, without the lengths of texts."""
    return [field.db_type(connection).partition("(")[0] for field in fields]
