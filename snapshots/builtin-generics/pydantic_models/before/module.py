from typing import Dict, List, Optional, Set, Tuple

from pydantic import BaseModel, Field, TypeAdapter


class Tag(BaseModel):
    name: str


class Post(BaseModel):
    tags: List[Tag] = Field(default_factory=list)
    links: Dict[str, List[str]] = {}
    seen_by: Set[int] = set()
    position: Optional[Tuple[float, float]] = None
    replies: List["Post"] = []


POSTS = TypeAdapter(List[Post])
