import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command

from imports import demo
from imports.models import DotdigitalAccount, Membership
from portal.models import User

pytestmark = pytest.mark.django_db


def seed(endpoint: str = "http://127.0.0.1:8010") -> None:
    call_command("seed_demo", endpoint=endpoint, verbosity=0)


def test_demo_users_can_sign_in_and_belong_to_the_account() -> None:
    seed()

    for person in demo.DEMO_USERS:
        user = authenticate(username=person.username, password=person.password)
        assert user is not None
        assert user.is_superuser is person.is_admin
        assert Membership.objects.filter(user=user, account__name=demo.ACCOUNT_NAME).exists()


def test_second_run_changes_only_the_endpoint() -> None:
    seed()
    User.objects.filter(username="demo").update(first_name="Renamed")
    account = DotdigitalAccount.objects.get()

    seed("http://127.0.0.1:9010")

    assert User.objects.count() == len(demo.DEMO_USERS)
    assert User.objects.get(username="demo").first_name == "Renamed"
    assert DotdigitalAccount.objects.get().endpoint == "http://127.0.0.1:9010"
    assert DotdigitalAccount.objects.get().api_password_encrypted == account.api_password_encrypted


def test_user_who_left_the_account_is_not_put_back() -> None:
    seed()
    Membership.objects.filter(user__username="demo").delete()

    seed()

    assert not Membership.objects.filter(user__username="demo").exists()
