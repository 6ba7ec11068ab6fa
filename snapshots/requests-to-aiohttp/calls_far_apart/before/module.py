import requests


async def main(url):
    steps = []
    first = requests.get(url + "/json/object", timeout=5).json()
    second = requests.get(url + "/json/plain", timeout=5).json()
    steps.append(0)
    steps.append(1)
    steps.append(2)
    steps.append(3)
    steps.append(4)
    steps.append(5)
    steps.append(6)
    steps.append(7)
    steps.append(8)
    steps.append(9)
    steps.append(10)
    steps.append(11)
    steps.append(12)
    steps.append(13)
    steps.append(14)
    steps.append(15)
    steps.append(16)
    steps.append(17)
    steps.append(18)
    steps.append(19)
    steps.append(20)
    steps.append(21)
    steps.append(22)
    steps.append(23)
    if steps:
        third = requests.get(url + "/json/object", timeout=5).json()
    return first, second, third, len(steps)
