from importlib import import_module

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.redirects.apps import WagtailRedirectsAppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class OperatingModelsConfig(AppConfig):
    """The knowledge base: models, regions, vocabularies, adoption and the editor's desk."""

    default = True
    name = "operating_models"
    verbose_name = _("Operating models")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # These modules import models, which exist only now. The views of the page types register themselves.
        import_module("operating_models.pages.views")
        import_string("operating_models.signals.connect")(self)
        import_string("operating_models.pictures.assign")()
        register(import_string("operating_models.checks.check_ledger"), Tags.database)
        register(import_string("operating_models.checks.check_page_types"), Tags.models)


class RedirectsConfig(WagtailRedirectsAppConfig):
    """Wagtail's redirects, kept without the prefix of the language in which somebody moves a page."""

    def ready(self) -> None:
        super().ready()
        import_string("operating_models.signals.connect_redirects")()


class AccountsConfig(WagtailUsersAppConfig):
    """Wagtail's users and groups, on pages of ours."""

    user_viewset = "operating_models.desk.accounts.AccountViewSet"
    group_viewset = "operating_models.desk.accounts.RoleViewSet"
