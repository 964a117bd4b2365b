-- Tags of the kinds `content` and `seconds` are looked up by what they are made of, instead of in every version.
CREATE INDEX version_by_hash ON version (document, substr(hash, 1, 8), number);
CREATE INDEX version_by_time ON version (document, at, number);
-- The events of one document (the sequence is part of every index).
CREATE INDEX version_by_document ON version (document);

-- The documents that exist, so that a list does not read those that are deleted.
CREATE INDEX document_alive ON document (id) WHERE alive;

-- The place in the tree, see `tree.rs`: how many documents belong directly under this one, and how many levels are
-- below it (at most 100 are counted).
ALTER TABLE document ADD COLUMN children INTEGER NOT NULL DEFAULT 0;
ALTER TABLE document ADD COLUMN height INTEGER NOT NULL DEFAULT 0;
CREATE INDEX document_by_height ON document (parent, height) WHERE parent IS NOT NULL;
UPDATE document SET children = (SELECT count(*) FROM document c WHERE c.parent = document.id);
WITH RECURSIVE
    above (id, height) AS (
        SELECT parent, 1 FROM document WHERE parent IS NOT NULL
        UNION SELECT d.parent, a.height + 1 FROM above a JOIN document d ON d.id = a.id
        WHERE d.parent IS NOT NULL AND a.height < 100),
    highest (id, height) AS (SELECT id, max(height) FROM above GROUP BY id)
UPDATE document SET height = highest.height FROM highest WHERE highest.id = document.id;

-- Checksums, see `seal.rs`. Those of versions have a table of their own: to read one never takes reading a text.
ALTER TABLE document ADD COLUMN seal BLOB;
CREATE TABLE seal (
    sequence INTEGER PRIMARY KEY REFERENCES version (sequence),
    seal     BLOB NOT NULL
) STRICT;
