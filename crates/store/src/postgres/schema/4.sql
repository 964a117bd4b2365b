-- newest_seal: the checksum of the newest version's row, so that one row tells which version is the newest one.
-- turn, turn_until: the server that may write the document first, and until when, in milliseconds since 1970.
ALTER TABLE ifmatch.document
    ADD COLUMN newest_seal BYTEA,
    ADD COLUMN turn        INTEGER,
    ADD COLUMN turn_until  BIGINT;
UPDATE ifmatch.document d SET newest_seal = coalesce((
    SELECT v.seal FROM ifmatch.version v WHERE v.document = d.id AND v.number = d.number), '');
ALTER TABLE ifmatch.document ALTER COLUMN newest_seal SET NOT NULL;

-- Appends the next versions of documents, in one statement, if their newest versions are still those that the server
-- has in memory, and the policy is the one that it has judged by. If not, nothing is written, and last_event is NULL.
--
-- It takes the locks of a transaction in their order: the policy (the number is that of POLICY_LOCK in the program),
-- the documents by id, the counter of events. PostgreSQL reads a row again after waiting for its lock, so what is
-- returned with the lock is current, as far as it is in the locked row itself.
DROP FUNCTION ifmatch.append_versions;
CREATE FUNCTION ifmatch.append_versions(
    policy    BIGINT,    -- the revision of the policy that has to be in force; NULL: any
    settings  BIGINT,    -- that of all settings; NULL: any
    latest    BIGINT,    -- the latest time of the versions, which must not be in the future
    server    INTEGER,   -- the number of the server
    channel   TEXT,      -- the channel on which servers are notified of events
    ids       TEXT[],    -- the documents, each once, in ascending order
    seen      BIGINT[],  -- their newest versions: the number, and the checksum
    seen_seal BYTEA[],
    next_seal BYTEA[],   -- the checksums of the documents' rows with the next version
    parents   TEXT[],    -- the parents, which the writes do not change
    places    BIGINT[],  -- the places of the new versions among the events of this transaction, from 1
    times     BIGINT[],  -- the columns of the new versions
    etags     TEXT[],
    hashes    TEXT[],
    authors   TEXT[],
    bases     BYTEA[],
    seals     BYTEA[],
    titles    BYTEA[],
    contents  BYTEA[],
    earlier   TEXT[],    -- notifications of earlier transactions of this server
    events    TEXT[],    -- the events as text, in one part for each notification; none: they are sent later
    starts    BIGINT[],  -- the places of the first events of the parts
    preceding TEXT[],    -- the events before them: document and tag. That of the first part is found here
    OUT database_time   BIGINT,
    OUT last_event      BIGINT,  -- the number of the last event
    OUT others_wait     BOOLEAN, -- whether another server was committing at the same time
    OUT others_run      BOOLEAN, -- whether another server has joined, which has to be notified
    OUT reserved        TEXT[],  -- the documents that are another server's turn, if that is why nothing was written
    OUT before_document TEXT,    -- the event before the first one
    OUT before_etag     TEXT
) LANGUAGE plpgsql AS $$
DECLARE
    documents  CONSTANT INTEGER := cardinality(ids);
    in_force   BIGINT;
    found_seen BIGINT[];
    found_seal BYTEA[];
BEGIN
    IF policy IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock_shared(7594881445469447033);
        -- The settings as a whole include the policy.
        IF settings IS NULL THEN
            SELECT s.revision INTO in_force FROM ifmatch.setting s WHERE s.name = 'policy';
        ELSE
            SELECT c.last INTO in_force FROM ifmatch.setting_counter c WHERE c.single;
        END IF;
    END IF;
    database_time := (extract(epoch FROM clock_timestamp()) * 1000)::BIGINT;
    IF in_force IS DISTINCT FROM coalesce(settings, policy) OR database_time < latest THEN
        RETURN;
    END IF;
    IF documents = 1 THEN
        UPDATE ifmatch.document d
        SET number = d.number + 1, alive = TRUE, seal = next_seal[1], newest_seal = seals[1], turn = NULL
        WHERE d.id = ids[1] AND d.number = seen[1] AND d.newest_seal = seen_seal[1]
          AND (d.turn IS NULL OR d.turn = server OR d.turn_until < database_time);
        IF NOT FOUND THEN
            SELECT ids INTO reserved FROM ifmatch.document d
            WHERE d.id = ids[1] AND d.number = seen[1] AND d.newest_seal = seen_seal[1];
            RETURN;
        END IF;
    ELSE
        SELECT array_agg(d.number), array_agg(d.newest_seal),
               array_agg(d.id) FILTER (WHERE d.turn <> server AND d.turn_until >= database_time)
        INTO found_seen, found_seal, reserved
        FROM (SELECT * FROM ifmatch.document d WHERE d.id = ANY (ids) ORDER BY d.id FOR UPDATE) d;
        IF found_seen IS DISTINCT FROM seen OR found_seal IS DISTINCT FROM seen_seal THEN
            reserved := NULL;
            RETURN;
        END IF;
        IF reserved IS NOT NULL THEN
            RETURN;
        END IF;
        UPDATE ifmatch.document d
        SET number = d.number + 1, alive = TRUE, seal = n.next, newest_seal = n.seal, turn = NULL
        FROM unnest(ids, next_seal, seals) AS n (id, next, seal)
        WHERE d.id = n.id;
    END IF;
    -- Servers queue for the counter here, which takes them less time than to queue for its row ('ifevents' in ASCII).
    others_wait := NOT pg_try_advisory_xact_lock(7594869380789204083);
    IF others_wait THEN
        PERFORM pg_advisory_xact_lock(7594869380789204083);
    END IF;
    UPDATE ifmatch.event_counter SET last = last + documents RETURNING last INTO last_event;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the table ifmatch.event_counter has no row';
    END IF;
    IF documents = 1 THEN
        INSERT INTO ifmatch.version
            (document, number, sequence, at, etag, hash, author, based_on, seal, parent, title, content)
        VALUES (ids[1], seen[1] + 1, last_event, times[1], etags[1], hashes[1], authors[1], bases[1], seals[1],
                parents[1], titles[1], contents[1]);
    ELSE
        INSERT INTO ifmatch.version
            (document, number, sequence, at, etag, hash, author, based_on, seal, parent, title, content)
        SELECT n.id, n.seen + 1, last_event - documents + n.place, n.at, n.etag, n.hash, n.author, n.base, n.seal,
               n.parent, n.title, n.content
        FROM unnest(ids, seen, places, times, etags, hashes, authors, bases, seals, parents, titles, contents)
            AS n (id, seen, place, at, etag, hash, author, base, seal, parent, title, content);
    END IF;
    SELECT v.document, v.etag INTO before_document, before_etag
    FROM ifmatch.version v WHERE v.sequence = last_event - documents;
    -- A server that joins waits for this transaction, or is found here.
    others_run := EXISTS (SELECT FROM ifmatch.server s WHERE s.number <> server)
        OR NOT EXISTS (SELECT FROM ifmatch.server s WHERE s.number = server);
    IF others_run THEN
        FOR part IN 1 .. cardinality(earlier) LOOP
            PERFORM pg_notify(channel, earlier[part]);
        END LOOP;
        FOR part IN 1 .. cardinality(events) LOOP
            PERFORM pg_notify(channel, concat_ws(' ', server, last_event - documents + starts[part],
                CASE WHEN part = 1 THEN coalesce(before_document || ' ' || before_etag, ' ') ELSE preceding[part] END,
                events[part]));
        END LOOP;
    END IF;
END $$;
