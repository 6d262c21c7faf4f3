"""The analyser with each binding of the Finnish dictionary; opened once, because pyvoikko loads for a second."""

from functools import cache

import pytest

from search.analysis.analyser import Analyser
from search.analysis.dictionaries import BINDINGS, Dictionary, DictionaryMissing


@cache
def open_binding(name: str) -> Dictionary | str:
    """Return the dictionary through one binding, or why it is missing."""
    try:
        return BINDINGS[name]()
    except DictionaryMissing as error:
        return str(error)


@cache
def analyser_with(name: str) -> Analyser | str:
    """Return an analyser that uses one binding, or why that is missing."""
    dictionary = open_binding(name)
    return dictionary if isinstance(dictionary, str) else Analyser(dictionary)


def _or_skip(found):
    if isinstance(found, str):
        pytest.skip(found)
    return found


@pytest.fixture(params=list(BINDINGS))
def dictionary(request):
    return _or_skip(open_binding(request.param))


@pytest.fixture(params=list(BINDINGS))
def analyser(request):
    return _or_skip(analyser_with(request.param))


@pytest.fixture
def both_dictionaries():
    return [_or_skip(open_binding(name)) for name in BINDINGS]
