from typing import Annotated

from fastapi import APIRouter, Depends
from models import Hotel
from pydantic import BaseModel, ConfigDict, TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

router = APIRouter()


def get_session():
    raise NotImplementedError


class RoomOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    number: int


class HotelOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    name: str
    rooms: list[RoomOut]


@router.get("/hotels", response_model=list[HotelOut])
def list_hotels(session: Annotated[Session, Depends(get_session)]):
    return session.scalars(
        select(Hotel).options(selectinload(Hotel.rooms)).order_by(Hotel.name)
    ).all()


def main(session):
    response = TypeAdapter(list[HotelOut]).validate_python(list_hotels(session))
    print([hotel.model_dump() for hotel in response])
