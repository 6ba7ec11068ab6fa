"""The API."""

import logging
from contextlib import asynccontextmanager
from typing import Any, AsyncIterator, Dict, List, Optional

import httpx
from fastapi import FastAPI, HTTPException
from sqlalchemy.exc import OperationalError

from shop.catalogue import Entry, catalogue
from shop.database import async_session_maker
from shop.routes import orders, products
from shop.settings import settings

logger = logging.getLogger(__name__)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    await catalogue.load(async_session_maker)
    yield


app = FastAPI(title="shop", lifespan=lifespan)
app.include_router(orders.router)
app.include_router(products.router)


@app.get("/")
async def home() -> Dict[str, Any]:
    featured = await catalogue.featured()
    categories = await catalogue.category_sizes()
    prices = await catalogue.price_range()
    return {
        "featured": [entry.sku for entry in featured],
        "categories": categories,
        "prices": prices,
    }


@app.get("/basket", response_model=List[str])
async def basket(skus: str) -> List[str]:
    """Name what is in the basket, leaving out what we no longer sell."""
    entries: List[Entry] = []
    for sku in skus.split(","):
        entry = await catalogue.find(sku)
        if entry is not None:
            entries.append(entry)
    return [entry.name for entry in entries]


@app.get("/search", response_model=List[str])
async def search(text: str, below: Optional[int] = None) -> List[str]:
    """Find products by name, and by a price in cents."""
    if below is None:
        found = await catalogue.search(text)
    else:
        found = await catalogue.search(text, lambda entry: entry.price < below)
    return [entry.sku for entry in found]


@app.post("/catalogue/reload")
async def reload_catalogue() -> Dict[str, int]:
    try:
        return {"entries": await catalogue.reload(async_session_maker)}
    except OperationalError as error:
        raise HTTPException(503, "the database is not ready") from error


@app.get("/status")
async def status() -> Dict[str, bool]:
    async with httpx.AsyncClient(timeout=settings.http_timeout) as client:
        payments = await client.get(f"{settings.payments_url}/health")
        shipping = await client.get(f"{settings.shipping_url}/health")
    return {"payments": payments.is_success, "shipping": shipping.is_success}
