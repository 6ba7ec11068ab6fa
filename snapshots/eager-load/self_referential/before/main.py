from models import Employee
from sqlalchemy import select


def main(session):
    for employee in session.scalars(select(Employee)).all():
        print(employee.name, [one.name for one in employee.team])
