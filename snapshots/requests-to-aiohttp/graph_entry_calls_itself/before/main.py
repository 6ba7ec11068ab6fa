import sys

from client import fetch


def main(url=None, *, names=("object", "plain")):
    if url is None:
        return main(sys.argv[1])
    found = []
    for name in names:
        found.append(fetch(url, name))
    return found if len(names) > 1 else [*main(url, names=("plain", "object")), *found]


if __name__ == "__main__":
    print(main())
