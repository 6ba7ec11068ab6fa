"""Products, their suppliers and their prices."""

from typing import Annotated, Any, List, Optional, Sequence

import requests
from fastapi import APIRouter, Depends, HTTPException, Query
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from shop import repositories
from shop.clients import rates
from shop.database import async_session_maker, get_async_db, get_db
from shop.models import Product, Review, Supplier
from shop.schemas import Price, ProductOut, ProductPage, ReviewOut, SupplierOut
from shop.settings import settings

router = APIRouter(tags=["products"])


@router.get("/products", response_model=List[ProductOut])
async def list_products(
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    offset: Annotated[Optional[int], Query(ge=0)] = None,
    session: AsyncSession = Depends(get_async_db),
) -> List[ProductOut]:
    found: List[ProductOut] = []
    for product in await repositories.page(session, Product, limit, offset or 0):
        item = ProductOut.model_validate(product)
        item.rating = await repositories.average_rating(session, product.id)
        found.append(item)
    return found


async def load_product(product_id: int) -> Optional[Product]:
    async with async_session_maker() as session:
        return await session.get(Product, product_id)


async def load_reviews(product_id: int) -> List[Review]:
    async with async_session_maker() as session:
        result = await session.scalars(
            select(Review).where(Review.product_id == product_id).order_by(Review.rating.desc())
        )
        return list(result)


@router.get("/products/{product_id}", response_model=ProductPage)
async def read_product(product_id: int) -> ProductPage:
    product = await load_product(product_id)
    reviews = await load_reviews(product_id)
    if product is None:
        raise HTTPException(404, "no such product")
    return ProductPage(
        product=ProductOut.model_validate(product),
        reviews=[
            ReviewOut(product=product.name, rating=review.rating, text=review.text)
            for review in reviews
        ],
    )


@router.get("/products/{product_id}/price", response_model=Price)
async def read_price(
    product_id: int,
    currency: Optional[str] = None,
    session: AsyncSession = Depends(get_async_db),
) -> Price:
    product = await repositories.find_product(session, product_id)
    if product is None:
        raise HTTPException(404, "no such product")
    wanted = currency or settings.currency
    try:
        amount = rates.convert(product.price, wanted)
    except rates.UnknownCurrency:
        raise HTTPException(422, f"unknown currency {wanted}")
    except requests.RequestException:
        raise HTTPException(502, "no exchange rates at the moment")
    return Price(sku=product.sku, amount=amount, currency=wanted)


@router.get("/suppliers", response_model=List[SupplierOut])
def list_suppliers(session: Session = Depends(get_db)) -> Sequence[Any]:
    return session.scalars(select(Supplier).order_by(Supplier.name)).all()
