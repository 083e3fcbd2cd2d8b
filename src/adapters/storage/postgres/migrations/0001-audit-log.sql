-- The audit log of one origin in PostgreSQL (docs/formats/store.md). The owner's functions are the only way to change these
-- tables: the gateway's role may read them and call the functions, so that it can neither change nor delete what is stored.

CREATE TABLE layout (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  version integer NOT NULL
);
INSERT INTO layout (version) VALUES (0);

-- What the next commit starts from; always one row. Whoever commits holds it (FOR UPDATE), so that commits come one after the other.
CREATE TABLE head (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  size bigint NOT NULL,
  range bytea NOT NULL,
  seq bigint NOT NULL,
  newest_at_ms bigint NOT NULL
) WITH (fillfactor = 20);
INSERT INTO head (size, range, seq, newest_at_ms) VALUES (0, '', 0, 0);

-- The gateways that write here. A run holds the fence that it was given; the next run of the same name gets the next one, and
-- the older run can commit nothing any more. `ends` is the index behind the newest entry of that name.
CREATE TABLE instances (
  name text PRIMARY KEY,
  fence bigint NOT NULL,
  epoch uuid NOT NULL,
  ends bigint NOT NULL
) WITH (fillfactor = 20);

-- One row per entry, a partition per month of UTC. Rows are never changed but for `sealed`, which can be reduced without
-- breaking a proof. Indexes are unique because they are given under the lock of `head`.
CREATE TABLE entries (
  index bigint NOT NULL,
  at_ms bigint NOT NULL,
  kind text NOT NULL,
  exchange uuid,
  leaf_hash bytea NOT NULL CHECK (octet_length(leaf_hash) = 32),
  leaf bytea NOT NULL,
  sealed bytea,
  PRIMARY KEY (index, at_ms)
) PARTITION BY RANGE (at_ms);
ALTER TABLE entries ALTER leaf_hash SET STORAGE PLAIN, ALTER leaf SET STORAGE EXTERNAL, ALTER sealed SET STORAGE EXTERNAL;
CREATE INDEX entries_of_exchange ON entries (exchange) WHERE exchange IS NOT NULL;
-- What is rare among the exchanges is found without reading past them.
CREATE INDEX entries_of_rare_kinds ON entries (kind, index) WHERE kind <> 'sent' AND kind <> 'released';

-- What is left of entries whose time had come.
CREATE TABLE dropped_entries (
  index bigint PRIMARY KEY,
  leaf_hash bytea NOT NULL CHECK (octet_length(leaf_hash) = 32),
  by bigint NOT NULL
);

-- Limits, counted in the transaction of the entry that they allow.
CREATE TABLE counters (
  key text PRIMARY KEY,
  count bigint NOT NULL,
  touched_at_ms bigint NOT NULL
) WITH (fillfactor = 50);

-- Every signed checkpoint (C2SP tlog-checkpoint) by the number of entries that it covers.
CREATE TABLE checkpoints (
  size bigint PRIMARY KEY,
  note text NOT NULL
);

-- Hashes of the tree by tiles of 256 (C2SP tlog-tiles): level 0 holds leaf hashes and only full tiles; every further level
-- holds the roots of the tiles below it and may be part full.
CREATE TABLE hash_tiles (
  level integer NOT NULL,
  tile bigint NOT NULL,
  hashes bytea NOT NULL,
  PRIMARY KEY (level, tile)
);
ALTER TABLE hash_tiles ALTER hashes SET STORAGE EXTERNAL;

-- What stands until it is changed; each change is written in the transaction of the entry that says it.
CREATE TABLE facts (
  kind text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  value bytea NOT NULL,
  salt bytea NOT NULL,
  PRIMARY KEY (kind, key)
);

