"""A server reads the index beside its start, so that no reader waits for it."""

import logging
from threading import Thread

import pytest

from search.finding import warming
from search.indexing import upkeep
from tests import factories


@pytest.mark.django_db(transaction=True)
def test_server_that_starts_makes_the_search_ready(caplog):
    factories.make_model(title="Seniorineuvola")
    upkeep.sweep()
    caplog.set_level(logging.INFO, logger="search.finding.warming")
    thread = Thread(target=warming.warm)
    thread.start()
    thread.join()
    assert [record.levelname for record in caplog.records] == ["INFO"]
    assert "The search is ready" in caplog.text
