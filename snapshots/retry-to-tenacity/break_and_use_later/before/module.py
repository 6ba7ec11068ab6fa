import time


def fetch(call):
    for attempt in range(3):
        try:
            answer = call("status")
            break
        except ConnectionError:
            if attempt == 2:
                raise
            time.sleep(1)
    return f"got {answer}"
