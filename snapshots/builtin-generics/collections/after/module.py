import typing
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque

recent: deque[str] = deque(maxlen=10)
by_day: defaultdict[str, deque[str]] = defaultdict[str, deque[str]](lambda: deque(maxlen=3))
words: Counter[str] = Counter()
settings: ChainMap[str, typing.Any] = ChainMap()
table: OrderedDict[str, int] = OrderedDict()
