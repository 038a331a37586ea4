import json
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command

from imports.contacts.approval_rules import APPROVAL_RULES
from imports.management import demo
from imports.models import DotdigitalAccount, Membership
from imports.roles import AccountRole
from portal.models import User

pytestmark = pytest.mark.django_db

PUBLIC = {person.username: person.password for person in demo.DEMO_USERS}


def seed(endpoint: str = "http://127.0.0.1:8010", *, random_passwords: bool = False) -> dict[str, str]:
    """Runs the command; the names and passwords that it tells."""
    said = StringIO()
    call_command("seed_demo", endpoint=endpoint, random_passwords=random_passwords, verbosity=0, stdout=said)
    return {entry["username"]: entry["password"] for entry in json.loads(said.getvalue())["sign_ins"]}


def test_demo_users_can_sign_in_and_belong_to_the_account() -> None:
    assert seed() == PUBLIC

    for person in demo.DEMO_USERS:
        user = authenticate(username=person.username, password=person.password)
        assert user is not None
        assert user.is_superuser is person.is_admin
        roles = Membership.objects.filter(user=user).values_list("account__name", "role")
        assert sorted(roles) == [(name, person.role) for name in demo.ACCOUNTS]
    assert {person.role for person in demo.DEMO_USERS} == set(AccountRole)
    rules = dict(DotdigitalAccount.objects.values_list("name", "approval_rules"))
    assert rules == demo.ACCOUNTS
    assert {code for chosen in rules.values() for code in chosen} <= set(APPROVAL_RULES)


def test_second_run_changes_only_the_endpoint() -> None:
    seed()
    User.objects.filter(username="demo").update(first_name="Renamed")
    before = set(DotdigitalAccount.objects.values_list("api_password_encrypted"))

    assert seed("http://127.0.0.1:9010") == PUBLIC

    assert User.objects.count() == len(demo.DEMO_USERS)
    assert User.objects.get(username="demo").first_name == "Renamed"
    assert {one.endpoint for one in DotdigitalAccount.objects.all()} == {"http://127.0.0.1:9010"}
    assert set(DotdigitalAccount.objects.values_list("api_password_encrypted")) == before


def test_user_who_left_the_account_is_not_put_back() -> None:
    seed()
    Membership.objects.filter(user__username="demo").delete()

    seed()

    assert not Membership.objects.filter(user__username="demo").exists()


def test_admin_who_has_another_name_is_not_made_again() -> None:
    seed()
    User.objects.filter(username="admin").update(username="alex")

    assert "admin" not in seed()

    assert not User.objects.filter(username="admin").exists()
    assert authenticate(username="admin", password=PUBLIC["admin"]) is None


@pytest.mark.parametrize("is_there", ["user", "account"])
def test_a_database_that_somebody_has_begun_to_use_is_not_seeded(is_there: str) -> None:
    if is_there == "user":
        User.objects.create_superuser("alex", password="a password of her own")
    else:
        DotdigitalAccount.objects.create(
            name="Acme", endpoint="https://r1-api.dotdigital.com", api_user="api"
        )

    assert seed() == {}

    assert not User.objects.filter(username__in=PUBLIC).exists()
    assert not DotdigitalAccount.objects.filter(name=demo.ACCOUNT_NAME).exists()


def test_an_account_that_was_made_a_real_one_stays_where_it_is() -> None:
    seed()
    DotdigitalAccount.objects.update(endpoint="https://r1-api.dotdigital.com")

    seed("http://127.0.0.1:9010")

    assert {one.endpoint for one in DotdigitalAccount.objects.all()} == {"https://r1-api.dotdigital.com"}


def test_passwords_are_random_where_others_can_reach_the_portal() -> None:
    told, told_again = seed(random_passwords=True), seed(random_passwords=True)

    assert set(told) == set(PUBLIC)
    assert told_again == {}
    for username, password in told.items():
        assert authenticate(username=username, password=password)
        assert authenticate(username=username, password=PUBLIC[username]) is None


def test_public_passwords_do_not_stay_when_others_come_to_reach_the_portal() -> None:
    seed()
    User.objects.filter(username="admin").update(username="alex")

    told = seed(random_passwords=True)

    assert set(told) == {*PUBLIC, "alex"} - {"admin"}
    for username, password in told.items():
        assert password not in PUBLIC.values()
        assert authenticate(username=username, password=password)
    assert authenticate(username="alex", password=PUBLIC["admin"]) is None
