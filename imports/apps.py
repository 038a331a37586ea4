from django.apps import AppConfig
from django.utils import translation

from imports import locale_forms, messages


class ImportsConfig(AppConfig):
    name = "imports"
    verbose_name = translation.gettext_lazy("Imports")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        messages.use_catalogue(translation.gettext, translation.ngettext)
        locale_forms.use_language(translation.get_language)
        # Models can be imported only now.
        from imports.accounts import credential_checks
        from imports.auditing import sign_ins, watched_models
        from imports.jobs.deleted_files import watch_deletions
        from imports.jobs.old_snapshots import watch_snapshots

        credential_checks.watch()
        sign_ins.watch()
        watched_models.watch()
        watch_deletions()
        watch_snapshots()
