from django.contrib import admin
from django.urls import include, path

from portal.health import health
from portal.security_headers import REPORT_PATH, csp_report

urlpatterns = [
    path("accounts/", include("portal.sign_in.sign_in_urls")),
    path("admin/", admin.site.urls),
    path("health/", health, name="health"),
    path(REPORT_PATH.removeprefix("/"), csp_report, name="csp-reports"),
    path("", include("imports.urls")),
]
