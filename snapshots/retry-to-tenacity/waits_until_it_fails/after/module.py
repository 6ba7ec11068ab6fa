import time


def fetch(call):
    for _ in range(5):
        try:
            call()
        except ConnectionError:
            break
        else:
            time.sleep(1)
    return "gone"
