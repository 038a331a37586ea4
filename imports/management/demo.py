"""What the demo starts with. Its passwords are public: they are for a portal that only its own machine can reach."""

from dataclasses import dataclass

ACCOUNT_NAME = "Demo"
PHONE_REGION = "GB"
# The sandbox accepts these unless it is told others.
API_USER = "apiuser-demo@apiconnector.example"
API_PASSWORD = "demo-password"  # noqa: S105


@dataclass(frozen=True)
class DemoUser:
    """A person of the demo. `purpose` says in a few words what they can do."""

    username: str
    password: str
    first_name: str
    last_name: str
    email: str
    purpose: str
    is_admin: bool = False


DEMO_USERS = (
    DemoUser("demo", "demo-password", "Dana", "Demo", "dana@example.com", "imports files"),
    DemoUser(
        "admin",
        "admin-password",
        "Alex",
        "Admin",
        "alex@example.com",
        "also sees the admin pages",
        is_admin=True,
    ),
)
