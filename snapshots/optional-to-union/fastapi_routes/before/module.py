from typing import Annotated, Any, Optional, Union

from fastapi import APIRouter, Depends, Header, Query
from pydantic import BaseModel

router = APIRouter()


class Item(BaseModel):
    name: str
    price: Optional[float] = None


def current_user(token: Annotated[Optional[str], Header()] = None) -> Optional[str]:
    return token


@router.get("/items", response_model=Union[list[Item], Item])
async def items(
    q: Optional[str] = None,
    limit: Annotated[Optional[int], Query(ge=1, le=100)] = None,  # all of them by default
    user: Optional[str] = Depends(current_user),
) -> Any:
    return []


@router.get("/items/{name}")
async def item(name: str, fields: Optional[list[str]] = Query(default=None)) -> Optional[Item]:
    return None
