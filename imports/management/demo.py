"""What the demo starts with. Its passwords are public: they are for a portal that only its own machine can reach."""

from dataclasses import dataclass

ACCOUNT_NAME = "Demo"
ACCOUNTS: dict[str, dict[str, int | bool]] = {
    ACCOUNT_NAME: {},
    "Demo with approval": {"always": True, "contacts": 1_000, "clears": True, "subscribed": True},
}
"""The accounts, and which of their imports are to be approved; both are the sandbox's one."""
PHONE_REGION = "GB"
# The sandbox accepts these unless it is told others.
API_USER = "apiuser-demo@apiconnector.example"
API_PASSWORD = "demo-password"  # noqa: S105


@dataclass(frozen=True)
class DemoUser:
    """A person of the demo. `purpose` says in a few words what they can do; `role` is what they are to its account."""

    username: str
    password: str
    first_name: str
    last_name: str
    email: str
    purpose: str
    role: str
    is_admin: bool = False


DEMO_USERS = (
    DemoUser(
        "demo", "demo-password", "Dana", "Demo", "dana@example.com", "uploader: imports files", "uploader"
    ),
    DemoUser(
        "viewer",
        "viewer-password",
        "Vera",
        "Viewer",
        "vera@example.com",
        "viewer: looks at imports, downloads nothing",
        "viewer",
    ),
    DemoUser(
        "approver",
        "approver-password",
        "Abel",
        "Approver",
        "abel@example.com",
        "approver: sees all imports, approves them",
        "approver",
    ),
    DemoUser(
        "manager",
        "manager-password",
        "Mona",
        "Manager",
        "mona@example.com",
        "manager: acts on all imports, pauses the account",
        "manager",
    ),
    DemoUser(
        "admin",
        "admin-password",
        "Alex",
        "Admin",
        "alex@example.com",
        "superuser: also sees the admin pages",
        "manager",
        is_admin=True,
    ),
)
