import time
from collections.abc import Callable


def twice(step: Callable[[], None]) -> None:
    step()
    step()


async def main() -> str:
    def pause() -> None:
        time.sleep(0.1)

    pause()
    twice(pause)
    return "done"
