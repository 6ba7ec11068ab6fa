import threading
from typing import Optional, Union


def connect() -> None: ...


lock: Optional[threading.Lock] = None
maker: Optional[connect] = None
checker: Union[callable, str] = "x"
