from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """The room that finds things: it knows documents, facets and words, and no page type by name."""

    name = "search"
    verbose_name = _("Search")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Both modules import models, which exist only now.
        import_string("search.indexing.signals.connect")()
        register(import_string("search.indexing.checks.check_analyser"), Tags.database)
