"""Addresses beside the page tree that the pages' own scripts ask."""

from django.urls import path

from operating_models.pages import views

urlpatterns = [path("ehdotukset/", views.suggest_matches, name="suggestions")]
