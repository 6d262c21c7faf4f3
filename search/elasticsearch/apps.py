from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ElasticsearchConfig(AppConfig):
    """The removable room of the search server; its one table belongs to the app of the search."""

    name = "search.elasticsearch"
    label = "search_elasticsearch"
    verbose_name = _("Search server")
