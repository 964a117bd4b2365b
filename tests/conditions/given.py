"""Generates random conditional requests, from sensible to hostile.

judge.py has the expected responses.
"""

import time
from email.utils import formatdate

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def tag(dice, known):
    """Returns a tag, or something similar. `known` are the document's tags, the current one first."""
    kind = dice.randrange(16)
    if known and kind < 6:
        return known[0]
    if known and kind < 9:
        return dice.choice(known)
    if known and kind == 9:
        return b"W/" + dice.choice(known)
    if known and kind == 10:
        return dice.choice(known)[:-1] + dice.choice([b"-gzip", b" ", b",", b"*"]) + b'"'
    return dice.choice(
        [b'"x"', b'W/"x"', b'""', b'W/""', b'"*"', b'"a,b"', b'"caf\xe9"', b'"\xff\x80"', b'"a b"', b'"\\"', b"\"it's\""]
    )


def broken(dice, known):
    """Returns something that is not a valid tag."""
    whole = tag(dice, known)
    return dice.choice(
        [
            whole.strip(b'"'),
            whole[:-1],
            whole + whole,
            whole + b" " + whole,
            whole + b"x",
            whole + b";q=1",
            b"w/" + whole.removeprefix(b"W/"),
            b"W/ " + whole,
            b"W" + whole,
            b"'v1'",
            b"*x",
            b"**",
            b'"',
            b"v1",
        ]
    )


def tags(dice, known):
    """Returns a value of If-Match or If-None-Match."""
    kind = dice.randrange(20)
    if kind == 0:
        return dice.choice([b"", b",", b" , ,", b"\t"])
    if kind <= 3:
        return dice.choice([b"*"] * 4 + [b" * ", b"*,", b", *", b'*, "x"', b'"x", *', b"* *", b"*, *"])
    if kind == 4:
        return b", ".join(tag(dice, known) for _ in range(dice.choice([63, 64, 65, 66])))
    members = [tag(dice, known) for _ in range(dice.choice([1, 1, 1, 1, 2, 3]))]
    if kind in (5, 6):
        members.insert(dice.randrange(len(members) + 1), broken(dice, known))
    if kind == 7:
        members.insert(dice.randrange(len(members) + 1), b"")
    return dice.choice([b", ", b",", b" ,\t", b" , "]).join(members)


def date(dice, around):
    """Returns a value of a date field, and the second that it means, or None if it is invalid."""
    # A second later only if that has passed; otherwise it could be in the future.
    later = 1 if around + 1 < int(time.time()) else 0
    seconds = around + dice.choice([0, 0, 0, -1, later, -3600, 3600, -10**9])
    text = formatdate(seconds, usegmt=True)
    kind = dice.randrange(10)
    if kind < 6:
        return text.encode(), seconds
    day, number, month, year, clock, _ = text.replace(",", "").split(" ")
    if kind == 6:
        long = next(name for name in DAYS if name.startswith(day))
        return f"{long}, {number}-{month}-{year[2:]} {clock} GMT".encode(), seconds
    if kind == 7:
        return f"{day} {month} {int(number):2} {clock} {year}".encode(), seconds
    spoilt = [
        text.replace("GMT", "UTC"),
        text.replace("GMT", "+0000"),
        text.lower(),
        f"{text}, {text}",
        f'"{text}"',
        text[:-4],
        str(seconds),
        "yesterday",
        "",
        text.replace(number, "31", 1).replace(month, "Feb"),
    ]
    return dice.choice(spoilt).encode(), None


class Request:
    """A method, with conditions."""

    def __init__(self, dice, known, around):
        self.method = dice.choice(["GET", "GET", "HEAD", "PUT", "PUT", "PUT", "PUT", "PATCH", "DELETE", "OPTIONS"])
        self.if_match, self.if_none_match = [], []
        self.unmodified, self.modified = [], []
        for lines in dice.choice(["m", "m", "m", "n", "n", "mn", "u", "d", "mu", "nd", "nu", "mnud", "ud", "", "mm", "nn", "uu"]):
            if lines == "m":
                self.if_match.append(tags(dice, known))
            elif lines == "n":
                self.if_none_match.append(tags(dice, known))
            elif lines == "u":
                self.unmodified.append(date(dice, around))
            else:
                self.modified.append(date(dice, around))
        self.names = [dice.choice(spelled) for spelled in SPELLED]

    def lines(self):
        """Returns the field lines, as they are sent."""
        match, none_match, unmodified, modified = self.names
        lines = [(match, value) for value in self.if_match] + [(none_match, value) for value in self.if_none_match]
        lines += [(unmodified, value) for value, _ in self.unmodified]
        return lines + [(modified, value) for value, _ in self.modified]

    def __str__(self):
        return "\n".join([self.method] + [f"  {name.decode()}: {value!r}" for name, value in self.lines()])


SPELLED = (
    (b"If-Match", b"if-match", b"IF-MATCH"),
    (b"If-None-Match", b"if-none-match"),
    (b"If-Unmodified-Since", b"if-unmodified-since"),
    (b"If-Modified-Since", b"if-modified-since"),
)
