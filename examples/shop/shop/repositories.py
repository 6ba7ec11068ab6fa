"""Queries that more than one route needs."""

from typing import TYPE_CHECKING, Dict, List, Optional, Sequence, Type, TypeVar, Union

from sqlalchemy import func, select

from shop.models import Base, Customer, Order, Product, Review

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

Row = TypeVar("Row", bound=Base)


async def page(
    session: "AsyncSession", model: Type[Row], limit: int = 50, offset: int = 0
) -> Sequence[Row]:
    result = await session.scalars(select(model).limit(limit).offset(offset))
    return result.all()


async def find_product(session: "AsyncSession", key: Union[int, str]) -> "Optional[Product]":
    """Find a product by its id or its SKU."""
    if isinstance(key, int):
        return await session.get(Product, key)
    return (await session.scalars(select(Product).where(Product.sku == key))).one_or_none()


async def average_rating(session: "AsyncSession", product_id: int) -> Optional[float]:
    return await session.scalar(
        select(func.avg(Review.rating)).where(Review.product_id == product_id)
    )


async def recent_orders(
    session: "AsyncSession", status: Optional[str] = None, limit: int = 50
) -> List[Order]:
    query = select(Order).order_by(Order.created_at.desc(), Order.id)
    if status is not None:
        query = query.where(Order.status == status)
    result = await session.execute(query.limit(limit))
    return list(result.scalars())


class AccountRepository:
    """What a customer sees of their own account."""

    def __init__(self, session: "AsyncSession") -> None:
        self.session = session

    async def customer(self, customer_id: int) -> Optional[Customer]:
        return await self.session.get(Customer, customer_id)

    async def open_orders(self, customer_id: int) -> List[int]:
        result = await self.session.scalars(
            select(Order.id)
            .where(Order.customer_id == customer_id, Order.status.in_(["new", "paid"]))
            .order_by(Order.id)
        )
        return list(result)

    async def ratings(self, customer_id: int) -> Dict[int, int]:
        rows = await self.session.execute(
            select(Review.product_id, Review.rating).where(Review.customer_id == customer_id)
        )
        return {product_id: rating for product_id, rating in rows}
