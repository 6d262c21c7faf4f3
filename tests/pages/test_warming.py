"""A process reads the index before it takes readers, and who asks later makes up for a reading that failed."""

import logging
from threading import Thread

import pytest
from django.db import connection

from search.finding import warming
from search.indexing import upkeep
from tests import factories


@pytest.mark.django_db(transaction=True)
def test_server_that_starts_makes_the_search_ready_once(caplog):
    factories.make_model(title="Seniorineuvola")
    upkeep.sweep()
    caplog.set_level(logging.INFO, logger="search.finding.warming")
    process = warming.Warming()

    def begin():
        process.warm()
        connection.close()

    threads = [Thread(target=begin) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [record.levelname for record in caplog.records] == ["INFO"]
    assert "The search is ready" in caplog.text


@pytest.mark.django_db
def test_reading_that_fails_is_told_in_one_line_and_tried_again(caplog, monkeypatch):
    def fail(*args):
        raise OSError("no database")

    process = warming.Warming()
    with monkeypatch.context() as broken:
        broken.setattr(warming, "find", fail)
        assert not process.warm()
    assert caplog.messages == ["The search is not ready: OSError: no database"]
    assert caplog.records[0].exc_info is None
    assert process.warm()
