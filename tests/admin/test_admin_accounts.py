import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from imports.admin.account_admin import AccountForm
from imports.models import AuditEvent, DotdigitalAccount, Membership
from portal.models import User
from tests.admin.conftest import TOKEN
from tests.dotdigital.test_discovery import account_reply
from tests.told import as_told

LIST = reverse("admin:imports_dotdigitalaccount_changelist")
ADD = reverse("admin:imports_dotdigitalaccount_add")
MEMBERS = {
    f"{of}-{name}_FORMS": number
    for of in ("memberships", "group_memberships")
    for name, number in (("TOTAL", "0"), ("INITIAL", "0"), ("MIN_NUM", "0"), ("MAX_NUM", "1000"))
}

OTHER_TOKEN = "66666666-7777-4888-8999-000000000000"


def page_of(account) -> str:
    return reverse("admin:imports_dotdigitalaccount_change", args=[account.pk])


def fields(account: DotdigitalAccount | None = None, **changes) -> dict[str, str]:
    """What the form posts, of a new account or of one that there is."""
    given = {
        "name": "Acme",
        "endpoint": account.endpoint if account else "https://r1-api.dotdigital.com",
        "api_user": account.api_user if account else "user",
        "api_password": "",
        "integration_token": "",
        "phone_region": "gb",
        "max_active_imports": "25",
        "reads_contacts": "off",
        "shares_jobs": "on",
    }
    return {**MEMBERS, **given, **changes}


class TestCredentials:
    def test_they_are_needed_for_a_new_account(self, as_admin):
        assert "This field is required." in as_admin.post(ADD, fields()).text
        assert not DotdigitalAccount.objects.exists()

    def test_they_go_in_encrypted(self, as_admin):
        as_admin.post(ADD, fields(api_password=" pass word "))

        account = DotdigitalAccount.objects.get()
        assert account.api_password == " pass word "
        assert "pass word" not in account.api_password_encrypted

    def test_left_blank_they_stay(self, as_admin, account):
        before = account.api_password

        as_admin.post(page_of(account), fields(account, name="Renamed"))

        account.refresh_from_db()
        assert (account.name, account.api_password, account.integration_token) == (
            "Renamed",
            before,
            TOKEN,
        )

    def test_filled_in_they_are_replaced(self, as_admin, account):
        as_admin.post(page_of(account), fields(account, api_password="new", integration_token=OTHER_TOKEN))

        account.refresh_from_db()
        assert (account.api_password, account.integration_token) == ("new", OTHER_TOKEN)

    def test_a_token_can_be_removed(self, as_admin, account):
        as_admin.post(page_of(account), fields(account, remove_integration_token="on"))

        account.refresh_from_db()
        assert account.integration_token == ""

    def test_a_token_that_no_header_can_carry_is_refused(self, as_admin, account):
        response = as_admin.post(page_of(account), fields(account, integration_token="two words"))

        assert "has the form of a GUID" in response.text

    def test_they_never_come_out(self, as_admin, account):
        text = as_admin.get(page_of(account)).text + as_admin.get(LIST).text

        for secret in (
            account.api_password,
            account.integration_token,
            account.api_password_encrypted,
            account.integration_token_encrypted,
        ):
            assert secret not in text


class TestEndpoint:
    @pytest.mark.parametrize(
        "endpoint", ["https://evil.example.com", "http://r1-api.dotdigital.com", "nonsense!"]
    )
    def test_credentials_can_go_to_allowed_hosts_alone(self, endpoint, as_admin, account):
        response = as_admin.post(page_of(account), fields(endpoint=endpoint))

        assert "Use one of Dotdigital&#x27;s regional addresses" in response.text
        account.refresh_from_db()
        assert account.endpoint != endpoint

    def test_it_is_kept_in_one_form(self, as_admin, account):
        entered = {"api_password": "new", "integration_token": OTHER_TOKEN}
        as_admin.post(page_of(account), fields(account, endpoint="R2-API.dotdigital.com/", **entered))

        account.refresh_from_db()
        assert account.endpoint == "https://r2-api.dotdigital.com"
        assert account.phone_region == "GB"


class TestAnotherHostOrUser:
    """What is stored goes nowhere but where it was entered for."""

    @pytest.mark.parametrize(
        ("name", "value"),
        [("endpoint", "https://r3-api.dotdigital.com"), ("api_user", "somebody-else@apiconnector.com")],
    )
    def test_it_takes_the_password_again(self, name, value, as_admin, account):
        before = getattr(account, name)
        given = fields(account, **{name: value}, remove_integration_token="on")

        assert "enter the password again" in as_admin.post(page_of(account), given).text

        account.refresh_from_db()
        assert getattr(account, name) == before
        assert as_admin.post(page_of(account), {**given, "api_password": "its own"}).status_code == 302
        account.refresh_from_db()
        assert (getattr(account, name), account.api_password) == (value, "its own")

    def test_another_host_takes_the_token_again_or_has_none(self, as_admin, account):
        given = fields(account, endpoint="https://r3-api.dotdigital.com", api_password="its own")

        assert "enter the integration token again" in as_admin.post(page_of(account), given).text

        account.refresh_from_db()
        assert account.integration_token == TOKEN
        assert as_admin.post(page_of(account), {**given, "remove_integration_token": "on"}).status_code == 302
        account.refresh_from_db()
        assert account.integration_token == ""

    def test_the_same_host_in_other_letters_is_the_same(self, as_admin, account):
        account.endpoint = "https://r1-api.dotdigital.com"
        account.save()

        as_admin.post(page_of(account), fields(account, endpoint="R1-API.dotdigital.com/", name="Renamed"))

        account.refresh_from_db()
        assert (account.name, account.endpoint) == ("Renamed", "https://r1-api.dotdigital.com")


