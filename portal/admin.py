"""What the administration is called; what it keeps is said in `imports.admin`."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

admin.site.site_header = gettext_lazy("Import portal administration")
admin.site.site_title = gettext_lazy("Import portal")
admin.site.index_title = gettext_lazy("Accounts, people and jobs")
