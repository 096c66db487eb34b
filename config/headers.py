"""Response headers that neither Django nor django-csp has a setting for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

# What no page of ours uses, a script that got in should not use either.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "publickey-credentials-get",
        "screen-wake-lock",
        "serial",
        "usb",
    )
)


def policies(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Other sites may load what is open to programs of any origin, and frames; nothing else."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        is_open = response.headers.get("Access-Control-Allow-Origin") == "*"
        framed = getattr(response, "xframe_options_exempt", False)
        policy = "cross-origin" if is_open or framed else "same-origin"
        response.headers.setdefault("Cross-Origin-Resource-Policy", policy)
        return response

    return middleware
