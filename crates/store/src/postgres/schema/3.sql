-- Appends the next versions of documents, in one statement, if their newest versions are still those that the server
-- has in memory, and the policy is the one that it has judged by. If not, nothing is written, and last_event is NULL.
--
-- It takes the locks of a transaction in their order: the policy (the number is that of POLICY_LOCK in the program),
-- the documents by id, the counter of events. Each statement of a function sees what was committed before that
-- statement began, so what is read after a lock is current.
CREATE FUNCTION ifmatch.append_versions(
    policy    BIGINT,    -- the revision of the policy that has to be in force; NULL: any
    settings  BIGINT,    -- that of all settings; NULL: any
    latest    BIGINT,    -- the latest time of the versions, which must not be in the future
    server    INTEGER,   -- the number of the server, for the notification
    ids       TEXT[],    -- the documents, each once
    seen      BIGINT[],  -- their newest versions: the number, and the checksum
    seen_seal BYTEA[],
    next_seal BYTEA[],   -- the checksums of the documents' rows with the next version
    parents   TEXT[],    -- the parents, which the writes do not change
    times     BIGINT[],  -- the columns of the new versions
    etags     TEXT[],
    hashes    TEXT[],
    authors   TEXT[],
    bases     BYTEA[],
    seals     BYTEA[],
    titles    BYTEA[],
    contents  BYTEA[],
    OUT database_time   BIGINT,
    OUT last_event      BIGINT,  -- the number of the last event
    OUT others_wait     BOOLEAN, -- whether another server was committing at the same time
    OUT before_document TEXT,    -- the event before the first one
    OUT before_etag     TEXT
) LANGUAGE plpgsql AS $$
DECLARE
    documents CONSTANT INTEGER := cardinality(ids);
    in_force  BIGINT;
    confirmed BIGINT;
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
    -- The update of a single document locks and confirms it as well.
    IF documents > 1 THEN
        PERFORM FROM ifmatch.document d WHERE d.id = ANY (ids) ORDER BY d.id FOR UPDATE;
        SELECT count(*) INTO confirmed
        FROM unnest(ids, seen, seen_seal) AS s (id, number, seal)
        JOIN ifmatch.document d ON d.id = s.id AND d.number = s.number
        JOIN ifmatch.version v ON v.document = s.id AND v.number = s.number AND v.seal = s.seal;
        IF confirmed < documents THEN
            RETURN;
        END IF;
    END IF;
    FOR n IN 1 .. documents LOOP
        UPDATE ifmatch.document d SET number = d.number + 1, alive = TRUE, seal = next_seal[n]
        WHERE d.id = ids[n] AND d.number = seen[n] AND EXISTS (
            SELECT FROM ifmatch.version v WHERE v.document = ids[n] AND v.number = seen[n] AND v.seal = seen_seal[n]);
        IF NOT FOUND THEN
            IF documents > 1 THEN
                RAISE EXCEPTION 'a row was changed in spite of its lock';
            END IF;
            RETURN;
        END IF;
    END LOOP;
    -- Servers queue for the counter here, which takes them less time than to queue for its row ('ifevents' in ASCII).
    others_wait := NOT pg_try_advisory_xact_lock(7594869380789204083);
    IF others_wait THEN
        PERFORM pg_advisory_xact_lock(7594869380789204083);
    END IF;
    UPDATE ifmatch.event_counter SET last = last + documents RETURNING last INTO last_event;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the table ifmatch.event_counter has no row';
    END IF;
    FOR n IN 1 .. documents LOOP
        INSERT INTO ifmatch.version
            (document, number, sequence, at, etag, hash, author, based_on, seal, parent, title, content)
        VALUES (ids[n], seen[n] + 1, last_event - documents + n, times[n], etags[n], hashes[n], authors[n], bases[n],
                seals[n], parents[n], titles[n], contents[n]);
    END LOOP;
    SELECT v.document, v.etag INTO before_document, before_etag
    FROM ifmatch.version v WHERE v.sequence = last_event - documents;
    -- A server that joins waits for this transaction, or is found here.
    IF EXISTS (SELECT FROM ifmatch.server s WHERE s.number <> server)
        OR NOT EXISTS (SELECT FROM ifmatch.server s WHERE s.number = server) THEN
        PERFORM pg_notify('ifmatch_events', server::TEXT);
    END IF;
END $$;
