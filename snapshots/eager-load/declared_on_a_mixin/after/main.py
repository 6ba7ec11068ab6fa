from models import Page
from sqlalchemy import select
from sqlalchemy.orm import joinedload


def main(session):
    print([page.owner.name for page in session.scalars(
        select(Page).options(joinedload(Page.owner))
    )])
