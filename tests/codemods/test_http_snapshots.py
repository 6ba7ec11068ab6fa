"""Executed proof for the snapshots that send requests: same requests, same outcome."""

from urllib.parse import parse_qsl, urlsplit

CODEMODS = ("requests-to-aiohttp", "httpx-to-aiohttp", "to-thread")
MULTIPART = "multipart/form-data"


def heard(hit):
    """A request as a server understands it: escapes and boundaries are a client's own."""
    target = urlsplit(hit.target)
    headers = dict(hit.headers)
    if headers.get("content-length") == "0":
        del headers["content-length"]  # no body, said or not
    if "cookie" in headers:
        headers["cookie"] = "; ".join(sorted(headers["cookie"].split("; ")))
    if headers.get("content-type", "").startswith(MULTIPART):
        headers = {**headers, "content-type": MULTIPART, "content-length": ""}
        return hit.method, target.path, parse_qsl(target.query), headers, b""
    query = parse_qsl(target.query, keep_blank_values=True)
    return hit.method, target.path, query, headers, hit.body


def test_same_requests_and_same_outcome(snapshot, http_programs, http_server):
    http_server.taken()
    old = http_programs.run(snapshot.before, http_server.url)
    seen = [heard(hit) for hit in http_server.taken()]
    assert seen or "timeout=0" in str(snapshot.before)
    if snapshot.left_alone:
        return
    new = http_programs.run(snapshot.after, http_server.url)
    assert new == old
    assert [heard(hit) for hit in http_server.taken()] == seen
