"""Addresses of logging in and out."""

from django.urls import path

from home.views import LogIn, LogOut

urlpatterns = [
    path("kirjaudu/", LogIn.as_view(), name="login"),
    path("kirjaudu-ulos/", LogOut.as_view(), name="logout"),
]
