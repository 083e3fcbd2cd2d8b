-- The audit log of one origin (docs/formats/store.md). Only the store's one writer changes these tables.

-- One row per commit: the entries that became durable together, packed column by column (entry-batch.ts), because one
-- row of many entries costs a third of many rows. `first` is the index of the first of them; the next row begins where this
-- one ends. `leaves` holds the exact bytes that were hashed, a line each. `sealed` comes last: it can be erased, entry by
-- entry, without breaking a proof, and who does not ask for it does not read it.
CREATE TABLE batches (
  first INTEGER PRIMARY KEY,
  newest_at_ms INTEGER NOT NULL,
  heads TEXT NOT NULL,
  hashes BLOB NOT NULL,
  leaves BLOB NOT NULL,
  sealed BLOB
) STRICT;

-- Which batches hold entries of exchanges that began in a second: an exchange's id says when it began.
CREATE TABLE exchanges (
  second INTEGER NOT NULL,
  first INTEGER NOT NULL,
  PRIMARY KEY (second, first)
) STRICT, WITHOUT ROWID;

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
