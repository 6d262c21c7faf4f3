from django.apps import AppConfig


class BenchmarksConfig(AppConfig):
    """What measures and torments the product; an app of the settings of development and tests alone."""

    name = "benchmarks"
    label = "benchmarks"
