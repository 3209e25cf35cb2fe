-- How people prove who they are beside password and link, and what the devices without a browser wait for.
-- amr: how somebody signed in, words of RFC 8176 separated by a blank. agent: the browser, as a person would call it.
ALTER TABLE browser_session ADD COLUMN amr TEXT NOT NULL DEFAULT '';
ALTER TABLE browser_session ADD COLUMN agent TEXT NOT NULL DEFAULT '';
ALTER TABLE authorization_code ADD COLUMN amr TEXT NOT NULL DEFAULT '';
ALTER TABLE access_grant ADD COLUMN amr TEXT NOT NULL DEFAULT '';
-- Somebody whose password or link was right, and who still owes the second step. The token is in the form alone.
CREATE TABLE half_sign_in (
  token_hash    BLOB PRIMARY KEY,
  person_id     TEXT NOT NULL REFERENCES person(id),
  browser_hash  BLOB NOT NULL,
  method        TEXT NOT NULL,
  expires_at    BIGINT NOT NULL
);
CREATE INDEX half_sign_in_expires ON half_sign_in (expires_at);
-- One authenticator app per person. The secret is sealed; confirmed_at: null until a first code was right.
-- last_step: of the last code that was taken; no code of it or of an earlier one is taken again.
CREATE TABLE totp (
  person_id     TEXT PRIMARY KEY REFERENCES person(id),
  sealed_secret BLOB NOT NULL,
  created_at    BIGINT NOT NULL,
  confirmed_at  BIGINT,
  last_step     BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE recovery_code (
  code_hash     BLOB PRIMARY KEY,
  person_id     TEXT NOT NULL REFERENCES person(id)
);
CREATE INDEX recovery_code_person ON recovery_code (person_id);
-- attested: AAGUID, id and public key as the authenticator gave them (WebAuthn level 3, 6.5.2).
CREATE TABLE passkey (
  credential_id BLOB PRIMARY KEY,
  person_id     TEXT NOT NULL REFERENCES person(id),
  attested      BLOB NOT NULL,
  sign_count    BIGINT NOT NULL,
  name          TEXT NOT NULL,
  created_at    BIGINT NOT NULL,
  last_used_at  BIGINT
);
CREATE INDEX passkey_person ON passkey (person_id);
-- state: waiting, approved, denied, spent. interval_s grows each time the client asks too soon.
CREATE TABLE device_code (
  code_hash     BLOB PRIMARY KEY,
  user_hash     BLOB NOT NULL UNIQUE,
  client_id     TEXT NOT NULL,
  resource      TEXT NOT NULL,
  scopes        TEXT NOT NULL,
  state         TEXT NOT NULL,
  person_id     TEXT REFERENCES person(id),
  signed_in_at  BIGINT,
  amr           TEXT NOT NULL DEFAULT '',
  polled_at     BIGINT,
  interval_s    BIGINT NOT NULL,
  expires_at    BIGINT NOT NULL
);
CREATE INDEX device_code_expires ON device_code (expires_at);
