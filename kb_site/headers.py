"""What every answer says beside its content: who may keep it, what a browser may load with it, how it is packed."""

from __future__ import annotations

from collections.abc import Callable

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_cache_control

from home.context_processors import ADMIN_PATH

COMPRESSED = ("text/", "application/json", "application/xml", "image/svg+xml")
GetResponse = Callable[[HttpRequest], HttpResponse]


class TextCompression(GZipMiddleware):
    """Compresses pages and other text. Django adds random bytes, so that the length tells nothing (decision 18)."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_text = response.get("Content-Type", "").startswith(COMPRESSED)
        return super().process_response(request, response) if is_text and not response.streaming else response


class ContentPolicy(CSPMiddleware):
    """Sends the public pages' policy, and in the admin the one that Wagtail can bear."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if request.path.startswith(ADMIN_PATH) and not report_only:
            parts.config = settings.ADMIN_CONTENT_SECURITY_POLICY
        return parts


def keep_private(get_response: GetResponse) -> GetResponse:
    """Let nobody keep what somebody with a session was shown. The admin says of itself what may be kept of it."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        name = settings.SESSION_COOKIE_NAME
        if (name in request.COOKIES or name in response.cookies) and not request.path.startswith(ADMIN_PATH):
            patch_cache_control(response, private=True, no_store=True)
        # Wagtail 8.0.1 names the encoding of a document that has none (wagtail/utils/sendfile.py).
        if response.get("Content-Encoding") == "None":
            del response["Content-Encoding"]
        return response

    return answer
