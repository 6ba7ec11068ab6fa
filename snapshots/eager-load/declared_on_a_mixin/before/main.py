from models import Page
from sqlalchemy import select


def main(session):
    print([page.owner.name for page in session.scalars(select(Page))])
