"""The expected response to a request, according to independent libraries.

`etag` evaluates the tags (evaluate_preconditions, RFC 9110 sections 13.1 and 13.2), and `werkzeug` parses them again
(parse_etags) if a list is well formed; werkzeug also parses the dates. RULES has each case in which this server answers
differently from the libraries, with the reason. There are no other differences.
"""

import re
import time
from datetime import timezone

import etag
from werkzeug.http import parse_date, parse_etags

DONE = {"GET": 200, "HEAD": 200, "PUT": 200, "PATCH": 200, "DELETE": 204}


class State:
    """The state of a document: its tag if it exists, its time, and whether another version has the same time."""

    def __init__(self, kind, current=None, modified=None, shares_second=False):
        self.kind, self.current, self.modified, self.shares_second = kind, current, modified, shares_second


class Case:
    """A request about a document in a state, under a policy."""

    def __init__(self, request, state, required):
        self.request, self.state, self.required = request, state, required
        self.exists = state.kind == "exists"
        self.writes = request.method in ("PUT", "PATCH", "DELETE")
        self.if_match = legible(request.if_match)
        self.if_none_match = legible(request.if_none_match)
        self.unmodified = None if request.if_match else the_date(request.unmodified)
        self.modified = None if request.if_none_match or self.writes else the_date(request.modified)


def legible(lines):
    """Returns a field as one line (RFC 9110 section 5.3), or None if it was not sent.

    One difference is settled here: by the grammar, a space within the quotes makes a tag malformed. In this server, and in
    the test suite of the W3C's Linked Data Platform, it makes a tag that matches nothing.
    """
    joined = ", ".join(line.decode("latin-1") for line in lines)
    return [re.sub(r'"[^"]*"', lambda quoted: re.sub(r"[ \t]", "_", quoted.group()), joined)] if lines else []


def the_date(values):
    """Returns the second of a date field, or None if it must be ignored (RFC 9110 sections 13.1.3 and 13.1.4)."""
    if len(values) != 1:
        return None
    value, seconds = values[0]
    if seconds is not None:
        read = parse_date(value.decode()).replace(tzinfo=timezone.utc).timestamp()
        assert read == seconds, f"werkzeug reads {value!r} as {read}, the generator meant {seconds}"
    return seconds


def verdict(case):
    """Returns 412, 304 or None, in the order of RFC 9110 section 13.2.2; `etag` evaluates the tags."""
    current = case.state.current if case.exists else None
    said = lambda **fields: etag.evaluate_preconditions(case.request.method, current, **fields)
    if case.if_match and said(if_match=case.if_match):
        return 412
    if case.unmodified is not None and case.exists and case.state.modified > case.unmodified:
        return 412
    if case.if_none_match:
        return said(if_none_match=case.if_none_match)
    if case.modified is not None and case.exists and case.state.modified <= case.modified:
        return 304
    return None


def wildcard(lines):
    return ",".join(lines).strip(" \t") == "*"


def members(lines):
    """Returns the tags of a list as `etag` parses it, or None if it is malformed."""
    try:
        return etag.parse(lines)
    except ValueError:
        return [] if not re.search(r"[^, \t]", ",".join(lines)) else None


# Each rule gets the case and the libraries' verdict (None, 304 or 412), and returns a status, or None if it does not
# apply. The first rule that applies decides.


def options(case, _):
    """OPTIONS selects no representation, so no condition counts (RFC 9110 section 13.2.1). `etag` agrees."""
    return 204 if case.request.method == "OPTIONS" else None


def absent(case, _):
    """A document that does not exist cannot be read, changed or deleted, so no condition counts (RFC 9110 section 13.2.1).
    A deleted document is a 410, and one that never existed a 404."""
    if not case.exists and case.request.method != "PUT":
        return 410 if case.state.kind == "gone" else 404


def malformed(case, _):
    """The RFC does not say how to evaluate malformed fields. For `etag`, a malformed If-Match is false, and a malformed
    If-None-Match is true. Here both are a 400, since a typing error says nothing about the document, and a guard must not
    fail open. `*` with another member is malformed too, even if that is empty, which `etag` ignores; so is a list of more
    than 64 tags."""
    for lines in (case.if_match, case.if_none_match):
        if not lines or wildcard(lines):
            continue
        listed = members(lines)
        if listed is None or etag.is_wildcard(lines) or len(listed) > 64:
            return 400


def empty(case, said):
    """A list without members names no version. For `etag`, an empty If-None-Match is true. Here it is true for a read,
    which then gets the document, but not for a write, which would otherwise count as conditional."""
    if case.writes and case.if_none_match and members(case.if_none_match) == [] and said is None:
        return 412


def nothing_to_date(case, said):
    """RFC 9110 section 13.1.4 ignores If-Unmodified-Since if there is no date to compare. But the client that sends it has
    seen a version, and the document no longer exists: the write would restore a deleted document. The 412 is the server's
    own policy."""
    if case.request.method == "PUT" and not case.exists and case.unmodified is not None:
        return 412


def too_coarse(case, said):
    """Two versions were written in the second of the date, so the date cannot distinguish them (RFC 9110 section 8.8.2.2),
    and the condition is false for a write. That is the server's own policy: by section 13.1.4, it is true."""
    if case.writes and case.unmodified is not None and case.unmodified == case.state.modified and case.state.shares_second:
        return 412


def judged(_, said):
    """The verdict of the libraries."""
    return said


def guard(case, _):
    """All conditions hold, but none of them names the version that the write replaces (RFC 6585 section 3). A date in the
    future names no version, since the writer cannot have read one at that time."""
    if not (case.required and case.writes):
        return None
    named = (
        (case.if_match and not wildcard(case.if_match))
        or (case.unmodified is not None and case.exists and case.unmodified <= time.time())
        or (wildcard(case.if_none_match) and not case.exists)
    )
    return None if named else 428


def done(case, _):
    """No objection."""
    return 201 if case.request.method == "PUT" and not case.exists else DONE[case.request.method]


RULES = (options, absent, malformed, too_coarse, nothing_to_date, judged, empty, guard, done)


def expected(case):
    """Returns the expected status, and the rule that decides it."""
    said = None if malformed(case, None) else verdict(case)
    for rule in RULES:
        status = rule(case, said)
        if status is not None:
            return status, rule


def second_opinion(case):
    """Asserts that werkzeug parses the same tags if a list is well formed."""
    for lines in (case.if_match, case.if_none_match):
        listed = members(lines) if lines and not etag.is_wildcard(lines) else None
        # werkzeug reads one line, ends a list at an empty member, and takes the tag "" for None.
        if listed and all(value for value, _ in listed):
            joined = ", ".join(etag.format_etag(value, weak=weak) for value, weak in listed)
            read = parse_etags(joined)
            strong = {value for value, weak in listed if not weak}
            weak = {value for value, weak in listed if weak}
            assert read.as_set() == strong and read.as_set(include_weak=True) == strong | weak, (lines, read)
            current = case.state.current and case.state.current.strip('"')
            if case.exists and lines is case.if_match:
                assert read.contains(current) == etag.if_match(lines, case.state.current)
            elif case.exists:
                assert read.contains_weak(current) != etag.if_none_match(lines, case.state.current)
