import time


def fetch(call):
    value = "none"
    for attempt in range(3):
        try:
            value = call()
            if value:
                break
        except ConnectionError:
            if attempt == 2:
                raise
        if attempt < 2:
            time.sleep(1)
    return f"last: {value}"
