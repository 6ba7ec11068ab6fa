from dataclasses import dataclass

import httpx

from world import EVENTS, client


@dataclass
class Document:
    name: str
    state: str = "new"


async def publish(shop: httpx.AsyncClient, document: Document) -> None:
    response = await shop.put(f"https://shop/{document.name}")
    document.state = response.text


async def publish_all(shop: httpx.AsyncClient, documents: list[Document]) -> None:
    for document in documents:
        await publish(shop, document)


async def main() -> object:
    documents = [Document("a"), Document("b")]
    async with client() as shared:
        await publish_all(shared, documents)
    return documents, len(EVENTS)
