from typing import Annotated, Any, Dict, List

from fastapi import APIRouter, Query
from pydantic import BaseModel

router = APIRouter()


class Item(BaseModel):
    name: str


@router.get("/items", response_model=List[Item])
async def items(ids: Annotated[List[int], Query()], tags: List[str] = Query(default=[])) -> Any:
    return []


@router.post("/items")
async def create(items: List[Item]) -> Dict[str, List[Item]]:
    return {"items": items}
