from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/annotate/", include("incidents.admin.annotate.urls")),
    path("admin/", admin.site.urls),
    path("", include("incidents.public.urls")),
]

handler400 = "incidents.public.problems.bad_request"
handler404 = "incidents.public.problems.page_not_found"
handler500 = "incidents.public.problems.server_error"
