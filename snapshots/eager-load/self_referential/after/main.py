from models import Employee
from sqlalchemy import select
from sqlalchemy.orm import selectinload


def main(session):
    for employee in session.scalars(
        select(Employee).options(selectinload(Employee.team))
    ).all():
        print(employee.name, [one.name for one in employee.team])
