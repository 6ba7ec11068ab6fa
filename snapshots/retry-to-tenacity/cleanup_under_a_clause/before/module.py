import time


class Unavailable(Exception):
    pass


def remove(name):
    print(f"removed {name}")


def start(call, name="box"):
    for _ in range(2):
        try:
            answer = call(name)
        except ConnectionError:
            remove(name)  # it is there even if it did not start
            time.sleep(3)
        else:
            print("started")
            return repr(answer)

    raise Unavailable(name)


def run(call):
    return start(call)
