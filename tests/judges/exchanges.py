"""Sends requests of all kinds, and lets httplint check each with its response, byte for byte.

    python exchanges.py HOST PORT           to a document server
    python exchanges.py HOST PORT proxy     to a proxy in front of one, and to its control interface

httplint knows the rules of the standards: it finds malformed fields, fields that contradict each other, and fields that
a status must not have. It is used as a library, because its program reads one message per process and does not know
which response answers a HEAD. Exits with 1 if httplint finds an error, or if a response has an unexpected status.
"""

import json
import socket
import sys
import threading
import time

from httplint import HttpRequestLinter, HttpResponseLinter
from httplint.note import levels

HOST, PORT = sys.argv[1], int(sys.argv[2])
JSON = ("Content-Type", "application/json")
PATCH = ("Content-Type", "application/merge-patch+json")
DOCUMENT = json.dumps({"title": "T", "content": "one\n"})
OTHER = json.dumps({"title": "T", "content": "two\n"})

# httplint reports this as an error, but RFC 9110 section 12.5.3 requires it: a 415 for a content coding lists the
# supported codings.
ALLOWED = {(415, '"Accept-Encoding" isn\'t valid in a response.')}

bad = []
warned = {}


def receive(connection, method):
    """Reads one response: its head as received, and its body."""
    came = b""
    while b"\r\n\r\n" not in came:
        more = connection.recv(65536)
        if not more:
            raise SystemExit(f"the connection was closed within the head of a response to {method}: {came!r}")
        came += more
    head, body = came.split(b"\r\n\r\n", 1)
    status = int(head.split(b" ", 2)[1])
    fields = [tuple(line.split(b": ", 1)) for line in head.split(b"\r\n")[1:]]
    length = next((int(value) for name, value in fields if name.lower() == b"content-length"), 0)
    if method != "HEAD" and status not in (204, 304):
        while len(body) < length:
            body += connection.recv(65536)
    return head, fields, status, body


def judge(what, linter, fields, body, status=None):
    linter.process_headers(fields)
    if body:
        linter.feed_content(body)
    linter.finish_content(True, [])
    for note in linter.notes:
        for said in (note, *note.subnotes):
            if said.level == levels.BAD and (status, said.summary) not in ALLOWED:
                bad.append(f"{what}: {said.summary}")
            elif said.level == levels.WARN:
                warned.setdefault(said.summary, what)


def ask(method, path, expected, fields=(), body=None):
    """Sends a request, checks it and its response, and returns the response's fields by lower-case names."""
    sent = [("Host", f"{HOST}:{PORT}"), ("Connection", "close"), ("User-Agent", "judge"), *fields]
    content = (body or "").encode()
    if body is not None:
        sent.append(("Content-Length", str(len(content))))
    sent = [(name.encode(), value.encode()) for name, value in sent]
    line = f"{method} {path} HTTP/1.1".encode()
    with socket.create_connection((HOST, PORT), timeout=20) as connection:
        connection.sendall(b"\r\n".join([line, *(name + b": " + value for name, value in sent), b"", b""]) + content)
        head, received, status, answer = receive(connection, method)

    what = f"{method} {path} {dict(fields)} -> {status}"
    if status != expected:
        bad.append(f"{what}: {expected} was expected; {answer[:200]!r}")
    request = HttpRequestLinter(start_time=time.time())
    request.process_request_topline(method.encode(), path.encode(), b"1.1")
    judge(what + " (the request)", request, sent, content)
    response = HttpResponseLinter(start_time=time.time(), no_content=method == "HEAD")
    response.request = request
    version, code, *phrase = head.split(b"\r\n")[0].split(b" ", 2)
    response.process_response_topline(version.split(b"/")[1], code, phrase[0] if phrase else b"")
    # A stream has no end, so the body is left unread.
    judge(what, response, received, b"" if b"text/event-stream" in head else answer, status)
    return {name.decode().lower(): value.decode() for name, value in received}


def documents():
    path = "/api/documents/judged"
    first = ask("PUT", path, 201, [JSON, ("If-None-Match", "*"), ("Ifmatch-Author", "bob")], DOCUMENT)["etag"]
    second = ask("PUT", path, 200, [JSON, ("If-Match", first)], OTHER)["etag"]
    for method in ("GET", "HEAD"):
        read = ask(method, path, 200)
        ask(method, path, 304, [("If-None-Match", second)])
        ask(method, path, 304, [("If-Modified-Since", read["last-modified"])])
        ask(method, path, 412, [("If-Match", first)])
        ask(method, path + "-not", 404)
        ask(method, path + "/versions/1", 200)
        ask(method, path + "/versions/1", 304, [("If-None-Match", first)])
        ask(method, path + "/versions", 200)
    ask("PUT", path, 428, [JSON], DOCUMENT)
    ask("PUT", path, 412, [JSON, ("If-Match", first)], json.dumps({"title": "mine", "content": ""}))
    ask("PUT", path, 412, [JSON, ("If-Match", first), ("Prefer", "return=representation")], json.dumps({"title": "", "content": ""}))
    ask("PUT", path, 200, [JSON, ("If-Match", first)], OTHER)
    ask("PUT", path, 415, [JSON, ("If-Match", second), ("Content-Encoding", "gzip")], "x")
    ask("PUT", path, 400, [JSON, ("If-Match", second)], "{")
    ask("PUT", path, 422, [JSON, ("If-Match", second)], "{}")
    third = ask("PUT", path, 204, [JSON, ("If-Match", second), ("Prefer", "return=minimal")], DOCUMENT)["etag"]
    ask("PATCH", path, 415, [JSON, ("If-Match", third)], "{}")
    ask("PATCH", path, 409, [PATCH, ("If-Match", third)], json.dumps({"parent": "nobody"}))
    fourth = ask("PATCH", path, 200, [PATCH, ("If-Match", third)], json.dumps({"title": "U"}))["etag"]
    ask("OPTIONS", path, 204)
    ask("POST", path, 405, [JSON], DOCUMENT)
    ask("DELETE", path, 204, [("If-Match", fourth)])
    ask("GET", path, 410)
    ask("DELETE", path, 410, [("If-Match", fourth)])
    ask("GET", path + "/versions/5", 410)
    ask("POST", "/api/documents", 201, [JSON], json.dumps({"id": "posted", "title": "T", "content": ""}))
    ask("POST", "/api/documents", 409, [JSON], json.dumps({"id": "posted", "title": "T", "content": ""}))
    ask("POST", "/api/documents", 201, [JSON, ("Prefer", "return=minimal")], DOCUMENT)


