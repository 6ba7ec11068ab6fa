"""A week in the life of the shop."""

import datetime as dt
from typing import List

from sqlalchemy.orm import Session

from shop.models import Category, Customer, Order, OrderLine, Product, Review, Shipment, Supplier


def line(product: Product, quantity: int) -> OrderLine:
    return OrderLine(product=product, quantity=quantity, unit_price=product.price)


def order(number: int, status: str, country: str, lines: List[OrderLine], **more: object) -> Order:
    created_at = dt.datetime(2022, 3, number, 12, 0)
    return Order(
        id=number, status=status, country=country, lines=lines, created_at=created_at, **more
    )


def fill(session: Session) -> None:
    acme = Supplier(name="Acme", country="DE")
    bolt = Supplier(name="Bolt & Sons", country="FR")
    kitchen = Category(name="kitchen")
    garden = Category(name="garden", parent=Category(name="outdoors"))

    kettle = Product(
        id=1, sku="K-1", name="Kettle", price=3000, weight=900, stock=12, featured=True,
        supplier=acme, category=kitchen,
    )  # fmt: skip
    knife = Product(
        id=2, sku="K-2", name="Knife", price=1500, weight=200, stock=40,
        supplier=bolt, category=kitchen,
    )  # fmt: skip
    rake = Product(
        id=3, sku="R-1", name="Rake", price=2500, weight=1500, stock=3, featured=True,
        supplier=acme, category=garden,
    )  # fmt: skip
    voucher = Product(
        id=4, sku="V-1", name="Voucher", price=5000, weight=5, stock=99, supplier=bolt
    )

    ada = Customer(id=1, name="Ada", email="ada@example.com", country="DE", phone="+49 1")
    ben = Customer(id=2, name="Ben", email="ben@example.com", country="FR")
    cleo = Customer(id=3, name="Cleo", email="bounce@example.com", country="DE")

    session.add_all([acme, bolt, kitchen, garden, kettle, knife, rake, voucher, ada, ben, cleo])
    session.add_all(
        [
            order(1, "new", "DE", [line(kettle, 1), line(knife, 2)], customer=ada),
            order(2, "new", "FR", [line(rake, 1)], customer=ben),
            order(3, "new", "DE", [line(voucher, 20)], customer=ada),
            order(4, "paid", "DE", [line(rake, 2)], payment_reference="ch_4"),
            order(
                5, "shipped", "DE", [line(kettle, 1), line(rake, 1)],
                customer=ben, payment_reference="ch_5",
                shipments=[
                    Shipment(carrier="snail", tracking_code="T5-a"),
                    Shipment(carrier="swift", tracking_code=None),
                ],
            ),
            order(6, "declined", "DE", [line(voucher, 30)], customer=cleo),
        ]
    )  # fmt: skip
    session.add_all(
        [
            Review(product=kettle, customer=ada, rating=5, text="Boils."),
            Review(product=kettle, customer=ben, rating=4),
            Review(product=rake, customer=ben, rating=2, text="Squeaks."),
        ]
    )
    session.commit()
