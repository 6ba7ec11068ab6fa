import asyncio

EVENTS: list[int] = []


async def main() -> list[int]:
    done: list[int] = []

    async def step(number: int, pause: float = 0.2) -> int:
        EVENTS.append(number)
        await asyncio.sleep(pause)
        return number * 2

    done.append(await step(1))
    twice = [await step(number) for number in (2, 3)]
    if (last := await step(4)) > 1:
        done.append(last)
    digits = (await step(5)).bit_length()
    await asyncio.sleep(0)
    return [*done, *twice, digits]
