import pytest
from fake_services import FakeServices
from fastapi.testclient import TestClient

from shop.catalogue import Catalogue
from shop.database import async_session_maker, engine
from shop.models import Base
from shop.settings import settings


def test_products_with_their_rating(api: TestClient) -> None:
    products = api.get("/products").json()
    assert {product["sku"]: product["rating"] for product in products} == {
        "K-1": 4.5,
        "K-2": None,
        "R-1": 2.0,
        "V-1": None,
    }


def test_products_page_by_page(api: TestClient) -> None:
    page = api.get("/products", params={"limit": 2, "offset": 1}).json()
    assert [product["sku"] for product in page] == ["K-2", "R-1"]
    assert api.get("/products", params={"limit": 0}).status_code == 422


def test_a_product_with_its_reviews_best_first(api: TestClient) -> None:
    page = api.get("/products/1").json()
    assert page["product"]["name"] == "Kettle"
    assert page["reviews"] == [
        {"product": "Kettle", "rating": 5, "text": "Boils."},
        {"product": "Kettle", "rating": 4, "text": None},
    ]


def test_suppliers_with_their_products(api: TestClient) -> None:
    suppliers = api.get("/suppliers").json()
    assert {s["name"]: [p["sku"] for p in s["products"]] for s in suppliers} == {
        "Acme": ["K-1", "R-1"],
        "Bolt & Sons": ["K-2", "V-1"],
    }


def test_home_and_basket(api: TestClient) -> None:
    assert api.get("/").json() == {
        "featured": ["K-1", "R-1"],
        "categories": {"kitchen": 2, "garden": 1, "other": 1},
        "prices": [1500, 5000],
    }
    assert api.get("/basket", params={"skus": "R-1,X-9,K-2"}).json() == ["Rake", "Knife"]


def test_search(api: TestClient) -> None:
    assert api.get("/search", params={"text": "k"}).json() == ["K-1", "K-2", "R-1"]
    assert api.get("/search", params={"text": "K", "below": 2600}).json() == ["K-2", "R-1"]


async def test_a_catalogue_of_its_own() -> None:
    catalogue = Catalogue()
    assert await catalogue.price_range() is None
    assert await catalogue.load(async_session_maker) == 4
    assert await catalogue.price_range() == (1500, 5000)
    rake = await catalogue.find("R-1")
    assert rake is not None
    assert (rake.name, rake.category) == ("Rake", "garden")


def test_reloading_the_catalogue(api: TestClient) -> None:
    assert api.post("/catalogue/reload").json() == {"entries": 4}
    Base.metadata.drop_all(engine)
    assert api.post("/catalogue/reload").status_code == 503
    assert api.get("/").json()["featured"] == ["K-1", "R-1"]


def test_price_in_another_currency(api: TestClient, services: FakeServices) -> None:
    price = api.get("/products/1/price", params={"currency": "USD"}).json()
    assert price == {"sku": "K-1", "amount": 37.5, "currency": "USD"}
    (call,) = services.calls_to("/rates")
    assert call.query == {"base": "EUR", "quote": "USD"}


def test_price_in_our_own_currency_asks_nobody(api: TestClient, services: FakeServices) -> None:
    assert api.get("/products/2/price").json()["amount"] == 15.0
    assert services.calls == []


def test_price_in_a_currency_nobody_knows(api: TestClient, services: FakeServices) -> None:
    answer = api.get("/products/1/price", params={"currency": "XYZ"})
    assert (answer.status_code, answer.json()["detail"]) == (422, "unknown currency XYZ")
    assert len(services.calls) == 1


@pytest.mark.parametrize(("failures", "calls", "status"), [(1, 2, 200), (2, 3, 200), (3, 3, 502)])
def test_rates_are_asked_three_times(
    api: TestClient, services: FakeServices, failures: int, calls: int, status: int
) -> None:
    services.fail("/rates", times=failures)
    assert api.get("/products/1/price", params={"currency": "JPY"}).status_code == status
    assert len(services.calls_to("/rates")) == calls


def test_slow_rates_are_asked_again(
    api: TestClient, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "http_timeout", 0.2)
    services.stall("/rates", delay=0.4)
    assert api.get("/products/1/price", params={"currency": "USD"}).status_code == 200
    assert len(services.calls_to("/rates")) > 1
