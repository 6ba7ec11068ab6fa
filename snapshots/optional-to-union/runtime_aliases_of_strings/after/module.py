from typing import Optional, TypeAlias, Union

Customer = Optional["Order"]
Tree: TypeAlias = Union["Leaf", "Branch"]
Forest = dict[str, Union["Tree", None]]


class Leaf: ...


class Branch: ...


class Order: ...
