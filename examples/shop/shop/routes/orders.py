"""Orders and the customers who place them."""

from typing import Any, Dict, List, Optional, Union

import requests
from fastapi import APIRouter, Depends, HTTPException
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shop import repositories
from shop.clients import messages, shipping
from shop.database import get_async_db
from shop.models import Customer, Order, OrderLine, Product, Review, Shipment
from shop.schemas import (
    Account,
    Campaign,
    CampaignResult,
    CustomerOut,
    CustomerSummary,
    HistoryEntry,
    LineDetail,
    NewOrder,
    OrderDetail,
    OrderOut,
    Quote,
    ReviewOut,
)

router = APIRouter(tags=["orders"])

Missing = Dict[str, Union[int, str]]


@router.get("/orders", response_model=List[OrderOut])
async def list_orders(
    status: Optional[str] = None, session: AsyncSession = Depends(get_async_db)
) -> List[Order]:
    orders = await repositories.recent_orders(session, status)
    for order in orders:
        await session.refresh(order, ["customer", "lines"])
    return orders


@router.post("/orders", response_model=OrderOut, status_code=201)
async def place_order(new: NewOrder, session: AsyncSession = Depends(get_async_db)) -> Order:
    order = Order(customer_id=new.customer_id, country=new.country, status="new")
    for line in new.lines:
        product = await repositories.find_product(session, line.product)
        if product is None:
            missing: Missing = {"product": line.product}
            raise HTTPException(422, missing)
        if product.stock < line.quantity:
            raise HTTPException(409, f"only {product.stock} left of {product.sku}")
        product.stock -= line.quantity
        order.lines.append(
            OrderLine(product_id=product.id, quantity=line.quantity, unit_price=product.price)
        )
    session.add(order)
    await session.commit()
    await session.refresh(order, ["customer", "lines"])
    return order


@router.get("/orders/{order_id}", response_model=OrderDetail)
async def read_order(order_id: int, session: AsyncSession = Depends(get_async_db)) -> OrderDetail:
    order = await session.get(Order, order_id)
    if order is None:
        raise HTTPException(404, "no such order")
    result = await session.execute(
        select(OrderLine).where(OrderLine.order_id == order_id).order_by(OrderLine.id)
    )
    details: List[LineDetail] = []
    for line in result.scalars().all():
        product = await session.get(Product, line.product_id)
        details.append(
            LineDetail(
                sku=product.sku if product else "?",
                name=product.name if product else "no longer sold",
                quantity=line.quantity,
                total=line.quantity * line.unit_price,
            )
        )
    return OrderDetail(
        id=order.id,
        status=order.status,
        created_at=order.created_at,
        payment_reference=order.payment_reference,
        lines=details,
    )


@router.get("/quotes", response_model=List[Quote])
def list_quotes(country: str, weight: int) -> List[Dict[str, Any]]:
    try:
        offers = shipping.offers(country, weight)
    except requests.RequestException:
        raise HTTPException(502, "the carriers do not answer")
    return [offer._asdict() for offer in offers]


@router.get("/customers", response_model=List[CustomerSummary])
async def list_customers(session: AsyncSession = Depends(get_async_db)) -> List[CustomerSummary]:
    customers = (await session.execute(select(Customer).order_by(Customer.name))).scalars().all()
    summaries: List[CustomerSummary] = []
    for customer in customers:
        order_count = await session.scalar(
            select(func.count()).select_from(Order).where(Order.customer_id == customer.id)
        )
        summary = CustomerSummary.model_validate(customer)
        summary.order_count = order_count or 0
        summaries.append(summary)
    return summaries


@router.get("/customers/{customer_id}", response_model=Account)
async def read_account(customer_id: int, session: AsyncSession = Depends(get_async_db)) -> Account:
    accounts = repositories.AccountRepository(session)
    customer = await accounts.customer(customer_id)
    open_orders = await accounts.open_orders(customer_id)
    ratings = await accounts.ratings(customer_id)
    if customer is None:
        raise HTTPException(404, "no such customer")
    return Account(
        customer=CustomerOut.model_validate(customer), open_orders=open_orders, ratings=ratings
    )


@router.get("/customers/{customer_id}/orders", response_model=List[HistoryEntry])
async def read_history(
    customer_id: int, session: AsyncSession = Depends(get_async_db)
) -> List[HistoryEntry]:
    orders = await session.scalars(
        select(Order).where(Order.customer_id == customer_id).order_by(Order.id)
    )
    history: List[HistoryEntry] = []
    for order in orders.all():
        shipments = (
            (await session.execute(select(Shipment).where(Shipment.order_id == order.id)))
            .scalars()
            .all()
        )
        history.append(
            HistoryEntry(
                order_id=order.id,
                status=order.status,
                tracking_codes=[shipment.tracking_code for shipment in shipments],
            )
        )
    return history


@router.get("/customers/{customer_id}/reviews", response_model=List[ReviewOut])
async def read_reviews(
    customer_id: int, session: AsyncSession = Depends(get_async_db)
) -> List[ReviewOut]:
    result = await session.execute(
        select(Review).where(Review.customer_id == customer_id).order_by(Review.id)
    )
    reviews: List[ReviewOut] = []
    for review in result.scalars().all():
        product = await review.awaitable_attrs.product
        reviews.append(ReviewOut(product=product.name, rating=review.rating, text=review.text))
    return reviews


@router.post("/campaigns", response_model=CampaignResult)
async def run_campaign(
    campaign: Campaign, session: AsyncSession = Depends(get_async_db)
) -> CampaignResult:
    """Write to all customers, but not twice about the same thing."""
    query = select(Customer.email).order_by(Customer.id)
    if campaign.country is not None:
        query = query.where(Customer.country == campaign.country)
    emails = (await session.scalars(query)).all()
    known = await messages.recent_messages(emails)
    recipients = [email for email in emails if campaign.subject not in known[email]]
    sent, failed = await messages.send_batch(recipients, campaign.subject, campaign.body)
    return CampaignResult(sent=sent, failed={email: "not sent" for email in failed})
