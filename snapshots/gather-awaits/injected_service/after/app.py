from services import Service


async def overview(service: Service) -> tuple[int, list[str], str]:
    count = await service.get_count()
    names = await service.get_names()
    first = await service.get_first()
    return count, names, first
