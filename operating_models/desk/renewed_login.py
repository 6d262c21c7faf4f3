"""Who is logged in, for an editor whose login ended while somebody wrote (static/js/keep_login.js)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from wagtail.admin.utils import get_user_display_name


@never_cache
def tell_login(request: HttpRequest) -> HttpResponse:
    """Tell a script who is logged in, with a token for forms; tell a person that the login is done."""
    if not request.accepts("text/html"):
        name = get_user_display_name(request.user)
        return JsonResponse({"user": request.user.pk, "name": name, "token": get_token(request)})
    return TemplateResponse(request, "operating_models/desk/logged_in.html")
