"""Changes that are committed, in tests that are rolled back, and people who log in."""

from tests.desk.conftest import log_in
from tests.pages.conftest import committed

__all__ = ["committed", "log_in"]