-- Begins a run: from here on no other run of this name can commit. The lock waits for the commit that is under way.
CREATE FUNCTION begin_run(of_name text, of_epoch uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = audit_log, pg_temp AS $$
DECLARE
  given bigint;
BEGIN
  PERFORM 1 FROM head FOR UPDATE;
  INSERT INTO instances AS i (name, fence, epoch, ends) VALUES (of_name, 1, of_epoch, 0)
    ON CONFLICT (name) DO UPDATE SET fence = i.fence + 1, epoch = of_epoch
    RETURNING i.fence INTO given;
  RETURN given;
END $$;

-- The first step of a commit: waits for the commit before it, and then sees all of it.
CREATE FUNCTION take_head(
  of_name text, with_fence bigint,
  OUT size bigint, OUT range bytea, OUT seq bigint, OUT newest_at_ms bigint, OUT durability text
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = audit_log, pg_temp AS $$
BEGIN
  SELECT h.size, h.range, h.seq, h.newest_at_ms INTO size, range, seq, newest_at_ms FROM head h FOR UPDATE;
  durability := current_setting('synchronous_commit');
  PERFORM 1 FROM instances i WHERE i.name = of_name AND i.fence = with_fence;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another run has begun under the name of this instance' USING ERRCODE = 'SG001';
  END IF;
END $$;

-- Appends entries behind the last one, whose bytes stand one behind the other in `leaves` and `sealed_rows`; an end that is
-- that of the row before it is no sealed row. Refuses what would leave a gap or go back in time.
CREATE FUNCTION append_entries(
  of_name text, first bigint,
  kinds text[], ats bigint[], exchanges uuid[], hashes bytea,
  leaves bytea, leaf_ends integer[], sealed_rows bytea, sealed_ends integer[],
  new_range bytea, new_seq bigint, new_at_ms bigint
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = audit_log, pg_temp AS $$
DECLARE
  many integer := cardinality(kinds);
  was head;
BEGIN
  SELECT * INTO was FROM head FOR UPDATE;
  IF was.size <> first OR octet_length(hashes) <> 32 * many OR new_at_ms < was.newest_at_ms THEN
    RAISE EXCEPTION 'the entries do not follow the last one' USING ERRCODE = 'SG002';
  END IF;
  INSERT INTO entries (index, at_ms, kind, exchange, leaf_hash, leaf, sealed)
    SELECT first + e.n - 1, e.at, e.kind, e.exchange,
      substring(hashes FROM 32 * (e.n::integer - 1) + 1 FOR 32),
      substring(leaves FROM e.leaf_end - e.leaf_length + 1 FOR e.leaf_length),
      CASE WHEN e.sealed_length > 0
        THEN substring(sealed_rows FROM e.sealed_end - e.sealed_length + 1 FOR e.sealed_length) END
    FROM (
      SELECT t.*,
        leaf_end - lag(leaf_end, 1, 0) OVER (ORDER BY n) AS leaf_length,
        sealed_end - lag(sealed_end, 1, 0) OVER (ORDER BY n) AS sealed_length
      FROM unnest(kinds, ats, exchanges, leaf_ends, sealed_ends)
        WITH ORDINALITY AS t (kind, at, exchange, leaf_end, sealed_end, n)
    ) AS e;
  UPDATE head SET size = first + many, range = new_range, seq = new_seq, newest_at_ms = new_at_ms;
  UPDATE instances SET ends = first + many WHERE name = of_name AND many > 0;
END $$;

CREATE FUNCTION count_limits(keys text[], counts bigint[], at_ms bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = audit_log, pg_temp AS $$
  INSERT INTO counters (key, count, touched_at_ms) SELECT k, c, at_ms FROM unnest(keys, counts) AS t (k, c)
    ON CONFLICT (key) DO UPDATE SET count = excluded.count, touched_at_ms = excluded.touched_at_ms;
$$;

CREATE FUNCTION forget_counters(before_ms bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = audit_log, pg_temp AS $$
  DELETE FROM counters WHERE touched_at_ms < before_ms;
$$;

CREATE FUNCTION change_fact(of_kind text, of_key text, new_value bytea, new_salt bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = audit_log, pg_temp AS $$
BEGIN
  IF new_value IS NULL THEN
    DELETE FROM facts WHERE kind = of_kind AND key = of_key;
  ELSE
    INSERT INTO facts (kind, key, value, salt) VALUES (of_kind, of_key, new_value, new_salt)
      ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value, salt = excluded.salt;
  END IF;
END $$;

-- A full tile never changes any more.
CREATE FUNCTION keep_tiles(levels integer[], tiles bigint[], new_hashes bytea[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = audit_log, pg_temp AS $$
  INSERT INTO hash_tiles AS t (level, tile, hashes) SELECT * FROM unnest(levels, tiles, new_hashes)
    ON CONFLICT (level, tile) DO UPDATE SET hashes = excluded.hashes WHERE octet_length(t.hashes) < 256 * 32;
$$;

CREATE FUNCTION keep_checkpoint(of_size bigint, new_note text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = audit_log, pg_temp AS $$
  INSERT INTO checkpoints (size, note) VALUES (of_size, new_note)
    ON CONFLICT (size) DO UPDATE SET note = excluded.note;
$$;

-- Sealed rows can be reduced or taken away, not made longer.
CREATE FUNCTION reduce_sealed(of_index bigint, new_row bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = audit_log, pg_temp AS $$
  UPDATE entries SET sealed = new_row
    WHERE index = of_index AND (new_row IS NULL OR octet_length(new_row) <= octet_length(sealed));
$$;

-- Drops entries but for their hashes. Entries of the commit that says so are not among them.
CREATE FUNCTION drop_entries(indexes bigint[], by_entry bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = audit_log, pg_temp AS $$
BEGIN
  INSERT INTO dropped_entries (index, leaf_hash, by)
    SELECT e.index, e.leaf_hash, by_entry FROM entries e WHERE e.index = ANY (indexes) AND e.index < by_entry;
  DELETE FROM entries e WHERE e.index = ANY (indexes) AND e.index < by_entry;
END $$;

-- The partition of the month of an instant. Attaching it holds up nobody who reads or writes.
CREATE FUNCTION ensure_month(at_ms bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = audit_log, pg_temp AS $$
DECLARE
  month timestamp := date_trunc('month', to_timestamp(at_ms / 1000.0) AT TIME ZONE 'UTC');
  name text := 'entries_' || to_char(month, 'YYYY_MM');
BEGIN
  PERFORM 1 FROM pg_class c WHERE c.relnamespace = 'audit_log'::regnamespace AND c.relname = name;
  IF FOUND THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('sharing-gateway'), hashtext('months'));
  -- Asked of the catalogue's table: a look-up by name may answer from before the lock.
  PERFORM 1 FROM pg_class c WHERE c.relnamespace = 'audit_log'::regnamespace AND c.relname = name;
  IF FOUND THEN RETURN; END IF;
  EXECUTE format('CREATE TABLE %I (LIKE entries INCLUDING ALL)', name);
  EXECUTE format('ALTER TABLE entries ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', name,
    extract(epoch FROM month)::bigint * 1000, extract(epoch FROM month + interval '1 month')::bigint * 1000);
END $$;

-- Takes away the partitions of months that are over and whose entries were all dropped; says how many.
CREATE FUNCTION drop_empty_months(before_ms bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = audit_log, pg_temp AS $$
DECLARE
  last_of_all text := 'entries_' || to_char(to_timestamp(before_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY_MM');
  part record;
  empty boolean;
  gone integer := 0;
BEGIN
  FOR part IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'entries'::regclass AND c.relname < last_of_all
  LOOP
    EXECUTE format('SELECT NOT EXISTS (SELECT FROM %I)', part.relname) INTO empty;
    IF NOT empty THEN CONTINUE; END IF;
    EXECUTE format('DROP TABLE %I', part.relname);
    gone := gone + 1;
  END LOOP;
  RETURN gone;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA audit_log FROM PUBLIC;
