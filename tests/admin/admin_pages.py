"""Every page of the administration, and what it answers whom."""

from dataclasses import dataclass, field

STAFF = ("outsider", "viewer", "uploader", "approver", "manager", "root")
"""People of the staff who have every permission, by what they are to the account; Root is a superuser."""


@dataclass(frozen=True)
class AdminPage:
    """A page, by its name or, where it has none, its pattern; `of`: what it is about. `get` and `post` are the statuses
    of the answers to each of STAFF, or one for all; posted is an empty form. `path`: where a page without a name is."""

    name: str
    get: str
    post: str
    of: str = ""
    query: dict[str, str] = field(default_factory=dict)
    path: str = ""


SEEN = "404 404 404 200 200 200"
ONLY_SEEN = "404 404 404 403 403 403"
SEEN_BY_MANAGERS = "404 404 404 404 200 200"
ONLY_SEEN_BY_MANAGERS = "404 404 404 404 403 403"
MANAGED = "404 404 404 403 200 200"
PEOPLE_OF_MANAGER = "403 403 403 403 200 200"
FOR_SUPERUSERS = "403 403 403 403 403 200"
USER_OF_MEMBERSHIP, GROUP_OF_MEMBERSHIP = (
    {"app_label": "imports", "model_name": model, "field_name": name}
    for model, name in (("membership", "user"), ("groupmembership", "group"))
)

ADMIN_PAGES = [
    AdminPage("index", "200", "200"),
    AdminPage("app_list", "200", "200", "app"),
    AdminPage("login", "302", "302"),
    AdminPage("password_change", "200", "200"),
    AdminPage("password_change_done", "200", "405"),
    AdminPage("jsi18n", "200", "405"),
    AdminPage("autocomplete", "200", "405", query=USER_OF_MEMBERSHIP),
    AdminPage("autocomplete", FOR_SUPERUSERS, "405", query=GROUP_OF_MEMBERSHIP),
    AdminPage("view_on_site", "404", "404", "job of its type"),
    AdminPage("(?P<url>.*)$", "404", "404", path="/admin/nothing/"),
    AdminPage("<path:object_id>/", "302", "302", path="/admin/imports/uploadjob/{job}/"),
    AdminPage("imports_uploadjob_changelist", "200", "200"),
    AdminPage("imports_uploadjob_add", "403", "403"),
    AdminPage("imports_uploadjob_change", SEEN, ONLY_SEEN, "job"),
    AdminPage("imports_uploadjob_history", SEEN, SEEN, "job"),
    AdminPage("imports_uploadjob_preview", SEEN, SEEN, "job"),
    AdminPage("imports_uploadjob_delete", MANAGED, MANAGED, "job"),
    AdminPage("imports_uploadjob_people", "403 403 403 403 200 200", "403 403 403 403 422 422"),
    AdminPage("imports_mappingtemplate_changelist", "200", "200"),
    AdminPage("imports_mappingtemplate_add", "403", "403"),
    AdminPage("imports_mappingtemplate_change", SEEN, "404 404 404 403 302 302", "template"),
    AdminPage("imports_mappingtemplate_history", SEEN, SEEN, "template"),
    AdminPage("imports_mappingtemplate_delete", MANAGED, MANAGED, "template"),
    AdminPage("imports_dotdigitalaccount_changelist", "200", "200"),
    AdminPage("imports_dotdigitalaccount_add", "200", "200"),
    AdminPage("imports_dotdigitalaccount_change", SEEN, MANAGED, "account"),
    AdminPage("imports_dotdigitalaccount_history", SEEN, SEEN, "account"),
    AdminPage("imports_dotdigitalaccount_delete", MANAGED, MANAGED, "account"),
    AdminPage("imports_auditevent_changelist", "200", "200"),
    AdminPage("imports_auditevent_add", "403", "403"),
    AdminPage("imports_auditevent_change", SEEN_BY_MANAGERS, ONLY_SEEN_BY_MANAGERS, "event"),
    AdminPage("imports_auditevent_history", SEEN_BY_MANAGERS, SEEN_BY_MANAGERS, "event"),
    AdminPage("imports_auditevent_delete", ONLY_SEEN_BY_MANAGERS, ONLY_SEEN_BY_MANAGERS, "event"),
    AdminPage("portal_user_changelist", "200", "200"),
    AdminPage("portal_user_add", "200", "200"),
    AdminPage("portal_user_change", "200", PEOPLE_OF_MANAGER, "member"),
    AdminPage("portal_user_history", "200", "200", "member"),
    AdminPage("portal_user_delete", "403", "403", "member"),
    AdminPage("auth_user_password_change", PEOPLE_OF_MANAGER, PEOPLE_OF_MANAGER, "member"),
    AdminPage("portal_user_change", "200", "200", "newcomer"),
    AdminPage("auth_user_password_change", "200", "200", "newcomer"),
    *(
        page
        for of in ("staff", "superuser")
        for page in (
            AdminPage("portal_user_change", "200", FOR_SUPERUSERS, of),
            AdminPage("portal_user_delete", "403", "403", of),
            AdminPage("auth_user_password_change", FOR_SUPERUSERS, FOR_SUPERUSERS, of),
        )
    ),
    AdminPage("auth_group_changelist", FOR_SUPERUSERS, FOR_SUPERUSERS),
    AdminPage("auth_group_add", FOR_SUPERUSERS, FOR_SUPERUSERS),
    AdminPage("auth_group_change", FOR_SUPERUSERS, FOR_SUPERUSERS, "group"),
    AdminPage("auth_group_history", FOR_SUPERUSERS, FOR_SUPERUSERS, "group"),
    AdminPage("auth_group_delete", FOR_SUPERUSERS, FOR_SUPERUSERS, "group"),
    # The last, as it signs out.
    AdminPage("logout", "405", "302"),
]
