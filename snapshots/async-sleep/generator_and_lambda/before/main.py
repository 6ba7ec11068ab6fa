import time


async def main() -> list[int]:
    pauses = sum(1 for _ in range(2) if time.sleep(0.1) is None)

    def numbers():
        yield 1
        time.sleep(0.1)
        yield 2

    return [pauses, *numbers()]
