from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy

from portal.models import User

admin.site.site_header = gettext_lazy("Import portal administration")
admin.site.site_title = gettext_lazy("Import portal")
admin.site.index_title = gettext_lazy("Accounts, people and jobs")


@admin.register(User)
class PortalUserAdmin(UserAdmin):
    # Only the portal knows these.
    readonly_fields = ("last_login", "date_joined")
    # Django's widget with two lists has labels that screen readers are not told.
    filter_horizontal = ()
    fieldsets = (
        *(UserAdmin.fieldsets or ()),
        (gettext_lazy("Preferences"), {"fields": ["time_zone", "language", "mails", "notices"]}),
    )
