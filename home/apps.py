from importlib import import_module

from django.apps import AppConfig, apps
from django.core.management import call_command
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def set_up_site(using: str, **kwargs: object) -> None:
    """Make what every site has; in a migration the permissions might not exist yet, and a flush would wipe it."""
    call_command("set_up_site", verbosity=0)


class HomeConfig(AppConfig):
    """The front page, standard pages and the site's settings."""

    name = "home"
    verbose_name = _("Home")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The views of the page types register themselves.
        import_module("home.views")
        import_module("home.password_reset").register()
        last = [app for app in apps.get_app_configs() if app.models_module][-1]
        post_migrate.connect(set_up_site, sender=last, dispatch_uid="set up site")
