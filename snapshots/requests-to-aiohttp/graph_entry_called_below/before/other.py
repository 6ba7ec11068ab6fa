import requests


def main(url):
    return requests.get(f"{url}/json/object", timeout=5).json()


if __name__ == "__main__":
    main("http://localhost")
