"""What should come of a request, by judges that nobody here wrote.

The tags are judged by `etag` (evaluate_preconditions, RFC 9110 sections 13.1 and 13.2), and once more by `werkzeug`
(parse_etags) wherever a list is well formed; the dates are read by werkzeug. Where this server answers differently from
what they say, that is a rule in RULES, with the reason. There are no other differences.
"""

import re
import time
from datetime import timezone

import etag
from werkzeug.http import parse_date, parse_etags

DONE = {"GET": 200, "HEAD": 200, "PUT": 200, "PATCH": 200, "DELETE": 204}


class State:
    """A document as it stands: its tag where it exists, when that was written, and whether another in that second was."""

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
    """The field as the judge is shown it, in one line (RFC 9110 section 5.3), none where it was not sent.

    One difference has to be settled here: a space within the quotes makes a tag malformed, by the grammar. Here, and in
    the test suite of the W3C's Linked Data Platform, it makes a tag that matches nothing.
    """
    joined = ", ".join(line.decode("latin-1") for line in lines)
    return [re.sub(r'"[^"]*"', lambda quoted: re.sub(r"[ \t]", "_", quoted.group()), joined)] if lines else []


def the_date(values):
    """The second that a date field names; none where it has to be ignored (RFC 9110 sections 13.1.3 and 13.1.4)."""
    if len(values) != 1:
        return None
    value, seconds = values[0]
    if seconds is not None:
        read = parse_date(value.decode()).replace(tzinfo=timezone.utc).timestamp()
        assert read == seconds, f"werkzeug reads {value!r} as {read}, the dice meant {seconds}"
    return seconds


def verdict(case):
    """412, 304 or none, in the order of RFC 9110 section 13.2.2: the tags by `etag`, the dates as they are written."""
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
    """The tags of a list, by `etag`; none where it is malformed."""
    try:
        return etag.parse(lines)
    except ValueError:
        return [] if not re.search(r"[^, \t]", ",".join(lines)) else None


# The rules: each gets the case and what the judges say (None, 304 or 412), and returns a status, or none where it has
# nothing to say. The first that has decides.


def options(case, _):
    """OPTIONS selects no representation, so no condition counts (RFC 9110 section 13.2.1). `etag` says so too."""
    return 204 if case.request.method == "OPTIONS" else None


def absent(case, _):
    """What is not there cannot be read, changed or deleted, so no condition counts (RFC 9110 section 13.2.1). And what
    has been there is 410 for as long as that is known."""
    if not case.exists and case.request.method != "PUT":
        return 410 if case.state.kind == "gone" else 404


def malformed(case, _):
    """`etag` says what the RFC leaves open: a malformed If-Match is false, a malformed If-None-Match true. Here both are
    a 400: a typing error is no news about the document, and a guard that fails open is none. `*` with anything beside it
    is malformed too, an empty member included, which `etag` passes over; and so is a list of more than 64 tags."""
    for lines in (case.if_match, case.if_none_match):
        if not lines or wildcard(lines):
            continue
        listed = members(lines)
        if listed is None or etag.is_wildcard(lines) or len(listed) > 64:
            return 400


def empty(case, said):
    """A list without a member names nothing. `etag` takes an empty If-None-Match for true. So it is here for a read,
    which then gets its text; but not for a write, which would pass for one that had asked."""
    if case.writes and case.if_none_match and members(case.if_none_match) == [] and said is None:
        return 412


def nothing_to_date(case, said):
    """RFC 9110 section 13.1.4 ignores If-Unmodified-Since where there is no date to compare. But whoever sends it has
    seen a version, and there is none: to write would bring back what somebody deleted."""
    if case.request.method == "PUT" and not case.exists and case.unmodified is not None:
        return 412


def too_coarse(case, said):
    """Two versions within the second that the date names: it cannot tell which of them was seen (RFC 9110 section
    8.8.2.2), so for a write it holds for neither."""
    if case.writes and case.unmodified is not None and case.unmodified == case.state.modified and case.state.shares_second:
        return 412


def judged(_, said):
    """What the judges say."""
    return said


def guard(case, _):
    """All conditions hold, and none of them names the version that is replaced (RFC 6585 section 3). A date in the future
    names none: it cannot be when the writer read anything."""
    if not (case.required and case.writes):
        return None
    named = (
        (case.if_match and not wildcard(case.if_match))
        or (case.unmodified is not None and case.exists and case.unmodified <= time.time())
        or (wildcard(case.if_none_match) and not case.exists)
    )
    return None if named else 428


def done(case, _):
    """Nothing speaks against it."""
    return 201 if case.request.method == "PUT" and not case.exists else DONE[case.request.method]


RULES = (options, absent, malformed, too_coarse, nothing_to_date, judged, empty, guard, done)


def expected(case):
    """The status that should come, and the rule that says so."""
    said = None if malformed(case, None) else verdict(case)
    for rule in RULES:
        status = rule(case, said)
        if status is not None:
            return status, rule


def second_opinion(case):
    """Where a list is well formed, werkzeug has to read the same tags in it."""
    for lines in (case.if_match, case.if_none_match):
        listed = members(lines) if lines and not etag.is_wildcard(lines) else None
        # It reads one line, ends a list at an empty member, and takes the tag "" for one of the name None.
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
