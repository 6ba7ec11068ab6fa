import time


def run(call):
    for attempt in range(3):
        try:
            answer = call()
        except ConnectionError:
            if attempt == 2:
                raise
            time.sleep(1)
        else:
            print("worked")
            return answer
