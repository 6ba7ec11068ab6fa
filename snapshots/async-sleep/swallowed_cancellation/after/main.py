import asyncio


async def main() -> int:
    done = 0
    while done < 3:
        try:
            await asyncio.sleep(1)
            done += 1
        except BaseException:
            continue
    return done
