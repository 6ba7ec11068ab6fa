from typing import Any

from world import EVENTS, Weather, create_report, get_forecast, note


async def report(page: Any, city: str) -> list[str]:
    created = await create_report(city)
    noted = await note(city)
    forecast = await get_forecast(city)
    handled = await page(city)
    title = await forecast_of(page, city)
    return [created, noted, forecast, handled, title]


async def forecast_of(page: Any, city: str) -> str:
    return await page(city)


async def main() -> object:
    return await report(Weather().get_forecast, "Bern"), EVENTS
