import json
from typing import Callable, List

import pytest
from fake_services import FakeServices

Shop = Callable[..., List[str]]


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("abroad", ["5: Ben, FR to DE"]),
        ("best-customers", ["Ada: 1060.00", "Ben: 80.00", "Cleo: 0.00"]),
        (
            "orders",
            [
                "1 | new | Ada | 1 x Kettle, 2 x Knife | 60.00",
                "2 | new | Ben | 1 x Rake | 25.00",
                "3 | new | Ada | 20 x Voucher | 1000.00",
                "4 | paid | - | 2 x Rake | 50.00",
                "5 | shipped | Ben | 1 x Kettle, 1 x Rake | 55.00",
                "6 | declined | Cleo | 30 x Voucher | 1500.00",
            ],
        ),
        ("parcels", ["5: T5-a, ?"]),
        ("payables", ["Acme: 6", "Bolt & Sons: 52"]),
        ("reviews", ["3 reviews", "K-1: 4.5", "R-1: 2.0"]),
        (
            "stock",
            [
                "K-1: 12 in kitchen, from Acme (DE)",
                "K-2: 40 in kitchen, from Bolt & Sons (FR)",
                "R-1: 3 in garden, from Acme (DE)",
                "V-1: 99 in ?, from Bolt & Sons (FR)",
            ],
        ),
        (
            "suppliers",
            ["Acme: Rake 25.00, Kettle 30.00", "Bolt & Sons: Knife 15.00, Voucher 50.00"],
        ),
    ],
)
def test_report(shop: Shop, name: str, lines: list) -> None:
    assert shop("report", name) == lines


def test_export_for_the_accountants(shop: Shop) -> None:
    exported = [json.loads(line) for line in shop("report", "export")]
    assert [order["id"] for order in exported] == [1, 2, 3, 4, 5, 6]
    assert exported[3] == {
        "id": 4,
        "status": "paid",
        "customer": None,
        "lines": [{"product_id": 3, "quantity": 2, "unit_price": 2500}],
    }


def test_turnover_in_two_currencies(shop: Shop, services: FakeServices) -> None:
    services.fail("/rates", times=1)
    assert shop("report", "turnover") == ["105.00 EUR", "131.25 USD"]
    assert shop("report", "turnover", "--currency", "JPY") == ["105.00 EUR", "16800.00 JPY"]


def test_init_on_a_database_that_is_there(shop: Shop) -> None:
    assert shop("init") == []
