-- Entries commit to each fact with a salt of its own (docs/formats/leaf.md, `facts`). Facts of an older layout have none until
-- the next start, whose first entry names them all.
ALTER TABLE facts ADD COLUMN salt BLOB NOT NULL DEFAULT x'';
