#!/usr/bin/env python3
"""Sends thousands of conditional requests to a real server, and compares its responses with judge.py.

    compare.py SERVER-URL required|optional COUNT SEED

The seed reproduces the requests. It exits with 1 at the first response that differs from judge.py.
"""

import json
import random
import sys
import time
from collections import Counter
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from given import Request
from judge import RULES, Case, State, expected, second_opinion
from wire import Connection

JSON, MERGE = b"application/json", b"application/merge-patch+json"


class Document:
    """The state of a document, as far as it is known from the responses."""

    def __init__(self, name):
        self.name, self.kind, self.tags, self.modified = name, "never", [], int(time.time())

    @property
    def path(self):
        return f"/api/documents/{self.name}"

    def learn(self, answer, method):
        """Updates the state from a successful response."""
        if method == "DELETE":
            self.kind = "gone"
        elif answer.etag is not None:
            self.kind = "exists"
            self.tags = [answer.etag.encode("latin-1")] + [tag for tag in self.tags if tag != answer.etag.encode("latin-1")][:4]
            self.modified = int(parsedate_to_datetime(answer.fields["last-modified"]).timestamp())


class Comparison:
    def __init__(self, url, required, seed):
        where = urlsplit(url)
        self.connection = Connection(where.hostname, where.port)
        self.required, self.seed, self.dice = required, seed, random.Random(seed)
        self.documents, self.turn = [], 0
        self.by_rule, self.by_status = Counter(), Counter()

    def run(self, count):
        for self.turn in range(count):
            self.one(self.some_document())

    def some_document(self):
        """Chooses a document that exists, was deleted, or has never existed."""
        wanted = self.dice.choice(["exists", "exists", "exists", "gone", "never"])
        known = [document for document in self.documents if document.kind == wanted]
        if known and wanted != "never":
            return self.dice.choice(known[-8:])
        document = Document(f"{self.seed % 1000}-{self.turn}-{'r' if self.required else 'o'}")
        self.documents = [*self.documents[-40:], document]
        if wanted != "never":
            self.write(document, "PUT", [(b"If-None-Match", b"*")])
            if wanted == "gone":
                self.write(document, "DELETE", [(b"If-Match", document.tags[0])])
        return document

    def write(self, document, method, lines):
        answer = self.connection.ask(method, document.path, *self.content(method, lines))
        assert answer.status in (200, 201, 204), (answer.status, answer.body)
        document.learn(answer, method)

    def content(self, method, lines):
        """Returns field lines and body. Each text is new, since the server takes a repeated text for a retry."""
        if method not in ("PUT", "PATCH"):
            return lines, b""
        body = json.dumps({"title": "T", "content": f"{self.turn} {self.dice.random()}"}).encode()
        return [*lines, (b"Content-Type", MERGE if method == "PATCH" else JSON)], body

    def one(self, document):
        request = Request(self.dice, document.tags, document.modified)
        state = State(document.kind)
        if document.kind == "exists":
            tag = document.tags[0].decode("latin-1")
            state = State("exists", tag, document.modified, self.shares_second(document))
        case = Case(request, state, self.required)
        second_opinion(case)
        status, rule = expected(case)
        answer = self.connection.ask(request.method, document.path, *self.content(request.method, request.lines()))
        self.by_rule[rule] += 1
        self.by_status[answer.status] += 1
        if answer.status != status:
            self.fail(document, request, f"{answer.status}, not {status} by the rule {rule.__name__}", answer)
        current = document.tags[0].decode("latin-1") if document.kind == "exists" else None
        if answer.status in (304, 412) and answer.etag != current:
            self.fail(document, request, f"a {answer.status} with the tag {answer.etag}", answer)
        if status < 300 and request.method in ("PUT", "PATCH", "DELETE"):
            document.learn(answer, request.method)

    def shares_second(self, document):
        """Returns whether the current version and the one before were written in the same second."""
        listed = json.loads(self.connection.ask("GET", f"{document.path}/versions?limit=2").body)["versions"]
        return len({version["at"][:19] for version in listed}) < len(listed)

    def fail(self, document, request, what, answer):
        policy = "required" if self.required else "optional"
        print(f"unexpected: {what}", file=sys.stderr)
        print(f"seed {self.seed}, request {self.turn}, policy {policy}", file=sys.stderr)
        print(f"{document.name}, which is {document.kind}, {document.tags[:1]}, {document.modified}", file=sys.stderr)
        print(f"{request}\n{answer.body.decode('latin-1')}", file=sys.stderr)
        sys.exit(1)


def main():
    url, policy, count, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    comparison = Comparison(url, policy == "required", seed)
    began = time.monotonic()
    comparison.run(count)
    print(f"{count} requests in {time.monotonic() - began:.0f} s, policy {policy}, seed {seed}")
    print("  by status: " + ", ".join(f"{status} {n}" for status, n in sorted(comparison.by_status.items())))
    print("  by rule:   " + ", ".join(f"{rule.__name__} {comparison.by_rule[rule]}" for rule in RULES))
    # A rule that never applied is superfluous, or the requests are not varied enough.
    silent = [rule.__name__ for rule in RULES if not comparison.by_rule[rule] and (rule.__name__ != "guard" or policy == "required")]
    if silent:
        sys.exit(f"these rules never applied: {', '.join(silent)}")


main()
