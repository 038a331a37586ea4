from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = gettext_lazy("People")

    def ready(self) -> None:
        from portal.sign_in import fresh_proof, guessing, open_sessions

        fresh_proof.watch()
        guessing.watch()
        open_sessions.watch()
