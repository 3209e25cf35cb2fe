-- Clients, what people granted them, codes, refresh tokens, signing keys, things that may be used only once.
-- A client that has a metadata document gets a row when it is first used: for lists, and so that it can be shut out.
CREATE TABLE client (
  id            TEXT PRIMARY KEY,
  kind          TEXT NOT NULL,
  metadata      TEXT NOT NULL,
  secret_hash   BLOB,
  created_at    BIGINT NOT NULL,
  last_used_at  BIGINT,
  expires_at    BIGINT,
  revoked_at    BIGINT
);
CREATE INDEX client_kind ON client (kind, created_at);
CREATE INDEX client_expires ON client (expires_at);
-- One per redeemed code: what one person granted one installation of a client. Without a person: a service on its own behalf.
CREATE TABLE access_grant (
  id            TEXT PRIMARY KEY,
  person_id     TEXT REFERENCES person(id),
  client_id     TEXT NOT NULL,
  resource      TEXT NOT NULL,
  scopes        TEXT NOT NULL,
  signed_in_at  BIGINT,
  created_at    BIGINT NOT NULL,
  expires_at    BIGINT NOT NULL,
  last_used_at  BIGINT,
  revoked_at    BIGINT,
  revoked_why   TEXT
);
CREATE INDEX access_grant_person ON access_grant (person_id);
CREATE INDEX access_grant_client ON access_grant (client_id);
CREATE INDEX access_grant_revoked ON access_grant (revoked_at);
CREATE TABLE authorization_code (
  code_hash     BLOB PRIMARY KEY,
  client_id     TEXT NOT NULL,
  person_id     TEXT NOT NULL REFERENCES person(id),
  redirect_uri  TEXT NOT NULL,
  challenge     TEXT NOT NULL,
  resource      TEXT NOT NULL,
  scopes        TEXT NOT NULL,
  signed_in_at  BIGINT NOT NULL,
  expires_at    BIGINT NOT NULL,
  grant_id      TEXT,
  spent_at      BIGINT
);
CREATE INDEX authorization_code_expires ON authorization_code (expires_at);
-- The family of a grant. rotated_at: it has a successor, which is kept sealed under the rotated token itself.
CREATE TABLE refresh_token (
  token_hash    BLOB PRIMARY KEY,
  grant_id      TEXT NOT NULL REFERENCES access_grant(id),
  generation    BIGINT NOT NULL,
  issued_at     BIGINT NOT NULL,
  expires_at    BIGINT NOT NULL,
  rotated_at    BIGINT,
  successor     BLOB
);
CREATE INDEX refresh_token_grant ON refresh_token (grant_id);
CREATE INDEX refresh_token_expires ON refresh_token (expires_at);
-- It signs from active_from, no longer after retired_at, and is no longer published after forget_at.
CREATE TABLE signing_key (
  kid           TEXT PRIMARY KEY,
  sealed_jwk    BLOB NOT NULL,
  public_jwk    TEXT NOT NULL,
  created_at    BIGINT NOT NULL,
  active_from   BIGINT NOT NULL,
  retired_at    BIGINT,
  forget_at     BIGINT
);
CREATE TABLE spent (
  kind          TEXT NOT NULL,
  issuer        TEXT NOT NULL,
  id_hash       BLOB NOT NULL,
  expires_at    BIGINT NOT NULL,
  PRIMARY KEY (kind, issuer, id_hash)
);
CREATE INDEX spent_expires ON spent (expires_at);
