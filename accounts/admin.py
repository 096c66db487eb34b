"""Django's own screens of accounts and roles, as hard to upset as those of the desk."""

from django.contrib import admin
from django.contrib.auth import admin as stock
from django.contrib.auth.models import Group, User

from sources.admin.desk import DeskAdmin

admin.site.unregister([User, Group])


@admin.register(User)
class UserAdmin(DeskAdmin, stock.UserAdmin):  # type: ignore[type-arg]
    pass


@admin.register(Group)
class GroupAdmin(DeskAdmin, stock.GroupAdmin):
    pass
