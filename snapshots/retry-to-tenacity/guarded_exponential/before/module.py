import time


def fetch(call):
    """Fetch it, or raise what the last attempt raised."""
    for attempt in range(4):
        try:
            return call()
        except ConnectionError:
            if attempt == 3:
                raise
            time.sleep(2**attempt)
