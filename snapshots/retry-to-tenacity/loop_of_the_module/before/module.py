import time

MOST = 3


def setting():
    return "setting"


for number in range(MOST):
    try:
        value = setting()
        break
    except OSError:
        if number == MOST - 1:
            raise
        time.sleep(0.5)


def fetch(call):
    return call(value)
