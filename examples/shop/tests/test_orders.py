import pytest
from fastapi.testclient import TestClient


def test_orders_come_newest_first_with_customer_and_lines(api: TestClient) -> None:
    orders = api.get("/orders").json()
    assert [order["id"] for order in orders] == [6, 5, 4, 3, 2, 1]
    assert orders[-1] == {
        "id": 1,
        "status": "new",
        "customer": {"id": 1, "name": "Ada", "email": "ada@example.com", "phone": "+49 1"},
        "lines": [
            {"product_id": 1, "quantity": 1, "unit_price": 3000},
            {"product_id": 2, "quantity": 2, "unit_price": 1500},
        ],
    }


def test_orders_by_status_and_without_account(api: TestClient) -> None:
    (order,) = api.get("/orders", params={"status": "paid"}).json()
    assert (order["id"], order["customer"]) == (4, None)


def test_an_order_names_its_products(api: TestClient) -> None:
    order = api.get("/orders/1").json()
    assert order["created_at"] == "2022-03-01T12:00:00"
    assert order["payment_reference"] is None
    assert order["lines"] == [
        {"sku": "K-1", "name": "Kettle", "quantity": 1, "total": 3000},
        {"sku": "K-2", "name": "Knife", "quantity": 2, "total": 3000},
    ]


@pytest.mark.parametrize("path", ["/orders/99", "/customers/99", "/products/99"])
def test_what_is_not_there(api: TestClient, path: str) -> None:
    assert api.get(path).status_code == 404


def test_placing_an_order_takes_from_the_stock(api: TestClient) -> None:
    new = {
        "customer_id": 2,
        "country": "FR",
        "lines": [{"product": "R-1", "quantity": 2}, {"product": 2}],
    }
    placed = api.post("/orders", json=new)
    assert placed.status_code == 201
    assert placed.json()["customer"]["name"] == "Ben"
    assert [line["quantity"] for line in placed.json()["lines"]] == [2, 1]

    again = api.post("/orders", json=new)
    assert again.status_code == 409
    assert again.json()["detail"] == "only 1 left of R-1"
    assert len(api.get("/orders").json()) == 7


@pytest.mark.parametrize(
    ("lines", "detail"),
    [
        ([{"product": 1}, {"product": "X-1"}], {"product": "X-1"}),
        ([{"product": 77}], {"product": 77}),
    ],
)
def test_ordering_what_we_do_not_sell(api: TestClient, lines: list, detail: dict) -> None:
    answer = api.post("/orders", json={"country": "DE", "lines": lines})
    assert (answer.status_code, answer.json()["detail"]) == (422, detail)


def test_customers_with_how_often_they_ordered(api: TestClient) -> None:
    customers = api.get("/customers").json()
    assert {customer["name"]: customer["order_count"] for customer in customers} == {
        "Ada": 2,
        "Ben": 2,
        "Cleo": 1,
    }
    assert customers[1]["phone"] is None


def test_account(api: TestClient) -> None:
    account = api.get("/customers/2").json()
    assert account["customer"]["email"] == "ben@example.com"
    assert account["open_orders"] == [2]
    assert account["ratings"] == {"1": 4, "3": 2}


def test_history_with_tracking_codes(api: TestClient) -> None:
    assert api.get("/customers/2/orders").json() == [
        {"order_id": 2, "status": "new", "tracking_codes": []},
        {"order_id": 5, "status": "shipped", "tracking_codes": ["T5-a", None]},
    ]


def test_reviews_of_a_customer(api: TestClient) -> None:
    assert api.get("/customers/2/reviews").json() == [
        {"product": "Kettle", "rating": 4, "text": None},
        {"product": "Rake", "rating": 2, "text": "Squeaks."},
    ]
