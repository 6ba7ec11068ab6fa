import time


def fetch(call):
    while True:
        try:
            value = call()
            if value == "R":
                return value
        except ConnectionError:
            pass
        time.sleep(1)
