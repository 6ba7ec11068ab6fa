import time


def fetch(call):
    for _ in range(2):
        try:
            return call("fast")
        except ConnectionError:
            time.sleep(1)
    return call("slow")
