"""Account details, data fields, lists and preferences."""

from pathlib import Path

import pytest

from tests.sandbox.conftest import Caller, by_email, running_sandbox


class TestAccountInfo:
    def test_names_this_server_as_its_endpoint(self, caller):
        content = caller.get("/v2/account-info").json()
        values = {item["name"]: item["value"] for item in content["properties"]}
        assert values["ApiEndpoint"] == f"{caller.sandbox.url}/"
        assert isinstance(content["id"], int)
        assert all(isinstance(value, str) for value in values.values())

    def test_names_the_host_that_the_caller_used(self, caller):
        content = caller.get("/v2/account-info", headers={"Host": "localhost:8010"}).json()
        values = {item["name"]: item["value"] for item in content["properties"]}
        assert values["ApiEndpoint"] == "http://localhost:8010/"


class TestDataFields:
    def test_lists_the_default_fields_with_their_types(self, caller):
        fields = {field["name"]: field for field in caller.get("/v2/data-fields").json()}
        assert fields["FIRSTNAME"] == {
            "name": "FIRSTNAME",
            "type": "String",
            "visibility": "Public",
            "defaultValue": None,
        }
        types = {name: field["type"] for name, field in fields.items()}
        assert types["LASTSUBSCRIBED"] == "Date"
        assert types["ORDERS"] == "Numeric"
        assert types["VIP"] == "Boolean"

    def test_creates_a_field_in_upper_case(self, caller):
        response = caller.post("/v2/data-fields", {"Name": "Shoe_Size", "Type": "numeric", "defaultValue": 0})
        created = {"name": "SHOE_SIZE", "type": "Numeric", "visibility": "Private", "defaultValue": 0}
        assert (response.status_code, response.json()) == (201, created)
        assert created in caller.get("/v2/data-fields").json()

    @pytest.mark.parametrize(
        ("content", "token"),
        [
            ({"name": "FirstName", "type": "String"}, "ERROR_NON_UNIQUE_DATAFIELD"),
            ({"name": "NOTES", "type": "String"}, "ERROR_DATAFIELD_INVALID"),
            ({"name": "SHOE SIZE", "type": "String"}, "ERROR_DATAFIELD_INVALID"),
            ({"name": "X" * 21, "type": "String"}, "ERROR_DATAFIELD_INVALID"),
            ({"name": "SHOE_SIZE", "type": "Colour"}, "ERROR_DATAFIELD_INVALID"),
            ({"name": "SHOE_SIZE"}, "ERROR_DATAFIELD_INVALID"),
            ({"name": "SHOE_SIZE", "type": "Numeric", "defaultValue": "big"}, "ERROR_DATAFIELD_INVALID"),
            (["SHOE_SIZE"], "ERROR_DATAFIELD_INVALID"),
        ],
    )
    def test_refuses_with_the_documented_token(self, caller, content, token):
        response = caller.post("/v2/data-fields", content)
        assert response.status_code == 400
        assert token in response.json()["message"]


class TestLists:
    def test_counts_members_once(self, caller):
        number = caller.get("/v2/address-books").json()[0]["id"]
        for _ in range(2):
            caller.import_contacts(by_email("ana@example.com", lists=[number, number]))
        assert caller.get("/v2/address-books").json()[0]["contacts"] == 1

    def test_pages_until_an_empty_array(self, tmp_path: Path):
        with running_sandbox(tmp_path, extra_lists=20) as sandbox:
            caller = Caller(sandbox)
            everything = caller.get("/v2/address-books").json()
            paged, page = [], None
            while page is None or page:
                page = caller.get("/v2/address-books", params={"select": 10, "skip": len(paged)}).json()
                assert len(page) <= 10
                paged += page
            caller.session.close()
        assert paged == everything
        assert len(everything) > 20

    @pytest.mark.parametrize("query", ["select=0", "select=1001", "select=ten", "skip=-1", "skip="])
    def test_refuses_bad_paging(self, caller, query):
        response = caller.get(f"/v2/address-books?{query}")
        assert response.status_code == 400
        assert "ERROR_PARAMETER_INVALID" in response.json()["message"]

    def test_creates_a_list_that_imports_can_use(self, caller):
        response = caller.post("/v2/address-books", {"name": "Spring fair", "visibility": "public"})
        assert response.status_code == 200
        created = response.json()
        assert created == {
            "id": created["id"],
            "name": "Spring fair",
            "visibility": "Public",
            "contacts": 0,
        }
        caller.import_contacts(by_email("ana@example.com", lists=[created["id"]]))
        assert caller.get("/v2/address-books").json()[-1] == {**created, "contacts": 1}

    @pytest.mark.parametrize(
        ("name", "token"),
        [
            ("newsletter", "ERROR_ADDRESSBOOK_DUPLICATE"),
            ("Test", "ERROR_ADDRESSBOOK_DUPLICATE"),
            ("All contacts", "ERROR_ADDRESSBOOK_DUPLICATE"),
            ("", "ERROR_ADDRESSBOOK_INVALID"),
            ("x" * 129, "ERROR_ADDRESSBOOK_INVALID"),
            (7, "ERROR_ADDRESSBOOK_INVALID"),
        ],
    )
    def test_refuses_with_the_documented_token(self, caller, name, token):
        response = caller.post("/v2/address-books", {"name": name})
        assert response.status_code == 400
        assert token in response.json()["message"]


class TestPreferences:
    def test_is_a_tree_of_categories_and_preferences(self, caller):
        tree = caller.get("/v2/preferences").json()
        categories = [node for node in tree if not node["isPreference"]]
        assert categories
        for category in categories:
            assert category["preferenceCount"] == len(category["preferences"]) > 0
            assert all(child["isPreference"] for child in category["preferences"])
            assert {child["categoryId"] for child in category["preferences"]} == {category["id"]}
        assert any(node["isPreference"] and node["categoryId"] == 0 for node in tree)


def test_custom_identifiers_are_listed(caller):
    names = [item["name"] for item in caller.get("/configuration/v3/customIdentifiers").json()]
    assert "crm-id" in names
