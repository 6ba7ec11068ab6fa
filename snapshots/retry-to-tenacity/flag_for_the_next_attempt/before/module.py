import time


def fetch(call):
    plain = False
    left = 3
    while True:
        try:
            value = call("plain") if plain else call()
            break
        except OSError:
            plain = True
            left = left - 1
            if left < 1:
                raise
            time.sleep(0.5)
    return value
