"""Single sign-on by OpenID Connect, with a real provider over HTTP."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.contrib.auth import get_user
from django.contrib.auth.models import Group
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from imports.access import role_in
from imports.models import AuditEvent, DotdigitalAccount, GroupMembership
from imports.roles import AccountRole
from portal.models import User
from portal.sign_in.oidc_settings import oidc_providers
from portal.sign_in.single_sign_on import sign_in_address
from tests.sign_in.conftest import HOME, LOGIN, set_up_app, signed_in
from tests.sign_in.oidc_process import OIDCProcess, running_oidc

pytestmark = [pytest.mark.django_db, pytest.mark.once]

DORA = {"email": "Dora@example.com", "email_verified": True, "name": "Dora Doe", "preferred_username": "dora"}
NEW = {"email": "nina@example.org", "email_verified": True, "name": "Nina New", "preferred_username": "nina"}


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    with running_oidc(tmp_path_factory.mktemp("oidc")) as process:
        yield process


@pytest.fixture
def oidc(process, settings) -> OIDCProcess:
    settings.SOCIALACCOUNT_PROVIDERS = oidc_providers(
        process.issuer, "portal", "secret", ["openid", "profile", "email"]
    )
    return process


def come(oidc: OIDCProcess, number: str, client: Client | None = None, query: str = ""):
    return oidc.sign_in(client or Client(), sign_in_address() + query, number)


class TestWho:
    def test_the_sign_in_page_leads_there_if_it_is_set_up(self, oidc, settings, dora):
        assert f'href="{sign_in_address()}"' in Client().get(LOGIN).text
        settings.SOCIALACCOUNT_PROVIDERS = {}
        assert "Single sign-on" not in Client().get(LOGIN).text

    def test_it_is_asked_with_a_state_and_a_challenge(self, oidc, dora):
        asked = parse_qs(urlsplit(Client().get(sign_in_address()).headers["Location"]).query)

        assert asked["client_id"] == ["portal"]
        assert asked["code_challenge_method"] == ["S256"]
        assert asked["state"]
        assert asked["redirect_uri"] == [f"http://testserver{sign_in_address()}callback/"]

    def test_somebody_who_is_known_by_their_address_comes_in_and_is_known_from_then_on(self, oidc, dora):
        oidc.knows("1", **DORA)
        client = Client()
        response = come(oidc, "1", client, "?next=/upload/")
        assert response.headers["Location"] == "/upload/"
        assert get_user(client) == dora

        User.objects.update(email="another@example.com")
        client = Client()
        come(oidc, "1", client)
        assert get_user(client) == dora
        means = AuditEvent.objects.filter(action="signed_in").order_by("pk").last().details
        assert means == {"means": ["socialaccount"]}

    @pytest.mark.parametrize(
        "claims",
        [
            {**DORA, "email_verified": False},
            {key: value for key, value in DORA.items() if key != "email_verified"},
            {"email": "nobody@example.com", "email_verified": True, "preferred_username": "dora"},
            {"email_verified": True, "preferred_username": "dora"},
        ],
    )
    def test_others_do_not(self, claims, oidc, dora):
        oidc.knows("2", **claims)
        client = Client()
        response = come(oidc, "2", client)

        assert response.status_code == 403
        assert "the portal does not know you" in response.text
        assert not get_user(client).is_authenticated
        assert [*User.objects.all()] == [dora]
        assert AuditEvent.objects.filter(action="sign_in_failed").count() == 1

    def test_an_address_that_two_people_have_is_nobodys(self, oidc, dora):
        User.objects.create_user("dora2", email="dora@example.com")
        oidc.knows("3", **DORA)

        assert come(oidc, "3").status_code == 403

    def test_a_provider_that_vouches_for_no_address_can_be_trusted(self, oidc, dora, settings):
        settings.OIDC_TRUSTS_EMAILS = True
        oidc.knows("4", email="dora@example.com")
        client = Client()
        come(oidc, "4", client)

        assert get_user(client) == dora

    def test_whoever_is_inactive_stays_out(self, oidc, dora):
        oidc.knows("5", **DORA)
        User.objects.update(is_active=False)
        client = Client()

        assert come(oidc, "5", client).headers["Location"] == reverse("account_inactive")
        assert not get_user(client).is_authenticated

    def test_nobody_is_tied_to_whoever_is_signed_in_here(self, oidc, dora):
        oidc.knows("6", **NEW)
        client = signed_in(dora)

        assert come(oidc, "6", client, "?process=connect").status_code == 403
        assert not dora.socialaccount_set.exists()


class TestNew:
    def test_people_of_domains_that_are_named_get_an_account_without_a_password(self, oidc, dora, settings):
        settings.OIDC_DOMAINS = ["example.org"]
        oidc.knows("7", **NEW)
        client = Client()
        assert come(oidc, "7", client).headers["Location"] == HOME

        person = get_user(client)
        assert (person.username, person.email, person.first_name) == ("nina", "nina@example.org", "Nina")
        assert not person.has_usable_password()
        assert reverse("imports:password") not in client.get(reverse("imports:profile")).text
        assert (person.is_staff, person.is_superuser) == (False, False)

    def test_they_get_no_name_that_somebody_has(self, oidc, dora, settings):
        settings.OIDC_DOMAINS = ["example.org"]
        oidc.knows("8", **{**NEW, "preferred_username": "dora"})
        client = Client()
        come(oidc, "8", client)

        assert get_user(client).is_authenticated
        assert get_user(client).username not in {"dora", ""}

    def test_others_get_none(self, oidc, dora, settings):
        settings.OIDC_DOMAINS = ["example.org"]
        for email in ("nina@example.net", "nina@sub.example.org", "nina@example.org.example.net"):
            oidc.knows("9", **{**NEW, "email": email})
            assert come(oidc, "9").status_code == 403


class TestGroups:
    @pytest.fixture
    def groups(self, settings) -> dict[str, Group]:
        settings.OIDC_GROUPS_CLAIM = "groups"
        return {name: Group.objects.create(name=name) for name in ("Marketing", "Sales", "Shop")}

    def test_they_are_those_that_the_provider_names(self, oidc, dora, groups):
        dora.groups.add(groups["Sales"])
        account = DotdigitalAccount.objects.create(name="Acme", endpoint="", api_user="")
        GroupMembership.objects.create(account=account, group=groups["Marketing"], role=AccountRole.APPROVER)
        oidc.knows("10", **DORA, groups=["Marketing", "none of the portal's"])
        client = Client()
        come(oidc, "10", client)

        assert [group.name for group in dora.groups.all()] == ["Marketing"]
        assert role_in(dora, account.pk) == AccountRole.APPROVER
        assert client.get(HOME).status_code == 200

    @pytest.mark.parametrize("claims", [{"groups": []}, {}, {"groups": "Shop"}])
    def test_what_it_no_longer_names_is_taken_away_and_ends_sessions(self, claims, oidc, dora, groups):
        dora.groups.add(groups["Sales"])
        elsewhere = signed_in(dora)
        oidc.knows("11", **DORA, **claims)
        come(oidc, "11")

        assert [group.name for group in dora.groups.all()] == (
            [claims["groups"]] if claims.get("groups") else []
        )
        assert not get_user(elsewhere).is_authenticated

    def test_those_of_somebody_new(self, oidc, dora, groups, settings):
        settings.OIDC_DOMAINS = ["example.org"]
        oidc.knows("12", **NEW, groups=["Shop"])
        client = Client()
        come(oidc, "12", client)

        assert [group.name for group in get_user(client).groups.all()] == ["Shop"]

    def test_without_the_setting_they_are_kept_here(self, oidc, dora, groups, settings):
        settings.OIDC_GROUPS_CLAIM = ""
        dora.groups.add(groups["Sales"])
        oidc.knows("13", **DORA, groups=["Shop"])
        come(oidc, "13")

        assert [group.name for group in dora.groups.all()] == ["Sales"]


class TestFactorsAndProofs:
    def test_a_compulsory_second_factor_is_the_providers_matter(self, oidc, dora, settings):
        settings.SECOND_FACTOR = "all"
        oidc.knows("14", **DORA)
        client = Client()
        come(oidc, "14", client)

        assert client.get(HOME).status_code == 200

    def test_ones_own_is_asked_for(self, oidc, as_dora):
        set_up_app(as_dora)
        oidc.knows("15", **DORA)

        assert come(oidc, "15").headers["Location"].startswith(reverse("mfa_authenticate"))

    def test_a_proof_is_given_there_by_whoever_has_none_here(self, oidc, dora):
        dora.set_unusable_password()
        dora.is_superuser = dora.is_staff = True
        dora.save()
        oidc.knows("16", **DORA)
        client, form = Client(), reverse("admin:imports_dotdigitalaccount_add")
        come(oidc, "16", client)
        session = client.session
        session["proved_at"] -= 3_600
        session.save()

        led = client.get(form).headers["Location"]
        begins = client.get(led).headers["Location"]
        asked = client.get(begins).headers["Location"]
        assert parse_qs(urlsplit(asked).query)["prompt"] == ["login"]
        assert oidc.sign_in(client, begins, "16").headers["Location"] == form
        assert client.get(form).status_code == 200


class TestAnswers:
    def test_an_answer_that_nobody_asked_for_is_not_taken(self, oidc, dora):
        oidc.knows("17", **DORA)
        there = Client().get(sign_in_address()).headers["Location"]
        back = requests.post(there, {"sub": "17"}, allow_redirects=False, timeout=10).headers["Location"]
        victim = Client()

        response = victim.get(f"{urlsplit(back).path}?{urlsplit(back).query}")

        assert "did not answer, or not as it should" in response.text
        assert not get_user(victim).is_authenticated

    def test_an_answer_is_taken_once(self, oidc, dora):
        oidc.knows("18", **DORA)
        client = Client()
        there = client.get(sign_in_address()).headers["Location"]
        back = requests.post(there, {"sub": "18"}, allow_redirects=False, timeout=10).headers["Location"]
        address = f"{urlsplit(back).path}?{urlsplit(back).query}"
        client.get(address)
        client.post(reverse("logout"))

        client.get(address)
        assert not get_user(client).is_authenticated

    def test_a_provider_that_is_away_is_said_to_be(self, oidc, settings, dora):
        settings.SOCIALACCOUNT_PROVIDERS = oidc_providers("http://127.0.0.1:9", "portal", "x", ["openid"])

        assert "did not answer" in Client().get(sign_in_address()).text


class TestSettings:
    @pytest.mark.parametrize(
        ("issuer", "client_id", "secret", "said"),
        [
            ("https://login.example.com", "", "x", "OIDC_CLIENT_ID"),
            ("https://login.example.com", "x", "", "OIDC_CLIENT_SECRET"),
            ("http://login.example.com", "x", "x", "https"),
        ],
    )
    def test_half_a_provider_is_none(self, issuer, client_id, secret, said):
        with pytest.raises(ImproperlyConfigured, match=said):
            oidc_providers(issuer, client_id, secret, [])

    def test_people_of_another_issuer_are_others(self):
        ids = [
            oidc_providers(f"https://{name}.example.com", "x", "x", [])["openid_connect"]["APPS"][0]
            for name in ("a", "b")
        ]
        assert ids[0]["provider_id"] != ids[1]["provider_id"]
