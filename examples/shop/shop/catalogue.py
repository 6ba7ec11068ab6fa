"""The catalogue, held in memory: loaded at start-up, read by every page."""

import asyncio
import logging
import time
import typing as t
from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from shop.models import Category, Product
from shop.settings import settings

logger = logging.getLogger(__name__)

LOAD_ATTEMPTS = 3

Predicate = t.Callable[["Entry"], bool]


class Entry(t.NamedTuple):
    sku: str
    name: str
    price: int
    category: t.Optional[str] = None
    featured: bool = False


class Catalogue:
    def __init__(self) -> None:
        self._entries: t.Dict[str, Entry] = {}
        self._categories: t.DefaultDict[str, t.List[Entry]] = defaultdict(list)

    async def load(self, sessions: "async_sessionmaker[AsyncSession]") -> int:
        entries: t.List[Entry] = await read_entries(sessions)
        categories: t.DefaultDict[str, t.List[Entry]] = defaultdict(list)
        for entry in entries:
            categories[entry.category or "other"].append(entry)
        self._entries = {entry.sku: entry for entry in entries}
        self._categories = categories
        return len(entries)

    async def reload(self, sessions: "async_sessionmaker[AsyncSession]") -> int:
        # The admin page calls this while its own write is still going on.
        time.sleep(settings.batch_pause)
        return await self.load(sessions)

    async def featured(self, limit: int = 3) -> t.List[Entry]:
        return [entry for entry in self._entries.values() if entry.featured][:limit]

    async def category_sizes(self) -> t.Dict[str, int]:
        return {name: len(entries) for name, entries in self._categories.items()}

    async def price_range(self) -> t.Optional[t.Tuple[int, int]]:
        prices = [entry.price for entry in self._entries.values()]
        return (min(prices), max(prices)) if prices else None

    async def find(self, sku: str) -> t.Optional[Entry]:
        return self._entries.get(sku)

    async def search(self, text: str = "", keep: t.Optional[Predicate] = None) -> t.List[Entry]:
        return [
            entry
            for entry in self._entries.values()
            if text.lower() in entry.name.lower() and (keep is None or keep(entry))
        ]


async def read_entries(sessions: "async_sessionmaker[AsyncSession]") -> t.List[Entry]:
    """Read all products; the database may still be starting when we are."""
    last_error: t.Optional[OperationalError] = None
    for attempt in range(LOAD_ATTEMPTS):
        try:
            async with sessions() as session:
                rows = await session.execute(
                    select(Product, Category.name).outerjoin(Product.category).order_by(Product.sku)
                )
                return [
                    Entry(product.sku, product.name, product.price, category, product.featured)
                    for product, category in rows
                ]
        except OperationalError as error:
            last_error = error
            logger.warning("catalogue not loaded (attempt %d): %s", attempt + 1, error)
            await asyncio.sleep(settings.retry_delay)
    raise t.cast(OperationalError, last_error)


catalogue = Catalogue()
