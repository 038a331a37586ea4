"""The portal's own pages. What they show of contacts must not stay in caches, so none of them is kept in one."""

from collections.abc import Callable
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.cache import cache_control

from imports.views.account import account_views
from imports.views.approval.approval_views import approval, approve, reject, withdraw
from imports.views.check.check_views import check, confirm
from imports.views.help.help_views import help_home, help_topic
from imports.views.history.history_views import home
from imports.views.mapping.kept_views import (
    account_mappings,
    change_mapping,
    choose_mapping,
    save_mapping,
)
from imports.views.mapping.mapping_views import catalogue, mapping, refresh, trial, use_saved, values
from imports.views.mapping.new_target_views import new_target
from imports.views.notifications.notification_views import notifications, read_all
from imports.views.profile.profile_views import password, profile, sign_out_elsewhere
from imports.views.progress.job_views import cancel, job, retry
from imports.views.progress.progress_views import progress
from imports.views.progress.steering_views import drop_held, pause, resume, send_held
from imports.views.reading.reading_views import reading
from imports.views.repairs import repair_views
from imports.views.repairs.column_page import column_values
from imports.views.repairs.group_page import group_repairs
from imports.views.repairs.row_page import row
from imports.views.report.download_views import download
from imports.views.report.download_views import page as download_page
from imports.views.report.report_views import report
from imports.views.report.resend_views import resend
from imports.views.report.row_views import rows
from imports.views.upload.resumable_views import begin, discard, finish, part
from imports.views.upload.upload_views import sample, template, upload

app_name = "imports"


def private(route: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
    """A page that is for the person who asked and is not to be stored anywhere."""
    guarded: Any = cache_control(private=True, no_store=True)(view)
    return path(route, guarded, name=name)


urlpatterns = [
    private("", home, "home"),
    private("notifications/", notifications, "notifications"),
    private("notifications/read/", read_all, "read-all"),
    private("profile/", profile, "profile"),
    private("profile/password/", password, "password"),
    private("profile/sign-out-elsewhere/", sign_out_elsewhere, "sign-out-elsewhere"),
    private("upload/", upload, "upload"),
    private("upload/template.csv", template, "template"),
    private("upload/sample.csv", sample, "sample"),
    private("upload/parts/", begin, "begin-upload"),
    private("upload/parts/<uuid:upload_id>/", part, "upload-part"),
    private("upload/parts/<uuid:upload_id>/finish/", finish, "finish-upload"),
    private("upload/parts/<uuid:upload_id>/discard/", discard, "discard-upload"),
    private("imports/<uuid:job_id>/", job, "job"),
    private("imports/<uuid:job_id>/reading/", reading, "reading"),
    private("imports/<uuid:job_id>/mapping/", mapping, "mapping"),
    private("imports/<uuid:job_id>/mapping/trial/", trial, "trial"),
    private("imports/<uuid:job_id>/mapping/saved/", use_saved, "use-saved"),
    private("imports/<uuid:job_id>/mapping/choose/", choose_mapping, "choose-mapping"),
    private("imports/<uuid:job_id>/save-mapping/", save_mapping, "save-mapping"),
    private("imports/<uuid:job_id>/mapping/new-target/", new_target, "new-target"),
    private("imports/<uuid:job_id>/mapping/values/<int:index>/", values, "values"),
    private("imports/<uuid:job_id>/refresh/", refresh, "refresh"),
    private("imports/<uuid:job_id>/catalogue/", catalogue, "catalogue"),
    private("imports/<uuid:job_id>/check/", check, "check"),
    private("imports/<uuid:job_id>/repairs/", repair_views.repairs, "repairs"),
    private("imports/<uuid:job_id>/repairs.csv", repair_views.export, "repairs-csv"),
    private("imports/<uuid:job_id>/repairs/add/", repair_views.repair, "repair"),
    private("imports/<uuid:job_id>/repairs/<int:number>/undo/", repair_views.undo_repair, "undo-repair"),
    private("imports/<uuid:job_id>/repairs/<int:number>/redo/", repair_views.redo_repair, "redo-repair"),
    private("imports/<uuid:job_id>/repairs/undo/", repair_views.undo_repairs, "undo-repairs"),
    private("imports/<uuid:job_id>/repairs/values/<int:index>/", column_values, "column-values"),
    private("imports/<uuid:job_id>/repairs/of/<slug:code>/", group_repairs, "group-repairs"),
    private("imports/<uuid:job_id>/recheck/", repair_views.recheck, "recheck"),
    private("imports/<uuid:job_id>/confirm/", confirm, "confirm"),
    private("imports/<uuid:job_id>/approval/", approval, "approval"),
    private("imports/<uuid:job_id>/approval/approve/", approve, "approve"),
    private("imports/<uuid:job_id>/approval/reject/", reject, "reject"),
    private("imports/<uuid:job_id>/approval/withdraw/", withdraw, "withdraw"),
    private("imports/<uuid:job_id>/progress/", progress, "progress"),
    private("imports/<uuid:job_id>/report/", report, "report"),
    private("imports/<uuid:job_id>/rows/", rows, "rows"),
    private("imports/<uuid:job_id>/rows/<int:number>/", row, "row"),
    private("imports/<uuid:job_id>/download/<slug:selection>.<slug:file_format>", download, "download"),
    private(
        "imports/<uuid:job_id>/downloads/<slug:selection>.<slug:file_format>/", download_page, "download-page"
    ),
    private("imports/<uuid:job_id>/pause/", pause, "pause"),
    private("imports/<uuid:job_id>/resume/", resume, "resume"),
    private("imports/<uuid:job_id>/held/send/", send_held, "send-held"),
    private("imports/<uuid:job_id>/held/drop/", drop_held, "drop-held"),
    private("imports/<uuid:job_id>/cancel/", cancel, "cancel"),
    private("imports/<uuid:job_id>/retry/", retry, "retry"),
    private("imports/<uuid:job_id>/resend/", resend, "resend"),
    private("help/", help_home, "help"),
    private("help/<slug:key>/", help_topic, "help-topic"),
    private("accounts/<int:account_id>/", account_views.account, "account"),
    private("accounts/<int:account_id>/mappings/", account_mappings, "mappings"),
    private("accounts/<int:account_id>/mappings/<int:mapping_id>/", change_mapping, "change-mapping"),
    private("accounts/<int:account_id>/approval/", account_views.approval_rules, "approval-rules"),
    private("accounts/<int:account_id>/pause/", account_views.pause, "pause-account"),
    private("accounts/<int:account_id>/resume/", account_views.resume, "resume-account"),
]
