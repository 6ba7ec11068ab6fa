from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_fixed


class Unavailable(Exception):
    pass


def remove(name):
    print(f"removed {name}")


def start(call, name="box"):
    def after_failure(_):
        remove(name)  # it is there even if it did not start

    try:
        for attempt in Retrying(
            stop=stop_after_attempt(2),
            wait=wait_fixed(3),
            retry=retry_if_exception_type(ConnectionError),
            after=after_failure,
            reraise=True,
        ):
            with attempt:
                answer = call(name)
    except ConnectionError:
        raise Unavailable(name)
    print("started")
    return repr(answer)


def run(call):
    return start(call)
