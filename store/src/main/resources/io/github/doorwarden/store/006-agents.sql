-- Authorization requests that clients pushed (RFC 9126): the parameters as a form. opened_at: a person was sent here with it.
-- answered_at: it led to a code or a refusal; never to a second one.
CREATE TABLE pushed_request (
  uri_hash      BLOB PRIMARY KEY,
  client_id     TEXT NOT NULL,
  parameters    TEXT NOT NULL,
  expires_at    BIGINT NOT NULL,
  opened_at     BIGINT,
  answered_at   BIGINT
);
CREATE INDEX pushed_request_expires ON pushed_request (expires_at);
-- Who a subject of an issuer elsewhere is here.
CREATE TABLE foreign_identity (
  issuer        TEXT NOT NULL,
  subject       TEXT NOT NULL,
  person_id     TEXT NOT NULL REFERENCES person(id),
  created_at    BIGINT NOT NULL,
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX foreign_identity_person ON foreign_identity (person_id);
