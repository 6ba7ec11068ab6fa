import time


def fetch(call):
    done = False
    attempts = 0
    while not done and attempts < 3:
        attempts += 1
        try:
            call()
            done = True
        except ConnectionError:
            time.sleep(1)
    return done
