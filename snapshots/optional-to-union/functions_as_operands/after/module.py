import threading


def connect() -> None: ...


lock: threading.Lock | None = None
maker: connect | None = None
checker: callable | str = "x"
