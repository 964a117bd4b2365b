#!/usr/bin/env python3
"""Two people edit a document with httplib2, a client with a cache that adds If-Match to a PUT by itself.

    flow.py SERVER-URL FOLDER      FOLDER is for the cache

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

    expect("Alice saves without having read, so httplib2 sends no tag", put(alice, "one").status, 428)
    expect("Alice creates the document", put(alice, "one", **{"If-None-Match": "*"}).status, 201)
    first = alice.request(url)[0]
    expect("Alice reads the document", first.status, 200)
    expect("Bob reads the document", bob.request(url)[0]["etag"], first["etag"])
    again = alice.request(url)[0]
    expect("Alice reads again, and a 304 confirms her cached copy", (again.status, again.fromcache), (200, True))

    saved = put(bob, "two")
    expect("Bob saves, and httplib2 sends the tag that he read", saved.status, 200)
    late = put(alice, "three")
    expect("Alice saves with the tag that she read", late.status, 412)
    expect("and the 412 has the current tag", late["etag"], saved["etag"])
    read, text = alice.request(url)
    expect("Alice reads what Bob wrote", json.loads(text)["content"], "two")
    expect("with the tag of the 412", read["etag"], saved["etag"])
    expect("Alice saves both texts", put(alice, "two and three").status, 200)
    expect("Bob deletes with an old tag", bob.request(url, "DELETE", headers={"If-Match": saved["etag"]})[0].status, 412)
    expect("and without a tag", bob.request(url, "DELETE")[0].status, 428)
    gone = bob.request(url, "DELETE", headers={"If-Match": bob.request(url)[0]["etag"]})[0]
    expect("Bob reads, and deletes", gone.status, 204)
    expect("Alice reads the deleted document", alice.request(url)[0].status, 410)


main()
