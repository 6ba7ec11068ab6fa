from models import Team
from sqlalchemy.orm import selectinload
from sqlmodel import Session, select


def main(maker):
    with Session(maker.kw["bind"]) as session:
        for team in session.exec(select(Team).options(selectinload(Team.heroes))).all():
            print(team.name, [hero.name for hero in team.heroes])
