from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from portal.models import User

admin.site.site_header = "Import portal administration"
admin.site.site_title = "Import portal"
admin.site.index_title = "Accounts, people and jobs"


@admin.register(User)
class PortalUserAdmin(UserAdmin):
    fieldsets = (*(UserAdmin.fieldsets or ()), ("Preferences", {"fields": ["time_zone"]}))
