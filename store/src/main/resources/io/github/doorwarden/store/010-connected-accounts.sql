-- Accounts of people at third parties, and the links that lead to connecting one. Tokens are sealed under the master key.
CREATE TABLE connected_account (
  person_id     TEXT NOT NULL REFERENCES person(id) ON DELETE CASCADE,
  account       TEXT NOT NULL,
  -- Null once it has ended.
  sealed        BLOB,
  scopes        TEXT NOT NULL,
  connected_at  BIGINT NOT NULL,
  renewed_at    BIGINT NOT NULL,
  -- Of the access token; null when the third party does not say.
  expires_at    BIGINT,
  used_at       BIGINT,
  -- Changes with every renewal, so that two of them do not overwrite each other.
  version       TEXT NOT NULL,
  -- One process renews at a time: third parties take a refresh token that comes twice for a stolen one.
  renewing_until BIGINT NOT NULL,
  ended_because TEXT,
  PRIMARY KEY (person_id, account)
);
CREATE TABLE connect_link (
  handle_hash   BLOB PRIMARY KEY,
  person_id     TEXT NOT NULL REFERENCES person(id) ON DELETE CASCADE,
  -- The id that an agent was told; a link from the account page has one that nobody was told.
  ask_hash      BLOB NOT NULL UNIQUE,
  sealed        BLOB NOT NULL,
  made_at       BIGINT NOT NULL,
  expires_at    BIGINT NOT NULL,
  taken_at      BIGINT,
  finished_at   BIGINT
);
CREATE INDEX connect_link_person ON connect_link (person_id);
CREATE INDEX connect_link_expires ON connect_link (expires_at);
