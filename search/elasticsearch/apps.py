from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ElasticsearchConfig(AppConfig):
    """The search server: an engine that can be left out. Its one table belongs to the search's app."""

    name = "search.elasticsearch"
    label = "search_elasticsearch"
    verbose_name = _("Search server")
