import time


def fetch(call):
    for _ in range(3):
        try:
            value = call()
            if value == "R":
                return value
        except ConnectionError:
            time.sleep(3)
    return None
