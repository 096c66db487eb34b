from django.contrib import admin
from django.urls import path

from incidents.admin.annotate import views

urlpatterns = [
    path("<int:pk>/", admin.site.admin_view(views.annotate), name="annotate"),
    path("<int:pk>/judge/", admin.site.admin_view(views.judge), name="annotate-judge"),
    path("<int:pk>/draft/", admin.site.admin_view(views.draft), name="annotate-draft"),
    path("<int:pk>/remove/", admin.site.admin_view(views.remove), name="annotate-remove"),
]
