"""Addresses of logging in and out."""

from django.urls import path

from home.views import LogIn, LogOut, SetNewPassword

urlpatterns = [
    path("kirjaudu/", LogIn.as_view(), name="login"),
    # The address that Wagtail's mail has, in front of Wagtail's own view.
    path("hallinta/password_reset/confirm/<uidb64>/<token>/", SetNewPassword.as_view(), name="set_new_password"),
    path("kirjaudu-ulos/", LogOut.as_view(), name="logout"),
]
