from collections import Counter

from fake_services import FakeServices
from fastapi.testclient import TestClient


def test_quotes_cheapest_first(api: TestClient, services: FakeServices) -> None:
    quotes = api.get("/quotes", params={"country": "DE", "weight": 700}).json()
    assert quotes == [
        {"carrier": "snail", "price": 390, "days": 5},
        {"carrier": "swift", "price": 690, "days": 1},
    ]
    assert {call.query["weight"] for call in services.calls} == {"700"}
    assert {call.headers["accept"] for call in services.calls} == {"application/json"}


def test_quotes_while_a_carrier_is_down(api: TestClient, services: FakeServices) -> None:
    services.fail("/offers/swift", status=500)
    answer = api.get("/quotes", params={"country": "DE", "weight": 1})
    assert (answer.status_code, answer.json()["detail"]) == (502, "the carriers do not answer")


def test_status(api: TestClient, services: FakeServices) -> None:
    assert api.get("/status").json() == {"payments": True, "shipping": True}
    services.fail("/health")
    assert api.get("/status").json() == {"payments": False, "shipping": False}


def test_campaign_reaches_whom_it_can(api: TestClient, services: FakeServices) -> None:
    services.fail("POST /messages", status=429, times=1)
    answer = api.post("/campaigns", json={"subject": "Spring sale", "body": "Come in."})
    assert answer.json() == {
        "sent": ["ada@example.com", "ben@example.com"],
        "failed": {"bounce@example.com": "not sent"},
    }
    posts = Counter(call.body["to"] for call in services.calls if call.method == "POST")
    assert posts["ada@example.com"] + posts["ben@example.com"] == 3
    assert posts["bounce@example.com"] == 4


def test_campaign_writes_to_nobody_twice(api: TestClient, services: FakeServices) -> None:
    services.mailbox["ada@example.com"] = ["Winter sale", "Spring sale"]
    campaign = {"subject": "Spring sale", "body": "Come in.", "country": "DE"}
    assert api.post("/campaigns", json=campaign).json()["sent"] == []
    assert services.mailbox["ada@example.com"] == ["Winter sale", "Spring sale"]
    campaign["country"] = "FR"
    assert api.post("/campaigns", json=campaign).json()["sent"] == ["ben@example.com"]
