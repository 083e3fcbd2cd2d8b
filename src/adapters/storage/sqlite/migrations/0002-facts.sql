-- What stands until it is changed (docs/formats/store.md): stops, protected people as tags, the files of policy sets.
-- Each change is written in the transaction of the entry that says it.
CREATE TABLE facts (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
