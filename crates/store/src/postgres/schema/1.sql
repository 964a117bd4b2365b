-- The schema of its own of a store in PostgreSQL. Texts that clients choose are BYTEA: TEXT has no U+0000.
CREATE SCHEMA IF NOT EXISTS ifmatch;

-- One row: the number of the schema, and an id by which a connection recognizes the store that was opened.
CREATE TABLE ifmatch.store (
    single BOOLEAN NOT NULL PRIMARY KEY DEFAULT TRUE CHECK (single),
    schema INTEGER NOT NULL,
    id     UUID    NOT NULL DEFAULT gen_random_uuid()
);

-- One row: the number of the newest event. A transaction that writes versions locks it last, and holds it until it is
-- committed. So numbers become visible in their order, and there are no gaps, which a SEQUENCE has.
CREATE TABLE ifmatch.event_counter (
    single BOOLEAN NOT NULL PRIMARY KEY DEFAULT TRUE CHECK (single),
    last   BIGINT  NOT NULL
) WITH (fillfactor = 10);
INSERT INTO ifmatch.event_counter (last) VALUES (0);

-- One row, which is only locked: by a transaction that changes which document is under which, before all other rows.
CREATE TABLE ifmatch.tree_lock (
    single BOOLEAN NOT NULL PRIMARY KEY DEFAULT TRUE CHECK (single)
) WITH (fillfactor = 10);
INSERT INTO ifmatch.tree_lock DEFAULT VALUES;

-- Every version of every document. A row is never deleted, and only the content of an old one is ever changed.
CREATE TABLE ifmatch.version (
    document TEXT   NOT NULL COLLATE "C",
    number   BIGINT NOT NULL,                   -- 1 for the first version of the document, and one more with each write
    sequence BIGINT NOT NULL,                   -- the number of the event
    at       BIGINT NOT NULL,                   -- milliseconds since 1970-01-01T00:00:00Z; never less than before
    etag     TEXT   NOT NULL COLLATE "C",       -- as it is sent, quotes included
    hash     TEXT   NOT NULL COLLATE "C",       -- SHA-256 over the state, in hex
    author   TEXT   NOT NULL COLLATE "C",
    based_on BYTEA,                             -- the tag that the writer named, as it was sent
    seal     BYTEA  NOT NULL,                   -- the checksum of the row
    parent   TEXT            COLLATE "C",
    title    BYTEA,                             -- UTF-8. NULL, as is content: this version is a delete
    content  BYTEA,                             -- UTF-8. NULL while title is not: the text has been removed
    PRIMARY KEY (document, number)
);
CREATE UNIQUE INDEX version_by_sequence ON ifmatch.version (sequence);

-- What is there now: a row for each document that ever was. A write locks it first. With free space in each page, the
-- row that a write changes stays in its page, and no index is written.
CREATE TABLE ifmatch.document (
    id      TEXT    NOT NULL PRIMARY KEY COLLATE "C",
    number  BIGINT  NOT NULL,                   -- the number of the newest version
    alive   BOOLEAN NOT NULL,                   -- false: the newest version is a delete
    parent  TEXT             COLLATE "C",       -- that of the newest version
    removed BIGINT  NOT NULL DEFAULT 0,         -- the texts of the versions up to this number have been removed
    seal    BYTEA   NOT NULL                    -- the checksum of id, number, alive and parent
) WITH (fillfactor = 70);
CREATE INDEX document_alive ON ifmatch.document (id) WHERE alive;
CREATE INDEX document_by_parent ON ifmatch.document (parent, id) WHERE parent IS NOT NULL;
