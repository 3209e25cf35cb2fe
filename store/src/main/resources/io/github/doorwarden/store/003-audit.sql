-- The audit log: append-only, hash-chained.
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
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_subject ON audit (subject, at);
