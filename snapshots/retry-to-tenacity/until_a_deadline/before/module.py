import time


def fetch(call, timeout=10):
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        try:
            return call()
        except ConnectionError:
            time.sleep(3)
    raise TimeoutError("no answer in time")
