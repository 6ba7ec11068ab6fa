"""The worker: charges new orders, books parcels for the paid ones, again and again."""

import logging
import time
from typing import Counter, List, NamedTuple, Optional

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.clients import shipping
from shop.clients.payments import PaymentClient, PaymentDeclined, PaymentUnavailable
from shop.database import session_maker
from shop.models import Order, Shipment
from shop.settings import settings

logger = logging.getLogger(__name__)


class Parcel(NamedTuple):
    order: Order
    weight: int
    recipient: Optional[str] = None


def total(order: Order) -> int:
    return sum(line.quantity * line.unit_price for line in order.lines)


def charge_new_orders(session: Session) -> "Counter[str]":
    """Charge all new orders; one we cannot reach the provider for waits for the next round."""
    counts: "Counter[str]" = Counter()
    new_orders = session.scalars(
        select(Order).where(Order.status == "new").order_by(Order.id)
    ).all()
    amounts = {order.id: total(order) for order in new_orders}
    with PaymentClient(
        settings.payments_url, settings.payments_token, settings.http_timeout
    ) as payments:
        for order in new_orders:
            try:
                order.payment_reference = payments.charge(order.id, amounts[order.id])
                order.status = "paid"
            except PaymentDeclined as error:
                logger.info("order %d declined: %s", order.id, error)
                order.status = "declined"
            except PaymentUnavailable:
                counts["postponed"] += 1
                continue
            counts[order.status] += 1
    session.commit()
    return counts


def pack(session: Session) -> List[Parcel]:
    """Pack what is paid, one parcel an order."""
    parcels: List[Parcel] = []
    query = select(Order).where(Order.status == "paid")
    for order in session.execute(query.order_by(Order.id)).scalars().all():
        weight = 0
        for line in order.lines:
            weight += line.quantity * line.product.weight
        parcels.append(Parcel(order, weight, order.customer.name if order.customer else None))
    return parcels


def ship_paid_orders(session: Session) -> "Counter[str]":
    counts: "Counter[str]" = Counter()
    for parcel in pack(session):
        try:
            label = shipping.book(parcel.order.id, parcel.order.country, parcel.weight)
        except shipping.ShippingUnavailable as error:
            logger.warning("no parcel for %s: %s", parcel.recipient or "a guest", error)
            counts["unshipped"] += 1
            continue
        printed = shipping.wait_for_label(label.tracking_code)
        session.add(
            Shipment(
                order=parcel.order,
                carrier=label.carrier,
                tracking_code=label.tracking_code if printed else None,
            )
        )
        parcel.order.status = "shipped"
        session.commit()
        counts["shipped"] += 1
    return counts


def run_once() -> "Counter[str]":
    """Do what there is to do now."""
    with session_maker() as session:
        counts = charge_new_orders(session)
        counts += ship_paid_orders(session)
    return counts


def run_forever() -> None:
    while True:
        try:
            counts = run_once()
            logger.info("round done: %s", dict(counts))
        except Exception:
            logger.exception("round failed")
        time.sleep(settings.poll_interval)
