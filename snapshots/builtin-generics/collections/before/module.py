import typing
from collections import OrderedDict
from typing import ChainMap, Counter, DefaultDict, Deque

recent: Deque[str] = Deque(maxlen=10)
by_day: DefaultDict[str, Deque[str]] = DefaultDict[str, Deque[str]](lambda: Deque(maxlen=3))
words: Counter[str] = Counter()
settings: ChainMap[str, typing.Any] = ChainMap()
table: typing.OrderedDict[str, int] = OrderedDict()
