import time


def fetch(call):
    for attempt in range(3):
        try:
            value = call()
            if value == "R":
                return value
        except Exception as error:
            if attempt == 2:
                raise RuntimeError("gave up") from error
        if attempt < 2:
            time.sleep(1)
    return None
