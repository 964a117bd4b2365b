-- Every version of every document. A row is never changed, and never deleted.
CREATE TABLE version (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, -- the order in which versions came about: the ids of the event stream
    document TEXT    NOT NULL,                  -- the document's id
    number   INTEGER NOT NULL,                  -- 1 for the first version of the document, and one more with each write
    etag     TEXT    NOT NULL,                  -- as it is sent, quotes included
    hash     TEXT    NOT NULL,                  -- SHA-256 over the state, in hex
    author   TEXT    NOT NULL,
    at       INTEGER NOT NULL,                  -- milliseconds since 1970-01-01T00:00:00Z
    based_on BLOB,                              -- the tag that the writer named, as it was sent
    title    TEXT,                              -- NULL, as is content: this version is a delete
    content  TEXT,
    parent   TEXT,
    UNIQUE (document, number)
) STRICT;

-- What is there now: a row for each document that ever was.
CREATE TABLE document (
    id      TEXT    NOT NULL PRIMARY KEY,
    current INTEGER NOT NULL REFERENCES version (sequence),
    alive   INTEGER NOT NULL,                   -- 0: the current version is a delete
    parent  TEXT                                -- that of the current version
) STRICT, WITHOUT ROWID;
