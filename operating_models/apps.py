from django.apps import AppConfig
from django.core.checks import register
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from operating_models.checks import check_ledger


class OperatingModelsConfig(AppConfig):
    """The knowledge base: models, regions, vocabularies, adoption and the editor's desk."""

    name = "operating_models"
    verbose_name = _("Operating models")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The module imports models, which exist only now.
        import_string("operating_models.signals.connect")(self)
        register(check_ledger, "database")
