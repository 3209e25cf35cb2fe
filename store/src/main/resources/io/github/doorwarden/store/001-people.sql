-- People who may sign in, their browser sessions, the browsers they are known by, magic links, remembered consent.
-- Times are milliseconds since the epoch. Secrets are SHA-256 hashes, passwords Argon2id strings.
CREATE TABLE person (
  id            TEXT PRIMARY KEY,
  email         TEXT NOT NULL UNIQUE,
  name          TEXT NOT NULL,
  password      TEXT,
  created_at    BIGINT NOT NULL,
  disabled_at   BIGINT
);
CREATE TABLE browser_session (
  id_hash       BLOB PRIMARY KEY,
  person_id     TEXT NOT NULL REFERENCES person(id),
  signed_in_at  BIGINT NOT NULL,
  method        TEXT NOT NULL,
  expires_at    BIGINT NOT NULL
);
CREATE INDEX browser_session_expires ON browser_session (expires_at);
CREATE INDEX browser_session_person ON browser_session (person_id);
CREATE TABLE known_browser (
  browser_hash  BLOB NOT NULL,
  person_id     TEXT NOT NULL REFERENCES person(id),
  seen_at       BIGINT NOT NULL,
  PRIMARY KEY (browser_hash, person_id)
);
CREATE INDEX known_browser_seen ON known_browser (seen_at);
-- A link that was asked for an address nobody has is a row without a person: asking takes as long for either.
CREATE TABLE magic_link (
  token_hash    BLOB PRIMARY KEY,
  person_id     TEXT REFERENCES person(id),
  browser_hash  BLOB NOT NULL,
  query         TEXT NOT NULL,
  expires_at    BIGINT NOT NULL
);
CREATE INDEX magic_link_expires ON magic_link (expires_at);
CREATE TABLE consent (
  person_id     TEXT NOT NULL REFERENCES person(id),
  client_id     TEXT NOT NULL,
  redirect_host TEXT NOT NULL,
  resource      TEXT NOT NULL,
  scopes        TEXT NOT NULL,
  client_digest TEXT NOT NULL,
  given_at      BIGINT NOT NULL,
  expires_at    BIGINT NOT NULL,
  PRIMARY KEY (person_id, client_id, redirect_host, resource)
);
CREATE INDEX consent_expires ON consent (expires_at);
