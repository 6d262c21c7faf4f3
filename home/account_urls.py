"""Addresses of logging in and out and of a forgotten password."""

from django.urls import path

from home.views import ForgottenPassword, LogIn, LogOut, NewPassword

urlpatterns = [
    path("kirjaudu/", LogIn.as_view(), name="login"),
    path("kirjaudu/salasana/", ForgottenPassword.as_view(), name="password_reset"),
    path("kirjaudu/salasana/<uidb64>/<token>/", NewPassword.as_view(), name="password_reset_confirm"),
    path("kirjaudu-ulos/", LogOut.as_view(), name="logout"),
]
