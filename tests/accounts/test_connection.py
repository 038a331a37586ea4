"""What an account has, and making more of it."""

from collections.abc import Iterator

import pytest

from imports.access import may_manage
from imports.accounts.catalogue import catalogue_of, create_data_field, create_list, known_of
from imports.dotdigital.errors import NoAnswerError, RefusedError, ServerError
from imports.dotdigital.types import ContactList, DataField
from imports.jobs.suggesting import refresh_account
from imports.models import DotdigitalAccount, Membership
from portal.models import User
from tests.dotdigital.servers import Reply, ScriptedServer, json_reply

pytestmark = pytest.mark.pipeline

FIELDS = json_reply([{"name": "FIRSTNAME", "type": "String", "visibility": "Public"}])
MORE_FIELDS = json_reply(
    [
        {"name": "FIRSTNAME", "type": "String", "visibility": "Public"},
        {"name": "HAIR", "type": "String", "visibility": "Private"},
    ]
)
NONE = json_reply([])


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    server = ScriptedServer()
    yield server
    server.close()


@pytest.fixture
def scripted(db, server: ScriptedServer, settings) -> DotdigitalAccount:
    """An account whose Dotdigital says what a test has it say."""
    settings.DOTDIGITAL_EXTRA_HOSTS = [server.host]
    account = DotdigitalAccount(name="Acme", endpoint=server.endpoint, api_user="user")
    account.api_password = "not a secret here"
    account.save()
    return account


class TestCatalogue:
    def test_it_has_the_account_s_own_identifiers(self, account):
        refresh_account(account)

        account.refresh_from_db()
        assert catalogue_of(account).custom_identifiers == ("crm-id", "customer-id", "loyalty-id")

    @pytest.mark.parametrize(
        "refusal",
        [
            Reply(401),
            Reply(403, b"Forbidden: Access is denied"),
            Reply(404),
            json_reply({"errorCode": "configuration:featureNotActive", "description": "no"}, 403),
        ],
    )
    def test_an_account_without_that_feature_or_right_has_all_the_rest(self, refusal, scripted, server):
        server.will_answer(FIELDS, NONE, NONE, refusal)

        refresh_account(scripted)

        catalogue = catalogue_of(scripted)
        assert catalogue.custom_identifiers == ()
        assert [field.name for field in catalogue.data_fields] == ["FIRSTNAME"]

    def test_a_fault_is_no_answer(self, scripted, server):
        server.will_answer(FIELDS, NONE, NONE, Reply(503))

        assert not refresh_account(scripted)

        scripted.refresh_from_db()
        assert (known_of(scripted).content, known_of(scripted).read_at) == ({}, None)
        assert known_of(scripted).unread_words == ServerError().sentence

    def test_a_category_of_preferences_is_none(self, account):
        refresh_account(account)

        assert {entry.id for entry in catalogue_of(account).preferences} == {9, 10, 11, 21, 22, 23, 31}


class TestCreating:
    def test_a_data_field_is_there_for_mapping_at_once(self, account):
        made = create_data_field(account, "hair", "String", "Public", "brown")

        account.refresh_from_db()
        assert made == DataField("HAIR", "String", "Public")
        assert catalogue_of(account).find("dataFields.HAIR") is not None

    def test_a_list_is_there_for_mapping_at_once(self, account):
        made = create_list(account, "Spring fair")

        account.refresh_from_db()
        assert isinstance(made, ContactList)
        assert catalogue_of(account).find_list("Spring fair") == made.id

    @pytest.mark.parametrize("name", ["FIRSTNAME", "EMAIL", "two words"])
    def test_what_there_cannot_be_is_refused_in_words(self, name, account):
        with pytest.raises(RefusedError) as refused:
            create_data_field(account, name, "String")
        assert "data field of this name" in refused.value.sentence

    def test_a_list_that_is_there_is_refused_in_words(self, account):
        with pytest.raises(RefusedError) as refused:
            create_list(account, "Newsletter")
        assert "list of this name" in refused.value.sentence

    @pytest.mark.parametrize(("fields", "is_made"), [(MORE_FIELDS, True), (FIELDS, False)])
    def test_what_the_account_has_decides_after_a_fault(self, fields, is_made, scripted, server):
        server.will_answer(Reply(502), fields)

        if is_made:
            assert create_data_field(scripted, "hair", "String").name == "HAIR"
        else:
            with pytest.raises(ServerError):
                create_data_field(scripted, "hair", "String")

    def test_the_first_fault_is_told_when_nothing_can_be_learnt(self, scripted, server):
        server.will_answer(json_reply("no list"), Reply(401))

        with pytest.raises(NoAnswerError):
            create_list(scripted, "Spring")

    def test_what_was_made_is_known_though_the_account_cannot_be_read(self, scripted, server):
        server.will_answer(Reply(201), Reply(503))

        create_data_field(scripted, "HAIR", "String")

        scripted.refresh_from_db()
        assert catalogue_of(scripted).find("dataFields.HAIR") is not None
        assert known_of(scripted).asked_at is not None


def test_only_managers_and_superusers_may(db):
    account, other = (
        DotdigitalAccount.objects.create(name=name, endpoint="", api_user="") for name in ("Acme", "Other")
    )
    people = {name: User.objects.create_user(name) for name in ("member", "manager", "elsewhere", "stranger")}
    Membership.objects.create(account=account, user=people["member"])
    for where, name in ((account, "manager"), (other, "elsewhere")):
        Membership.objects.create(account=where, user=people[name], role=Membership.Role.MANAGER)
    people["superuser"] = User.objects.create_superuser("superuser")

    allowed = {name for name, user in people.items() if may_manage(user, account)}

    assert allowed == {"manager", "superuser"}
