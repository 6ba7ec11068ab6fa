"""Load relationships with the rows that are asked for them, instead of one query for each row.

`for order in session.scalars(select(Order)): print(order.customer.name)` runs one query for the
orders and one more for each order's customer: the N+1 problem. SQLAlchemy loads them together when
the query says so: `select(Order).options(joinedload(Order.customer))`. In async code a lazy
relationship raises `MissingGreenlet` instead, and the same option mends that.

A relationship is followed through loops, comprehensions, chains (`line.product.supplier.name`),
f-strings, properties, calls of the project's own functions (three deep) and Pydantic models that
are filled from rows. The option goes onto the statement wherever it was built: `joinedload` for a
many-to-one relationship, `selectinload` for a collection and wherever a join could change rows,
their order or the validity of the SQL (`FOR UPDATE`, `GROUP BY`, `DISTINCT`, a join that is there
already).

A query that runs for each row of a loop becomes one query before it, with `IN` and a dict:
`select(Guest).where(Guest.booking_id == booking.id)`, `session.get(Room, booking.room_id)`, a
count. Where the function made the session itself and a relationship holds exactly that, it is the
relationship. A lookup function that is called for each row is shown, with the query to write.

Fix safety: a finding is safe where nothing between the query and the last access writes, expires
or hands control away, every call that gets a row or the session was followed, and the loop cannot
end early. It is unsafe, with the reason, where the query stands in another function, whose other
callers would load the same, and where only one row is fetched. So is `IN` over rows that no
`limit` bounds: drivers take some 32,000 parameters. Nothing is changed where an option for the
path is there already, where all rows have the same parent, where a statement's options cannot be
followed, where the relationship says `lazy="raise"`, `"dynamic"` or the like, and where a loop
writes, waits or locks between its queries.

https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lever_fix.codemod import Case, Finding, Module, Project, Refusal, Safety, codemod
from lever_fix.domains.orm.extract import mapped_imperatively
from lever_fix.domains.orm.lazy import lazy_findings
from lever_fix.domains.orm.outline import SECTIONS, TRIGGERS
from lever_fix.domains.orm.per_row import row_findings
from lever_fix.domains.orm.querying import TABLES, prepare
from lever_fix.domains.orm.roots import walks
from lever_fix.domains.orm.world import world_of

_MODELS = """\
from sqlalchemy import Column, ForeignKey, Integer, String, select
from sqlalchemy.orm import declarative_base, {}

Base = declarative_base()


class Customer(Base):
    __tablename__ = "customers"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    orders = relationship("Order", back_populates="customer"{})


class Order(Base):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey("customers.id"))
    customer = relationship(Customer, back_populates="orders")


"""
_PLAIN = _MODELS.format("relationship", "")
_JOINED = _MODELS.format("joinedload, relationship", "")
_SELECTED = _MODELS.format("relationship, selectinload", "")

_CASES = (
    Case(
        _PLAIN + "def names(session):\n"
        "    orders = session.scalars(select(Order)).all()\n"
        "    return [order.customer.name for order in orders]\n",
        _JOINED + "def names(session):\n"
        "    orders = session.scalars(select(Order).options(joinedload(Order.customer))).all()\n"
        "    return [order.customer.name for order in orders]\n",
    ),
    Case(
        _PLAIN + "def counts(session):\n"
        "    for customer in session.query(Customer):\n"
        "        print(customer.name, len(customer.orders))\n",
        _SELECTED + "def counts(session):\n"
        "    for customer in session.query(Customer).options(selectinload(Customer.orders)):\n"
        "        print(customer.name, len(customer.orders))\n",
    ),
    Case(
        _PLAIN + "def first_with_orders(session):\n"
        "    for customer in session.scalars(select(Customer)):\n"
        "        if customer.orders:\n"
        "            return customer\n",
        _SELECTED + "def first_with_orders(session):\n"
        "    for customer in session.scalars(\n"
        "        select(Customer).options(selectinload(Customer.orders))\n"
        "    ):\n"
        "        if customer.orders:\n"
        "            return customer\n",
        safety=Safety.UNSAFE,
        why="the loop may end early, and then most collections are loaded for nothing",
    ),
    Case(
        _PLAIN + "def show(session):\n"
        "    customers = session.scalars(select(Customer).limit(50)).all()\n"
        "    for customer in customers:\n"
        "        orders = session.query(Order).filter_by(customer_id=customer.id).all()\n"
        "        print(customer.name, len(orders))\n",
        "from collections import defaultdict\n\n" + _PLAIN + "def show(session):\n"
        "    customers = session.scalars(select(Customer).limit(50)).all()\n"
        "    orders_by_customer = defaultdict(list)\n"
        "    for order in (\n"
        "        session.query(Order)\n"
        "        .filter(Order.customer_id.in_([customer.id for customer in customers]))\n"
        "    ):\n"
        "        orders_by_customer[order.customer_id].append(order)\n"
        "    for customer in customers:\n"
        "        orders = orders_by_customer[customer.id]\n"
        "        print(customer.name, len(orders))\n",
    ),
    Case(
        _MODELS.format("relationship", ', lazy="selectin"') + "def counts(session):\n"
        "    return [len(customer.orders) for customer in session.scalars(select(Customer))]\n",
        why="the relationship says itself that it is loaded with its rows",
    ),
)


@codemod(
    summary="Load relationships with their rows instead of one query for each row",
    triggers=TRIGGERS,
    cases=_CASES,
    index=True,
    sections=SECTIONS,
    prepare=prepare,
    tables=TABLES,
)
def eager_load(module: Module, project: Project) -> Iterator[Finding | Refusal]:
    """One finding for each query whose rows are asked for relationships one by one."""
    assert project.index is not None
    world = world_of(project.index)
    for call in mapped_imperatively(module):
        name = ast.unparse(call.args[0]) if call.args else "a class"
        why = f"what `map_imperatively` makes of `{name}` is not read, nor any loop over its rows"
        yield module.refusal(module.span(call), "imperative-mapping", why)
    for walk in walks(world, module):
        yield from lazy_findings(walk, project.index, project.line_length)
        yield from row_findings(walk, project.line_length)
