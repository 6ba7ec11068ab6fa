import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Callable, List

import pytest
from fake_services import FakeServices
from fastapi.testclient import TestClient

from shop.database import session_maker
from shop.models import Order
from shop.settings import settings

Shop = Callable[..., List[str]]


def test_a_round_charges_and_ships(shop: Shop, services: FakeServices, api: TestClient) -> None:
    assert shop("worker", "--once") == ["1 declined, 2 paid, 3 shipped"]
    amounts = {call.body["order"]: call.body["amount"] for call in services.calls_to("/charges")}
    assert amounts == {1: 6000, 2: 2500, 3: 100_000}
    bookings = [call.body for call in services.calls_to("/bookings")]
    assert bookings == [
        {"order": 1, "carrier": "snail", "weight": 1300},
        {"order": 2, "carrier": "swift", "weight": 1500},
        {"order": 4, "carrier": "snail", "weight": 3000},
    ]
    statuses = {order["id"]: order["status"] for order in api.get("/orders").json()}
    assert statuses == {
        1: "shipped", 2: "shipped", 3: "declined", 4: "shipped", 5: "shipped", 6: "declined",
    }  # fmt: skip
    assert api.get("/orders/2").json()["payment_reference"] == "ch_2"
    assert api.get("/customers/1/orders").json()[0]["tracking_codes"] == ["T1-1300"]


def test_the_second_round_finds_nothing_to_do(shop: Shop, services: FakeServices) -> None:
    shop("worker", "--once")
    services.calls.clear()
    assert shop("worker", "--once") == ["nothing to do"]
    assert services.calls == []


def test_charging_again_after_a_hiccup(shop: Shop, services: FakeServices) -> None:
    services.fail("/charges", times=2)
    assert shop("worker", "--once") == ["1 declined, 2 paid, 3 shipped"]
    keys = [call.headers["idempotency-key"] for call in services.calls_to("/charges")]
    assert keys == ["order-1"] * 3 + ["order-2", "order-3"]


def test_charging_again_after_a_timeout(
    shop: Shop, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "http_timeout", 0.2)
    services.stall("/charges", delay=0.4)
    assert shop("worker", "--once") == ["1 declined, 2 paid, 3 shipped"]
    assert len(services.calls_to("/charges")) > 3
    assert sorted(services.charges) == ["order-1", "order-2"]


def test_orders_wait_while_the_provider_is_down(shop: Shop, services: FakeServices) -> None:
    services.fail("/charges")
    assert shop("worker", "--once") == ["3 postponed, 1 shipped"]
    assert len(services.calls_to("/charges")) == 9
    services.fail("/charges", times=0)
    assert shop("worker", "--once") == ["1 declined, 2 paid, 2 shipped"]


def test_orders_wait_while_nobody_listens(
    shop: Shop, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = FakeServices()
    gone.close()
    monkeypatch.setattr(settings, "payments_url", gone.url)
    assert shop("worker", "--once") == ["3 postponed, 1 shipped"]


@pytest.mark.parametrize(
    ("status", "times", "bookings", "outcome"),
    [
        (503, 2, 5, "1 declined, 2 paid, 3 shipped"),
        (429, 3, 5, "1 declined, 2 paid, 2 shipped, 1 unshipped"),
        (400, 1, 3, "1 declined, 2 paid, 2 shipped, 1 unshipped"),
    ],
)
def test_booking_again_only_where_it_helps(
    shop: Shop, services: FakeServices, status: int, times: int, bookings: int, outcome: str
) -> None:
    services.fail("/bookings", status=status, times=times)
    assert shop("worker", "--once") == [outcome]
    assert len(services.calls_to("/bookings")) == bookings


def test_parcels_wait_for_their_label(shop: Shop, services: FakeServices) -> None:
    services.label_delay = 2
    shop("worker", "--once")
    assert len(services.calls_to("/labels/T4-3000")) == 3
    assert shop("report", "parcels") == ["1: T1-1300", "2: T2-1500", "4: T4-3000", "5: T5-a, ?"]


def test_a_label_that_is_never_printed(
    shop: Shop, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "label_timeout", 0.03)
    services.label_delay = 1000
    assert shop("worker", "--once") == ["1 declined, 2 paid, 3 shipped"]
    assert shop("report", "parcels")[0] == "1: ?"


def test_the_worker_goes_on_after_a_bad_round(services: FakeServices) -> None:
    services.fail("/charges", status=402, times=1)  # declined, for no reason given
    urls = {f"SHOP_{name}_URL": services.url for name in ("PAYMENTS", "SHIPPING")}
    worker = subprocess.Popen(
        [sys.executable, "-m", "shop", "worker"],
        cwd=Path(__file__).parents[1],
        env={**os.environ, **urls},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and not is_shipped(1):
            time.sleep(0.02)
    finally:
        worker.terminate()
        log = worker.communicate()[1]
    assert is_shipped(1)
    assert "round failed" in log


def is_shipped(order_id: int) -> bool:
    with session_maker() as session:
        order = session.get(Order, order_id)
        return order is not None and order.status == "shipped"
