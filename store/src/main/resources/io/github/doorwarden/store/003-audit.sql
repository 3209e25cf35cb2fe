-- The audit log: append-only, hash-chained. No index beside the key: it is read in its order, and each index would make
-- every call a sixth of a line more expensive.
CREATE TABLE audit (
  seq           INTEGER PRIMARY KEY,
  at            BIGINT NOT NULL,
  request_id    TEXT NOT NULL,
  event         TEXT NOT NULL,
  outcome       TEXT NOT NULL,
  caller_kind   TEXT NOT NULL,
  subject       TEXT NOT NULL,
  client_id     TEXT NOT NULL,
  token_id      TEXT NOT NULL,
  endpoint      TEXT NOT NULL,
  thing         TEXT NOT NULL,
  reason        TEXT NOT NULL,
  arguments     TEXT,
  duration_us   BIGINT NOT NULL,
  peer          TEXT NOT NULL,
  hash          BLOB NOT NULL
);
