"""Reports for the back office: text in, text out, read on Monday mornings."""

from collections import OrderedDict, defaultdict
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    DefaultDict,
    Dict,
    Iterator,
    List,
    Mapping,
    Optional,
    Union,
    cast,
)

from sqlalchemy import select

from shop.clients import rates
from shop.models import Customer, Order, OrderLine, Product, Shipment, Supplier
from shop.schemas import OrderOut
from shop.settings import settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Cell = Union[str, int, float, None]
Report = Callable[["Session"], List[str]]


def money(cents: int) -> str:
    return f"{cents / 100:.2f}"


def serialize(order: Order) -> Dict[str, Cell]:
    customer: Optional[Customer] = order.customer
    return {
        "order": order.id,
        "status": order.status,
        "customer": customer.name if customer else None,
        "items": ", ".join(f"{line.quantity} x {line.product.name}" for line in order.lines),
        "total": money(sum(line.quantity * line.unit_price for line in order.lines)),
    }


def as_row(cells: Mapping[str, Cell]) -> str:
    return " | ".join("-" if cell is None else str(cell) for cell in cells.values())


def orders(session: "Session") -> List[str]:
    """Every order on a line of its own."""
    result = session.execute(select(Order).order_by(Order.id))
    return [as_row(serialize(order)) for order in result.scalars()]


def best_customers(session: "Session") -> List[str]:
    """Who bought for how much, in money and in parcels."""
    spent: Dict[str, int] = {}
    for customer in session.scalars(select(Customer).order_by(Customer.name)).all():
        total = 0
        for order in customer.orders:
            if order.status == "declined":
                continue
            for line in order.lines:
                total += line.quantity * line.unit_price
        spent[customer.name] = total
    ranking = sorted(spent, key=lambda name: spent[name], reverse=True)
    return [f"{name}: {money(spent[name])}" for name in ranking]


def stock(session: "Session") -> List[str]:
    """What is on the shelves, and whom to call for more."""
    products = session.scalars(select(Product).order_by(Product.sku)).all()
    return [
        f"{product.sku}: {product.stock} in {product.category.name if product.category else '?'}"
        f", from {product.supplier.name} ({product.supplier.country})"
        for product in products
    ]


def payables(session: "Session") -> List[str]:
    """How many items of each supplier were ordered."""
    items: DefaultDict[str, int] = defaultdict(int)
    query = select(OrderLine)
    query = query.where(OrderLine.quantity > 0)
    for line in session.execute(query).scalars():
        items[line.product.supplier.name] += line.quantity
    return [f"{name}: {items[name]}" for name in sorted(items)]


def reviews(session: "Session") -> List[str]:
    """The well and the badly loved products."""
    products = session.query(Product).order_by(Product.sku).all()
    total = sum(len(product.reviews) for product in products)
    lines = [f"{total} reviews"]
    for product in products:
        ratings = [review.rating for review in product.reviews]
        if ratings:
            lines.append(f"{product.sku}: {sum(ratings) / len(ratings):.1f}")
    return lines


def parcels(session: "Session") -> List[str]:
    """Where the shipped orders are."""
    shipped = session.query(Order).filter_by(status="shipped").order_by(Order.id).all()
    lines: List[str] = []
    for order in shipped:
        shipments = session.query(Shipment).filter_by(order_id=order.id).all()
        codes = [cast(Optional[str], shipment.tracking_code) or "?" for shipment in shipments]
        lines.append(f"{order.id}: {', '.join(codes)}")
    return lines


def suppliers(session: "Session") -> List[str]:
    """The price list of each supplier."""
    lines: List[str] = []
    for supplier in session.scalars(select(Supplier).order_by(Supplier.name)):
        products = session.scalars(
            select(Product).where(Product.supplier_id == supplier.id).order_by(Product.price)
        ).all()
        prices = OrderedDict((product.name, money(product.price)) for product in products)
        lines.append(f"{supplier.name}: {', '.join(map(' '.join, prices.items()))}")
    return lines


def abroad(session: "Session") -> List[str]:
    """Orders that go elsewhere than their customer lives."""
    lines: List[str] = []
    orders_with_account = select(Order).where(Order.customer_id.is_not(None)).order_by(Order.id)
    for order in session.scalars(orders_with_account):
        customer = session.get(Customer, order.customer_id)
        if customer is not None and customer.country != order.country:
            lines.append(f"{order.id}: {customer.name}, {customer.country} to {order.country}")
    return lines


def export(session: "Session") -> List[str]:
    """All orders as JSON lines, for the accountants."""
    found: Iterator[Any] = session.scalars(select(Order).order_by(Order.id))
    return [OrderOut.model_validate(order).model_dump_json() for order in found]


def turnover(session: "Session", currency: str = "USD") -> List[str]:
    """What came in, in our currency and in another."""
    paid = select(Order).where(Order.status.in_(["paid", "shipped"]))
    cents = 0
    for order in session.scalars(paid):
        cents += sum(line.quantity * line.unit_price for line in order.lines)
    converted = rates.convert(cents, currency)
    return [f"{money(cents)} {settings.currency}", f"{converted:.2f} {currency}"]


REPORTS: Dict[str, Report] = {
    "abroad": abroad,
    "best-customers": best_customers,
    "export": export,
    "orders": orders,
    "parcels": parcels,
    "payables": payables,
    "reviews": reviews,
    "stock": stock,
    "suppliers": suppliers,
}
