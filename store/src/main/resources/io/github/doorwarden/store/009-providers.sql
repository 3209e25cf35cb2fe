-- People whom an identity provider vouches for, by its issuer and their subject there; and sign-ins that are under way there.
CREATE TABLE upstream_identity (
  issuer        TEXT NOT NULL,
  subject       TEXT NOT NULL,
  person_id     TEXT NOT NULL REFERENCES person(id),
  created_at    BIGINT NOT NULL,
  last_seen_at  BIGINT NOT NULL,
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX upstream_identity_person ON upstream_identity (person_id);
-- What must come back is sealed under the state, of which only the hash is here: the database alone redeems no code.
CREATE TABLE upstream_flow (
  state_hash    BLOB PRIMARY KEY,
  browser_hash  BLOB NOT NULL,
  sealed        BLOB NOT NULL,
  expires_at    BIGINT NOT NULL
);
CREATE INDEX upstream_flow_expires ON upstream_flow (expires_at);
