"""Changes that are committed, in tests that are rolled back."""

import pytest


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Return a context in which changes are indexed at its end, as they are when their transaction is committed."""
    return lambda: django_capture_on_commit_callbacks(execute=True)
