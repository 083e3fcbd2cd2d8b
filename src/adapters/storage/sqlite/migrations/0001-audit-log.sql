-- The audit log of one origin (docs/formats/store.md). Only the store's one writer changes these tables.

-- One row per entry. `leaf` holds the exact bytes that were hashed; `sealed` can be erased without breaking a proof.
CREATE TABLE entries (
  "index" INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,
  exchange TEXT,
  leaf_hash BLOB NOT NULL,
  leaf BLOB NOT NULL,
  sealed BLOB
) STRICT;

-- Exchange ids are UUIDs of version 7: they grow with time, so this index grows at its right edge.
CREATE INDEX entries_by_exchange ON entries (exchange) WHERE exchange IS NOT NULL;

-- What the next commit starts from; always one row.
CREATE TABLE state (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  size INTEGER NOT NULL,
  range BLOB NOT NULL,
  seq INTEGER NOT NULL,
  newest_at_ms INTEGER NOT NULL
) STRICT;
INSERT INTO state (only, size, range, seq, newest_at_ms) VALUES (1, 0, x'', 0, 0);

-- Limits, counted in the transaction of the entry that they allow.
CREATE TABLE counters (
  key TEXT PRIMARY KEY,
  count INTEGER NOT NULL,
  touched_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Every signed checkpoint (C2SP tlog-checkpoint) by the number of entries that it covers.
CREATE TABLE checkpoints (
  size INTEGER PRIMARY KEY,
  note TEXT NOT NULL
) STRICT;

-- Hashes of the tree by tiles of 256 (C2SP tlog-tiles): level 0 holds leaf hashes and only full tiles; every further
-- level holds the roots of the tiles below it and may be part full. Kept when entries are dropped.
CREATE TABLE hash_tiles (
  level INTEGER NOT NULL,
  tile INTEGER NOT NULL,
  hashes BLOB NOT NULL,
  PRIMARY KEY (level, tile)
) STRICT;
