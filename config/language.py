"""The language of a response: the reader's, but English on the desk."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, get_language_from_request, override

from config.desk import is_of_the_desk


def readers_language(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer in the language of the cookie that the switch sets, else of Accept-Language.

    A view whose answer is the same in every language names that in Content-Language itself.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if is_of_the_desk(request):
            # Django's half of it would be translated, and ours not.
            with override("en"):
                return get_response(request)
        with override(get_language_from_request(request)):
            response = get_response(request)
            if "Content-Language" not in response.headers:
                response.headers["Content-Language"] = str(get_language())
                patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response

    return middleware
