-- A version has one index, and its row is all that a write inserts: each further table or index is a page more that
-- has to be written and synced, for each document of a commit.
--
-- The new table is the old one with the checksum (see `seal.rs`) in front of the text, so that to read one never takes
-- reading a text, and without AUTOINCREMENT: as no row is ever deleted, no number can be used again. The indexes for
-- the other kinds of tags are made when they are first used, see `tag_indexes.rs`.
CREATE TABLE new_version (
    sequence INTEGER PRIMARY KEY,               -- the order in which versions came about: the ids of the event stream
    document TEXT    NOT NULL,                  -- the document's id
    number   INTEGER NOT NULL,                  -- 1 for the first version of the document, and one more with each write
    etag     TEXT    NOT NULL,                  -- as it is sent, quotes included
    hash     TEXT    NOT NULL,                  -- SHA-256 over the state, in hex
    author   TEXT    NOT NULL,
    at       INTEGER NOT NULL,                  -- milliseconds since 1970-01-01T00:00:00Z; never less than before
    based_on BLOB,                              -- the tag that the writer named, as it was sent
    seal     BLOB,                              -- the checksum of the row; a row without one is damaged
    title    TEXT,                              -- NULL, as is content: this version is a delete
    parent   TEXT,
    content  TEXT,                              -- NULL while title is not: the text has been removed
    UNIQUE (document, number)
) STRICT;
INSERT INTO new_version (sequence, document, number, etag, hash, author, at, based_on, seal, title, parent, content)
    SELECT v.sequence, document, number, etag, hash, author, at, based_on, seal, title, parent, content
    FROM version v LEFT JOIN seal s ON s.sequence = v.sequence ORDER BY v.sequence;
DROP TABLE seal;
DROP TABLE version;
ALTER TABLE new_version RENAME TO version;
