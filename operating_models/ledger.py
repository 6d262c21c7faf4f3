"""Triggers that make the database itself refuse to change or delete an adoption report, through raw SQL too.

SQLite drops a table's triggers whenever a migration remakes the table, so they are put back after every `migrate`, and
a system check says when one is missing. Emptying a test database needs the triggers away: the project's own `flush`
command lifts them when the settings allow it (``LEDGER_MAY_BE_FLUSHED``), which production never does.
"""

from __future__ import annotations

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "operating_models_adoptionreport"
REFUSAL = "adoption reports are never changed or deleted"

SQLITE_TRIGGERS = {
    f"{TABLE}_no_{event.lower()}": (
        f"CREATE TRIGGER {TABLE}_no_{event.lower()} BEFORE {event} ON {TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )
    for event in ("UPDATE", "DELETE")
}

POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
POSTGRESQL_TRIGGERS = {
    f"{TABLE}_no_change": (
        f"CREATE TRIGGER {TABLE}_no_change BEFORE UPDATE OR DELETE ON {TABLE} "
        f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()"
    ),
    f"{TABLE}_no_truncate": (
        f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_refuse()"
    ),
}


def wanted_triggers(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return the triggers by name with the statement that makes each."""
    return POSTGRESQL_TRIGGERS if connection.vendor == "postgresql" else SQLITE_TRIGGERS


def missing_triggers(using: str = "default") -> list[str]:
    """Return the names of triggers that the database lacks; none while the table itself is not there."""
    connection = connections[using]
    if TABLE not in connection.introspection.table_names():
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass", [TABLE])
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [TABLE])
        present = {name for (name,) in cursor.fetchall()}
    return sorted(set(wanted_triggers(connection)) - present)


def guard(using: str = "default") -> None:
    """Put back the triggers that are missing."""
    connection = connections[using]
    missing = missing_triggers(using)
    if not missing:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_FUNCTION)
        for name in missing:
            cursor.execute(wanted_triggers(connection)[name])


def lift(using: str = "default") -> None:
    """Take the triggers away, so that a test database can be emptied."""
    connection = connections[using]
    place = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in set(wanted_triggers(connection)) - set(missing_triggers(using)):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{place}")
