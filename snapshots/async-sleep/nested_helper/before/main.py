import asyncio
import time

EVENTS: list[int] = []


async def main() -> list[int]:
    done: list[int] = []

    def step(number: int, pause: float = 0.2) -> int:
        EVENTS.append(number)
        time.sleep(pause)
        return number * 2

    done.append(step(1))
    twice = [step(number) for number in (2, 3)]
    if (last := step(4)) > 1:
        done.append(last)
    digits = step(5).bit_length()
    await asyncio.sleep(0)
    return [*done, *twice, digits]
