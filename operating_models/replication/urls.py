"""Addresses of local versions, their differences and the comparison of models."""

from django.urls import path

from operating_models.replication import views

urlpatterns = [
    path("sovella/<int:page_id>/", views.adapt, name="adapt"),
    path("erot/<int:page_id>/", views.show_difference, name="difference"),
    path("vertaa/", views.show_comparison, name="compare"),
]
