"""The pages of signing in: who gets what from each."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class SignInPage:
    """A page by its name. `stranger` and `person`: the statuses of a GET and an empty POST for somebody who has not
    signed in, and for somebody who has, a moment ago, with an app, a passkey and recovery codes."""

    name: str
    stranger: str
    person: str
    kwargs: dict[str, str | int] = field(default_factory=dict)


TO_SIGN_IN = "302 302"

SIGN_IN_PAGES = [
    SignInPage("login", "200 200", "302 302"),
    SignInPage("account_login", "200 200", "302 302"),
    SignInPage("account_inactive", "200 405", "200 405"),
    SignInPage("account_reauthenticate", TO_SIGN_IN, "200 200"),
    SignInPage("account_reset_password", "200 200", "200 200"),
    SignInPage("account_reset_password_done", "200 405", "200 405"),
    SignInPage("account_reset_password_from_key_done", "200 405", "200 405"),
    SignInPage(
        "account_reset_password_from_key", "200 200", "200 200", {"uidb36": "1", "key": "set-password"}
    ),
    SignInPage("prove_there", TO_SIGN_IN, "404 405"),
    SignInPage("socialaccount_login_cancelled", "200 405", "200 405"),
    SignInPage("openid_connect_login", "404 405", "404 405", {"provider_id": "sso-none"}),
    SignInPage("openid_connect_callback", "404 405", "404 405", {"provider_id": "sso-none"}),
    SignInPage("mfa_index", TO_SIGN_IN, "200 405"),
    SignInPage("mfa_authenticate", TO_SIGN_IN, "302 302"),
    SignInPage("mfa_reauthenticate", TO_SIGN_IN, "200 200"),
    SignInPage("mfa_activate_totp", TO_SIGN_IN, "302 302"),
    SignInPage("mfa_view_recovery_codes", TO_SIGN_IN, "200 405"),
    SignInPage("mfa_generate_recovery_codes", TO_SIGN_IN, "200 302"),
    SignInPage("mfa_download_recovery_codes", TO_SIGN_IN, "200 405"),
    SignInPage("mfa_list_webauthn", TO_SIGN_IN, "200 405"),
    SignInPage("mfa_add_webauthn", TO_SIGN_IN, "200 200"),
    SignInPage("mfa_login_webauthn", "302 302", "302 302"),
    SignInPage("mfa_reauthenticate_webauthn", TO_SIGN_IN, "302 302"),
    SignInPage("mfa_remove_webauthn", TO_SIGN_IN, "404 404", {"pk": 1}),
    SignInPage("mfa_edit_webauthn", TO_SIGN_IN, "404 404", {"pk": 1}),
    SignInPage("mfa_deactivate_totp", TO_SIGN_IN, "200 302"),
    # The last, as they sign out.
    SignInPage("logout", "302 302", "405 302"),
    SignInPage("account_logout", "302 302", "405 302"),
]
