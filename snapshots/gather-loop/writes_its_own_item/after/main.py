import asyncio
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import httpx

from world import EVENTS, client


_Result = TypeVar("_Result")


async def gather_bounded(
    awaitables: Iterable[Awaitable[_Result]], limit: int
) -> list[_Result]:
    """Await them all, at most `limit` at a time; the results are in their order."""
    semaphore = asyncio.Semaphore(limit)

    async def one(awaitable: Awaitable[_Result]) -> _Result:
        async with semaphore:
            return await awaitable

    return list(await asyncio.gather(*map(one, awaitables)))


@dataclass
class Document:
    name: str
    state: str = "new"


async def publish(shop: httpx.AsyncClient, document: Document) -> None:
    response = await shop.put(f"https://shop/{document.name}")
    document.state = response.text


async def publish_all(shop: httpx.AsyncClient, documents: list[Document]) -> None:
    await gather_bounded((publish(shop, document) for document in documents), limit=10)


async def main() -> object:
    documents = [Document("a"), Document("b")]
    async with client() as shared:
        await publish_all(shared, documents)
    return documents, len(EVENTS)
