from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from portal.health import health
from portal.security_headers import REPORT_PATH, csp_report

urlpatterns = [
    path("accounts/login/", auth.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("accounts/logout/", auth.LogoutView.as_view(), name="logout"),
    path("admin/", admin.site.urls),
    path("health/", health, name="health"),
    path(REPORT_PATH.removeprefix("/"), csp_report, name="csp-reports"),
    path("", include("imports.urls")),
]
