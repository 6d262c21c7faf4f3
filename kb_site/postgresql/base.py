"""Django's PostgreSQL backend, whose connections keep the deadline of the process (decision 18)."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
from django.db.backends.postgresql import base

from kb_site.postgresql.deadline import DEADLINE, ServerSilent


class DatabaseWrapper(base.DatabaseWrapper):
    """Waits for the server as long as it takes, or no longer than the deadline of the process.

    A living server ends a slow statement itself, a second before. So a deadline that is missed means that the server
    is frozen or out of reach, and not that a statement waits for a lock.
    """

    def get_connection_params(self) -> dict[str, object]:
        params = super().get_connection_params()
        if DEADLINE.seconds:
            limit = f"-c statement_timeout={DEADLINE.seconds - 1}s"
            params["options"] = f"{limit} {params.get('options', '')}"
            params.setdefault("connect_timeout", DEADLINE.seconds)
        return params

    def get_new_connection(self, conn_params: dict[str, object]) -> psycopg.Connection:
        if not DEADLINE.seconds:
            return super().get_new_connection(conn_params)
        DEADLINE.try_to_connect()
        try:
            connection = super().get_new_connection(conn_params)
        except psycopg.errors.ConnectionTimeout:
            DEADLINE.miss()
            raise
        except psycopg.OperationalError:
            # A refusal is an answer too.
            DEADLINE.meet()
            raise
        connection.wait = _bounded(connection, connection.wait)
        DEADLINE.meet()
        return connection


def _bounded(connection: psycopg.Connection, wait: Callable[..., object]) -> Callable[..., object]:
    """Return the connection's way of waiting for the server, with the deadline.

    Every statement, commit and rollback waits by it. A connection that has waited in vain is closed: nobody knows what
    the server did with the question.
    """

    def wait_until_deadline(*args: object, **options: object) -> object:
        try:
            DEADLINE.check()
            return wait(*args, **({"timeout": DEADLINE.seconds} | options))
        except psycopg.errors._WaitTimeout as error:
            DEADLINE.miss()
            connection.pgconn.finish()
            raise ServerSilent(f"The database server is silent for {DEADLINE.seconds} s.") from error
        except ServerSilent:
            connection.pgconn.finish()
            raise

    return wait_until_deadline
