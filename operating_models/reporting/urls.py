"""Addresses of reports and of a region's own models."""

from django.urls import path

from operating_models.reporting import views

urlpatterns = [
    path("alueemme/", views.our_models, name="our_models"),
    path("ilmoitus/uusi/<int:page_id>/", views.report_adoption, name="report_adoption"),
    path("ilmoitus/<int:report_id>/", views.adoption_report, name="adoption_report"),
    path("ilmoitus/<int:report_id>/peru/", views.retract_report, name="retract_report"),
    path("ilmoitus/<int:report_id>/edelleen/", views.renew_report, name="renew_report"),
    path("ilmoitus/<int:report_id>/vastaa/", views.answer_report, name="answer_report"),
]