class TestMembers:
    def test_they_are_chosen_beside_the_account(self, as_admin, account, admin_user):
        members = {
            **MEMBERS,
            "memberships-TOTAL_FORMS": "1",
            "memberships-0-user": str(admin_user.pk),
            "memberships-0-role": "manager",
        }

        as_admin.post(page_of(account), {**fields(account), **members})

        assert Membership.objects.get().role == Membership.Role.MANAGER


class TestConnection:
    def ask(self, client, account):
        return client.post(
            LIST, {"action": "check_connection", "_selected_action": [str(account.pk)]}, follow=True
        ).text

    def test_it_says_which_account_answers(self, as_admin, account):
        assert "Acme: " in self.ask(as_admin, account)
        assert 'class="success"' in self.ask(as_admin, account)

    def test_it_keeps_the_regional_address_that_the_account_names(self, as_admin, account, server, settings):
        settings.DOTDIGITAL_EXTRA_HOSTS = [server.host]
        account.endpoint = server.endpoint
        account.save()
        server.will_answer(account_reply(("ApiEndpoint", "https://r2-api.dotdigital.com/")))

        self.ask(as_admin, account)

        account.refresh_from_db()
        assert account.endpoint == "https://r2-api.dotdigital.com"

    def test_it_says_what_is_wrong_and_what_to_do(self, as_admin, account):
        account.api_password = "wrong"
        account.save()

        text = self.ask(as_admin, account)

        assert 'class="error"' in text
        assert "does not accept" in text

    def test_it_survives_a_lost_key(self, as_admin, account):
        account.api_password_encrypted = "not encrypted with any key"
        account.save()

        assert 'class="error"' in self.ask(as_admin, account)


class TestPausing:
    def act(self, client, action, account):
        return client.post(LIST, {"action": action, "_selected_action": [str(account.pk)]}, follow=True).text

    @pytest.mark.parametrize(("action", "is_paused"), [("pause", True), ("resume", False)])
    def test_an_account_is_paused_and_goes_on(self, action, is_paused, as_admin, account):
        DotdigitalAccount.objects.update(is_paused=not is_paused)

        for _ in range(2):
            assert 'class="success"' in self.act(as_admin, action, account)

        account.refresh_from_db()
        assert account.is_paused is is_paused

    def test_it_takes_the_permission_to_change_accounts(self, account, db):
        user = User.objects.create_user("staff", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename="view_dotdigitalaccount"))
        client = Client()
        client.force_login(user)

        self.act(client, "pause", account)

        account.refresh_from_db()
        assert not account.is_paused

    def test_the_list_and_the_page_say_how_it_stands(self, as_admin, account):
        DotdigitalAccount.objects.update(
            is_paused=True, blocked_reason=as_told("The password is refused."), slot_ceiling=7
        )

        assert "The password is refused." in as_admin.get(LIST).text
        text = as_admin.get(page_of(account)).text
        assert "The password is refused." in text
        assert reverse("imports:account", args=[account.pk]) in text

    def test_saving_leaves_alone_what_workers_write_meanwhile(self, as_admin, account, monkeypatch):
        clean = AccountForm.clean_endpoint

        def clean_while_a_worker_writes(form):
            DotdigitalAccount.objects.update(failed_calls=5, is_paused=True)
            return clean(form)

        monkeypatch.setattr(AccountForm, "clean_endpoint", clean_while_a_worker_writes)
        as_admin.post(page_of(account), fields(account, name="Renamed"))

        account.refresh_from_db()
        assert (account.name, account.failed_calls, account.is_paused) == ("Renamed", 5, True)


def test_people_who_are_no_administrators_are_kept_out(account, db):
    client = Client()
    client.force_login(User.objects.create_user("member"))

    assert client.get(page_of(account)).status_code == 302


class TestReading:
    def test_somebody_says_that_contacts_may_be_read_and_that_is_recorded(self, as_admin, account):
        as_admin.post(page_of(account), fields(account, reads_contacts="small"))

        account.refresh_from_db()
        assert account.reads_contacts == "small"
        changed = AuditEvent.objects.filter(action="account_changed").last()
        assert changed.details["reads_contacts"] == {"was": "off", "is": "small"}


class TestApproval:
    def test_an_account_gets_its_rules(self, as_admin, account):
        as_admin.post(
            page_of(account), fields(account, rule_contacts="500", rule_always="on", approvals_needed="2")
        )

        account.refresh_from_db()
        assert (account.approval_rules, account.approvals_needed) == ({"always": True, "contacts": 500}, 2)
        assert 'name="rule_contacts" value="500"' in as_admin.get(page_of(account)).text

    def test_whoever_may_not_change_them_reads_them(self, account):
        account.approval_rules = {"contacts": 500}
        account.save()
        abel = User.objects.create_user("abel", is_staff=True)
        abel.user_permissions.set(Permission.objects.filter(content_type__app_label="imports"))
        Membership.objects.create(account=account, user=abel, role=Membership.Role.APPROVER)
        browser = Client()
        browser.force_login(abel)

        page = browser.get(page_of(account)).text
        assert "More contacts than: 500" in page
        assert "rule_contacts" not in page
