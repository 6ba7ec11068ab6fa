from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_fixed


class Client:
    def __init__(self, call, retries=2):
        self.call = call
        self.retries = retries

    def fetch(self):
        for attempt in Retrying(
            stop=stop_after_attempt(self.retries + 1),
            wait=wait_fixed(0.5),
            retry=retry_if_exception_type(ConnectionError),
            reraise=True,
        ):
            with attempt:
                return self.call()


def run(call):
    return Client(call).fetch()
