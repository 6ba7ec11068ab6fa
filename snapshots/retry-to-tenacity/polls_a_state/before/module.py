import time


def fetch(call, timeout=10):
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        try:
            if call() == "R":
                return True
        except ConnectionError:
            print("not up yet")
        time.sleep(3)
    return False
