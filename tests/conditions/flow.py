#!/usr/bin/env python3
"""Two people edit one document with httplib2, a client that caches what it reads and adds If-Match to a PUT by itself.

    flow.py SERVER-URL FOLDER      FOLDER has its cache

httplib2 is much older than this server, and knows nothing of it.
"""

import json
import sys

import httplib2


def content(text):
    return json.dumps({"title": "Draft Post", "content": text})


def expect(what, got, wanted):
    if got != wanted:
        sys.exit(f"{what}: expected {wanted!r}, got {got!r}")
    print(f"{what}: {got}")


def main():
    url, folder = sys.argv[1] + "/api/documents/77", sys.argv[2]
    alice, bob = httplib2.Http(f"{folder}/alice"), httplib2.Http(f"{folder}/bob")
    alice.follow_redirects = bob.follow_redirects = False

    def put(who, text, **fields):
        return who.request(url, "PUT", content(text), {"Content-Type": "application/json", **fields})[0]

    expect("nobody has read it, so nothing is named", put(alice, "one").status, 428)
    expect("Alice creates it", put(alice, "one", **{"If-None-Match": "*"}).status, 201)
    first = alice.request(url)[0]
    expect("Alice reads it", first.status, 200)
    expect("Bob reads it", bob.request(url)[0]["etag"], first["etag"])
    again = alice.request(url)[0]
    expect("Alice reads it again, and a 304 lets her own copy stand", (again.status, again.fromcache), (200, True))

    saved = put(bob, "two")
    expect("Bob saves, and httplib2 names what he read", saved.status, 200)
    late = put(alice, "three")
    expect("Alice saves, with what she read", late.status, 412)
    expect("and is told what stands", late["etag"], saved["etag"])
    read, text = alice.request(url)
    expect("Alice reads what Bob wrote", json.loads(text)["content"], "two")
    expect("with the tag that she was told", read["etag"], saved["etag"])
    expect("Alice saves both", put(alice, "two and three").status, 200)
    expect("Bob deletes what he does not know", bob.request(url, "DELETE", headers={"If-Match": saved["etag"]})[0].status, 412)
    expect("and without a name", bob.request(url, "DELETE")[0].status, 428)
    gone = bob.request(url, "DELETE", headers={"If-Match": bob.request(url)[0]["etag"]})[0]
    expect("Bob reads, and deletes", gone.status, 204)
    expect("Alice reads, and it is gone", alice.request(url)[0].status, 410)


main()
