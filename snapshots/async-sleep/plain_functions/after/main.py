import time


def wait() -> None:
    time.sleep(0.1)


class Worker:
    def run(self) -> None:
        time.sleep(0.1)


async def main() -> str:
    wait()
    Worker().run()
    (lambda: time.sleep(0.1))()
    return "done"
