import time


def fetch(call):
    for attempt in range(3):
        try:
            answer = call()
            if answer == 500:
                time.sleep(1)
                continue
            return answer
        except ConnectionError:
            time.sleep(1)
    return "END"
