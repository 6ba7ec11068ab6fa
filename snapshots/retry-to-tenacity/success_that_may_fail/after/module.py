import time


def fetch(call):
    for attempt in range(3):
        try:
            answer = call()
        except (ConnectionError, ValueError):
            time.sleep(1)
        else:
            return int(answer)
    return None
