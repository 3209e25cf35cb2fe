-- Tenants and all that is known before one is. Times are milliseconds since 1970. {id} is text in the order of its bytes.
CREATE TABLE tenant (
  id {id} PRIMARY KEY,
  name TEXT NOT NULL,
  host {id} NOT NULL UNIQUE,
  status TEXT NOT NULL CHECK (status IN ('active', 'suspended')),
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

-- Who belongs to which tenant. A subject is bound the first time that its verified address comes.
CREATE TABLE membership (
  id {id} PRIMARY KEY,
  tenant_id {id} NOT NULL REFERENCES tenant (id),
  user_id {id},
  email {id} NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('member', 'admin')),
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (tenant_id, email),
  UNIQUE (tenant_id, user_id)
);

CREATE INDEX membership_user ON membership (user_id);

CREATE INDEX membership_email ON membership (email);

-- accepted_until is null for the one that is signed with now.
CREATE TABLE secret (
  tenant_id {id} NOT NULL REFERENCES tenant (id),
  key_id {id} NOT NULL,
  sealed {bytes} NOT NULL,
  created_at BIGINT NOT NULL,
  accepted_until BIGINT,
  PRIMARY KEY (tenant_id, key_id)
);

CREATE UNIQUE INDEX secret_current ON secret (tenant_id) WHERE accepted_until IS NULL;

CREATE TABLE secret_access (
  id {id} PRIMARY KEY,
  tenant_id {id} NOT NULL REFERENCES tenant (id),
  key_id {id} NOT NULL,
  action TEXT NOT NULL CHECK (action IN ('create', 'read', 'rotate')),
  by_credential TEXT NOT NULL,
  at BIGINT NOT NULL
);

CREATE INDEX secret_access_tenant ON secret_access (tenant_id, id);

CREATE TABLE nonce (
  value {id} PRIMARY KEY,
  forget_at BIGINT NOT NULL
);

CREATE INDEX nonce_forget ON nonce (forget_at);

-- Sessions by the digest of their ids: whoever reads this table can use none of them.
CREATE TABLE sync_session (
  digest {id} PRIMARY KEY,
  tenant_id {id} NOT NULL REFERENCES tenant (id),
  user_id {id} NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);

CREATE INDEX sync_session_user ON sync_session (tenant_id, user_id, expires_at);

CREATE INDEX sync_session_expires ON sync_session (expires_at);
