from django.contrib import admin
from django.urls import include, path

from incidents.admin.dashboard import dashboard

urlpatterns = [
    path("admin/annotate/", include("incidents.admin.annotate.urls")),
    # Before the site's own first page, which is a part of it.
    path("admin/", admin.site.admin_view(dashboard)),
    path("admin/", admin.site.urls),
    path("", include("incidents.public.urls")),
]

handler400 = "incidents.public.problems.bad_request"
handler404 = "incidents.public.problems.page_not_found"
handler500 = "config.outage.server_error"
