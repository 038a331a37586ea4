from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from portal.health import health

urlpatterns = [
    path("accounts/login/", auth.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("accounts/logout/", auth.LogoutView.as_view(), name="logout"),
    path("admin/", admin.site.urls),
    path("health/", health, name="health"),
    path("", include("imports.urls")),
]
