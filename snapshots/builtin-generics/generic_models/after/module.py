from typing import Generic, TypeVar

from pydantic import BaseModel

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    items: list[T]
    extra: dict[str, T] = {}


class User(BaseModel):
    name: str


def users() -> Page[list[User]]:
    return Page[list[User]](items=[])
