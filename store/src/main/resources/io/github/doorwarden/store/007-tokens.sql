-- bound_to: thumbprint of the key that whoever uses it must prove to hold (RFC 9449). On a code: sent as dpop_jkt. On a grant: of its
-- refresh tokens, when the client is public.
ALTER TABLE authorization_code ADD COLUMN bound_to TEXT;
ALTER TABLE access_grant ADD COLUMN bound_to TEXT;
-- Access tokens that are references: 256 random bits, of which the hash is kept. id is what logs and the audit call it.
CREATE TABLE access_token (
  token_hash    BLOB PRIMARY KEY,
  id            TEXT NOT NULL,
  grant_id      TEXT NOT NULL,
  scopes        TEXT NOT NULL,
  issued_at     BIGINT NOT NULL,
  expires_at    BIGINT NOT NULL,
  bound_to      TEXT
);
CREATE INDEX access_token_expires ON access_token (expires_at);
-- Hash of the token with which a client that registered itself manages its registration (RFC 7592).
ALTER TABLE client ADD COLUMN management_hash BLOB;
