from typing import List

Tree = "Leaf" | List["Tree"]


class Leaf: ...
