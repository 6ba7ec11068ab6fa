import time


def fetch(call):
    last = ""
    for _ in range(3):
        try:
            return call()
        except OSError as error:
            last = str(error)
            time.sleep(1)
    return f"gave up: {last}"
