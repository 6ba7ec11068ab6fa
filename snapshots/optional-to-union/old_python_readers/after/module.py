from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from pydantic import BaseModel


class Item(BaseModel):
    price: Optional[float] = None


@dataclass
class Point:
    x: Optional[int] = None
