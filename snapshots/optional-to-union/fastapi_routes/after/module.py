from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query
from pydantic import BaseModel

router = APIRouter()


class Item(BaseModel):
    name: str
    price: float | None = None


def current_user(token: Annotated[str | None, Header()] = None) -> str | None:
    return token


@router.get("/items", response_model=list[Item] | Item)
async def items(
    q: str | None = None,
    limit: Annotated[int | None, Query(ge=1, le=100)] = None,  # all of them by default
    user: str | None = Depends(current_user),
) -> Any:
    return []


@router.get("/items/{name}")
async def item(name: str, fields: list[str] | None = Query(default=None)) -> Item | None:
    return None
