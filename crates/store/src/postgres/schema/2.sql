-- One row: the number of the last change of a setting. A transaction that changes a setting locks it first, and holds
-- it until it is committed. So changes become visible in the order of their numbers.
CREATE TABLE ifmatch.setting_counter (
    single BOOLEAN NOT NULL PRIMARY KEY DEFAULT TRUE CHECK (single),
    last   BIGINT  NOT NULL
) WITH (fillfactor = 10);
INSERT INTO ifmatch.setting_counter (last) VALUES (0);

-- What all servers must agree on while they run: the policy, for instance. The first server that starts while no other
-- one runs replaces all rows. A value is JSON, in which U+0000 is escaped.
CREATE TABLE ifmatch.setting (
    name     TEXT   NOT NULL PRIMARY KEY COLLATE "C",
    revision BIGINT NOT NULL,
    value    TEXT   NOT NULL
) WITH (fillfactor = 50);

-- The servers that have joined. One runs as long as its session holds the advisory lock with its number.
CREATE TABLE ifmatch.server (
    number   INTEGER NOT NULL PRIMARY KEY,
    presence TEXT    NOT NULL DEFAULT ''
);