def lists():
    for path in ("/api/documents", "/api/documents?limit=1", "/openapi.json", "/control/policy", "/control/room"):
        for method in ("GET", "HEAD"):
            tag = ask(method, path, 200)["etag"]
            ask(method, path, 304, [("If-None-Match", tag)])
    ask("GET", "/api/documents?limit=0", 400)
    ask("OPTIONS", "/api/documents", 204)


def others():
    for path in ("/healthz", "/metrics", "/control/gate", "/control/faults", "/control/exchanges", "/problems/gone"):
        ask("GET", path, 200)
        ask("HEAD", path, 200)
        ask("OPTIONS", path, 204)
    for path in ("/api/events", "/api/documents/judged/events"):
        ask("GET", path, 200)
        ask("HEAD", path, 200)
    ask("OPTIONS", "*", 204)
    ask("GET", "/", 200)
    ask("GET", "/no-such-page", 404)
    ask("PUT", "/healthz", 405, [JSON], "{}")
    policy = ask("GET", "/control/policy", 200)["etag"]
    ask("PUT", "/control/policy", 428, [JSON], "{}")
    ask("PUT", "/control/policy", 412, [JSON, ("If-Match", '"p9"')], "{}")
    ask("PUT", "/control/policy", 422, [JSON, ("If-Match", policy)], "{}")
    room = ask("GET", "/control/room", 200)["etag"]
    ask("PUT", "/control/room", 428, [JSON], json.dumps({"openForAll": "judged"}))
    ask("PUT", "/control/room", 412, [JSON, ("If-Match", '"r9-none"')], json.dumps({"openForAll": "judged"}))
    ask("PUT", "/control/room", 422, [JSON, ("If-Match", room)], "{}")
    room = ask("PUT", "/control/room", 200, [JSON, ("If-Match", room)], json.dumps({"openForAll": "judged"}))["etag"]
    ask("PUT", "/control/room", 200, [JSON, ("If-Match", room)], json.dumps({"openForAll": None}))
    ask("PUT", "/control/gate", 200, [JSON], json.dumps({"hold": "none"}))
    ask("PUT", "/control/faults", 200, [JSON], json.dumps({"latencyMs": 1, "loseResponses": 0}))
    ask("PUT", "/control/faults", 200, [JSON], "{}")
    ask("POST", "/control/gate/release", 200)
    ask("POST", "/control/gate/7/release", 404)
    ask("POST", "/control/gate/7/release?loseResponse=true", 404)
    # A document server cannot send a request twice, so it says that, whatever the number is.
    ask("POST", "/control/gate/7/release?duplicate=true", 400)
    ask("POST", "/control/gate/release?duplicate=true", 400)


def proxied():
    """A proxy: what it passes on, its refusals, and the release of one request that is sent twice."""
    path = "/api/documents/proxied"
    tag = ask("PUT", path, 201, [JSON, ("If-None-Match", "*")], DOCUMENT)["etag"]
    for method in ("GET", "HEAD"):
        ask(method, path, 200)
        ask(method, path, 304, [("If-None-Match", tag)])
        ask(method, path + "-not", 404)
    ask("PUT", path, 428, [JSON], DOCUMENT)
    ask("GET", "/.ifmatch/no-such-page", 404)
    control = "/.ifmatch/control/gate"
    for page in ("/openapi.json", "/control/gate", "/control/faults", "/control/exchanges", "/healthz", "/metrics"):
        ask("GET", "/.ifmatch" + page, 200)
        ask("HEAD", "/.ifmatch" + page, 200)
    ask("POST", f"{control}/7000/release?duplicate=true", 404)
    ask("POST", f"{control}/7000/release?duplicate=yes", 400)
    ask("POST", f"{control}/release?duplicate=true", 400)
    ask("PUT", control, 200, [JSON], json.dumps({"hold": "writes"}))
    held = threading.Thread(target=ask, args=("PUT", path, 200, [JSON, ("If-Match", tag)], OTHER))
    held.start()
    number = None
    while number is None and held.is_alive():
        gate = json.loads(content(control))
        number = next((waiting["exchange"] for waiting in gate["held"]), None)
    ask("POST", f"{control}/{number}/release?duplicate=true", 200)
    held.join()
    ask("PUT", control, 200, [JSON], json.dumps({"hold": "none"}))


def content(path):
    """Returns the body of a resource."""
    with socket.create_connection((HOST, PORT), timeout=20) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {HOST}:{PORT}\r\nConnection: close\r\n\r\n".encode())
        return receive(connection, "GET")[3]


if sys.argv[3:] == ["proxy"]:
    proxied()
else:
    documents()
    lists()
    others()
for summary, what in warned.items():
    print(f"warned: {summary}\n    first at {what}")
for line in bad:
    print(f"BAD: {line}")
sys.exit(1 if bad else 0)
