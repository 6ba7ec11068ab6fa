from typing import Optional

from pydantic import BaseModel, Field, TypeAdapter


class Tag(BaseModel):
    name: str


class Post(BaseModel):
    tags: list[Tag] = Field(default_factory=list)
    links: dict[str, list[str]] = {}
    seen_by: set[int] = set()
    position: Optional[tuple[float, float]] = None
    replies: list["Post"] = []


POSTS = TypeAdapter(list[Post])
