"""Pages elsewhere, open in a browser of this machine, get nothing done."""

import pytest

FAULTS = "/sandbox/faults"


class TestHost:
    @pytest.mark.parametrize(
        "host", ["sandbox.attacker.example:8010", "127.0.0.1.attacker.example", "a/b@c", ""]
    )
    def test_it_refuses_a_name_that_may_be_anybodys(self, caller, host):
        assert caller.get("/", headers={"Host": host}).status_code == 421

    @pytest.mark.parametrize(
        "host", ["localhost:8010", "LOCALHOST", "127.0.0.1:1", "[::1]:8010", "192.0.2.7"]
    )
    def test_it_answers_by_an_address_or_as_localhost(self, caller, host):
        assert caller.get("/", headers={"Host": host}).status_code == 200


class TestOrigin:
    @pytest.mark.parametrize("origin", ["https://attacker.example", "null", "http://127.0.0.1:1"])
    def test_a_page_elsewhere_switches_on_no_fault(self, caller, origin):
        before = caller.get(FAULTS).json()
        answer = caller.session.post(
            caller.sandbox.url + FAULTS,
            json={"rules": [{"call": "PUT", "answer": "503", "every": 1}]},
            headers={"Origin": origin},
            timeout=30,
        )

        assert answer.status_code == 403
        assert caller.get(FAULTS).json() == before

    def test_its_own_pages_may_call_it(self, caller):
        answer = caller.session.post(
            caller.sandbox.url + FAULTS,
            json=caller.get(FAULTS).json(),
            headers={"Origin": caller.sandbox.url},
            timeout=30,
        )

        assert answer.status_code not in {403, 421}
