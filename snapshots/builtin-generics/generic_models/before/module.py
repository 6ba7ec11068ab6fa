from typing import Dict, Generic, List, TypeVar

from pydantic import BaseModel

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    items: List[T]
    extra: Dict[str, T] = {}


class User(BaseModel):
    name: str


def users() -> Page[List[User]]:
    return Page[List[User]](items=[])
