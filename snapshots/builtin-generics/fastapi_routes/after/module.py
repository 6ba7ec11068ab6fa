from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

router = APIRouter()


class Item(BaseModel):
    name: str


@router.get("/items", response_model=list[Item])
async def items(ids: Annotated[list[int], Query()], tags: list[str] = Query(default=[])) -> Any:
    return []


@router.post("/items")
async def create(items: list[Item]) -> dict[str, list[Item]]:
    return {"items": items}
