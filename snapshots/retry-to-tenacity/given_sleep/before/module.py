import time


def fetch(call, sleep):
    for attempt in range(3):
        try:
            return call()
        except ConnectionError:
            if attempt == 2:
                raise
            sleep(1)


def pause(seconds):
    time.sleep(seconds)


def run(call):
    return fetch(call, pause)
