"""Triggers that make the database itself keep the ledger as it was written, through raw SQL too.

Rows are never changed or deleted. One change is let through: free text becomes empty together with a new time of
redaction in the same row (``redacted_at``), while every other column stays as it was.

SQLite drops a table's triggers whenever a migration remakes the table, keeps them when one only adds a column, and
drops no column that they name. So they are lifted before migrations of this app (signals.py), compared with those
wanted and put back after every `migrate`, and a system check says when one is missing.
Emptying a test database needs the triggers away: the project's own `flush` command lifts them when the settings allow
it (``LEDGER_MAY_BE_FLUSHED``), which production never does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from operating_models.report_texts import names_of

TABLE = "operating_models_adoptionreport"
ANSWERS = "operating_models_owneranswer"
RENEWALS = "operating_models_adoptionrenewal"
EVIDENCE = "operating_models_evidenceassessment"

FREE_TEXTS: Mapping[str, Sequence[str]] = {
    TABLE: names_of(),
    ANSWERS: ("text",),
    RENEWALS: (),
    EVIDENCE: ("assessor", "note", "source"),
}
"""The guarded tables with their columns of free text, which a redaction may empty."""

REFUSAL = "rows of the ledger are never changed or deleted"

REDACTED = "redacted_at"

# Compares the rows without their free texts; of these, each is as it was or empty.
POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION operating_models_keep_ledger() RETURNS trigger LANGUAGE plpgsql AS
$$
DECLARE
    was jsonb;
    becomes jsonb;
    texts text[] := TG_ARGV;
    emptied boolean;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        was := to_jsonb(OLD);
        becomes := to_jsonb(NEW);
        emptied := COALESCE(
            (SELECT bool_and(becomes ->> name IN ('', was ->> name)) FROM unnest(texts) AS name), false
        );
        IF emptied
            AND becomes ->> '{REDACTED}' IS NOT NULL
            AND becomes ->> '{REDACTED}' IS DISTINCT FROM was ->> '{REDACTED}'
            AND becomes - texts - '{REDACTED}' = was - texts - '{REDACTED}'
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
END
$$
"""  # noqa: S608 - only names of this module


def wanted_triggers(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return the triggers of the tables that the database has, by name, with the statement that makes each."""
    present = set(connection.introspection.table_names())
    make = _postgresql_triggers if connection.vendor == "postgresql" else _sqlite_triggers
    return {name: sql for table in FREE_TEXTS if table in present for name, sql in make(connection, table).items()}


def missing_triggers(using: str = "default") -> list[str]:
    """Return the names of triggers that the database lacks or has in an older form."""
    connection = connections[using]
    present = _present_triggers(connection)
    return sorted(
        name for name, sql in wanted_triggers(connection).items() if present.get(name) != _kept(sql, connection)
    )


def guard(using: str = "default") -> None:
    """Put back the triggers that are missing."""
    connection = connections[using]
    missing = missing_triggers(using)
    if not missing:
        return
    wanted = wanted_triggers(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_FUNCTION)
        for name in missing:
            cursor.execute(_drop(name, connection))
            cursor.execute(wanted[name])


def lift(using: str = "default") -> None:
    """Take the triggers away, so that a test database can be emptied."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for name in wanted_triggers(connection):
            cursor.execute(_drop(name, connection))


def _drop(trigger: str, connection: BaseDatabaseWrapper) -> str:
    # The name of a trigger begins with that of its table.
    table = next(table for table in FREE_TEXTS if trigger.startswith(table))
    place = f" ON {table}" if connection.vendor == "postgresql" else ""
    return f"DROP TRIGGER IF EXISTS {trigger}{place}"


def _kept(sql: str, connection: BaseDatabaseWrapper) -> str:
    """Return what the database tells of a trigger: SQLite its statement, PostgreSQL only that it is there."""
    return "" if connection.vendor == "postgresql" else sql


def _present_triggers(connection: BaseDatabaseWrapper) -> dict[str, str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname, '' FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
                "WHERE relname = ANY(%s) AND pg_table_is_visible(pg_class.oid)",
                [list(FREE_TEXTS)],
            )
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return dict(cursor.fetchall())


def _sqlite_triggers(connection: BaseDatabaseWrapper, table: str) -> dict[str, str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
        constraints = connection.introspection.get_constraints(cursor, table).values()
    keys = sorted(found["columns"] for found in constraints if found["unique"] or found["primary_key"])
    same_as_new = " OR ".join(" AND ".join(f"{name} = NEW.{name}" for name in key) for key in keys)
    taken = f"EXISTS (SELECT 1 FROM {table} WHERE {same_as_new})"  # noqa: S608 - only names of tables and columns
    texts = [name for name in FREE_TEXTS[table] if name in columns]
    triggers = {
        f"{table}_no_update": f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"{table}_no_delete": f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        # INSERT OR REPLACE removes the row that is in its way without asking the trigger of deletion.
        f"{table}_no_replace": f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {taken} {refuse}",
    }
    if texts and REDACTED in columns:
        same = [f"NEW.{name} IS OLD.{name}" for name in columns if name not in (*texts, REDACTED)]
        emptied = [f"NEW.{name} IN ('', OLD.{name})" for name in texts]
        redacted = [f"NEW.{REDACTED} IS NOT NULL", f"NEW.{REDACTED} IS NOT OLD.{REDACTED}"]
        triggers[f"{table}_no_update"] = (
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"WHEN NOT ({' AND '.join([*redacted, *same, *emptied])}) {refuse}"
        )
    return triggers


def _postgresql_triggers(connection: BaseDatabaseWrapper, table: str) -> dict[str, str]:
    texts = ", ".join(f"'{name}'" for name in FREE_TEXTS[table])
    return {
        f"{table}_kept": (
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION operating_models_keep_ledger({texts})"
        ),
        f"{table}_no_truncate": (
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION operating_models_keep_ledger()"
        ),
    }
