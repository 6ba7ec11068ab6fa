import time


def fetch(call):
    for attempt in range(3):
        try:
            answer = call()
            break
        except ConnectionError:
            if attempt == 2:
                raise
            time.sleep(1)
    return f"{answer} after {attempt + 1}"
