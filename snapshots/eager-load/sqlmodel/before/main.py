from models import Team
from sqlmodel import Session, select


def main(maker):
    with Session(maker.kw["bind"]) as session:
        for team in session.exec(select(Team)).all():
            print(team.name, [hero.name for hero in team.heroes])
