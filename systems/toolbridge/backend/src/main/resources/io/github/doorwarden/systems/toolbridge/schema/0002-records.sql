-- Every key begins with the tenant, so no reference can lead out of it.
CREATE TABLE notes (
  tenant_id {id} NOT NULL REFERENCES tenant (id),
  id {id} NOT NULL,
  version BIGINT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('draft', 'final')),
  pinned BOOLEAN NOT NULL,
  archived BOOLEAN NOT NULL,
  deleted_at BIGINT,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  updated_by TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX notes_updated ON notes (tenant_id, updated_at, id);

CREATE TABLE tasks (
  tenant_id {id} NOT NULL REFERENCES tenant (id),
  id {id} NOT NULL,
  version BIGINT NOT NULL,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  priority TEXT NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
  assignee TEXT,
  due_on {id},
  estimate_hours DOUBLE PRECISION,
  note_id {id},
  status TEXT NOT NULL CHECK (status IN ('open', 'in_progress', 'blocked', 'done', 'cancelled')),
  blocked_reason TEXT,
  completed_at BIGINT,
  archived BOOLEAN NOT NULL,
  deleted_at BIGINT,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  updated_by TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, note_id) REFERENCES notes (tenant_id, id)
);

CREATE INDEX tasks_updated ON tasks (tenant_id, updated_at, id);

CREATE INDEX tasks_note ON tasks (tenant_id, note_id);

CREATE TABLE comments (
  tenant_id {id} NOT NULL REFERENCES tenant (id),
  id {id} NOT NULL,
  version BIGINT NOT NULL,
  body TEXT NOT NULL,
  note_id {id},
  task_id {id},
  status TEXT NOT NULL CHECK (status IN ('open', 'resolved', 'hidden')),
  resolved_by TEXT,
  resolved_at BIGINT,
  archived BOOLEAN NOT NULL,
  deleted_at BIGINT,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  updated_by TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, note_id) REFERENCES notes (tenant_id, id),
  FOREIGN KEY (tenant_id, task_id) REFERENCES tasks (tenant_id, id),
  CHECK ((note_id IS NULL) <> (task_id IS NULL))
);

CREATE INDEX comments_updated ON comments (tenant_id, updated_at, id);

CREATE INDEX comments_note ON comments (tenant_id, note_id);

CREATE INDEX comments_task ON comments (tenant_id, task_id);

CREATE TABLE chats (
  tenant_id {id} NOT NULL REFERENCES tenant (id),
  id {id} NOT NULL,
  version BIGINT NOT NULL,
  title TEXT NOT NULL,
  topic TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('open', 'closed')),
  pinned BOOLEAN NOT NULL,
  muted BOOLEAN NOT NULL,
  archived BOOLEAN NOT NULL,
  deleted_at BIGINT,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  updated_by TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX chats_updated ON chats (tenant_id, updated_at, id);

-- The third key holds answers within their chat.
CREATE TABLE chat_messages (
  tenant_id {id} NOT NULL REFERENCES tenant (id),
  id {id} NOT NULL,
  version BIGINT NOT NULL,
  chat_id {id} NOT NULL,
  body TEXT NOT NULL,
  reply_to {id},
  read BOOLEAN NOT NULL,
  pinned BOOLEAN NOT NULL,
  flagged BOOLEAN NOT NULL,
  flag_reason TEXT,
  archived BOOLEAN NOT NULL,
  deleted_at BIGINT,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  updated_by TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, chat_id, id),
  FOREIGN KEY (tenant_id, chat_id) REFERENCES chats (tenant_id, id),
  FOREIGN KEY (tenant_id, chat_id, reply_to) REFERENCES chat_messages (tenant_id, chat_id, id)
);

CREATE INDEX chat_messages_updated ON chat_messages (tenant_id, updated_at, id);

CREATE TABLE tag (
  tenant_id {id} NOT NULL REFERENCES tenant (id),
  kind {id} NOT NULL,
  record_id {id} NOT NULL,
  tag {id} NOT NULL,
  PRIMARY KEY (tenant_id, kind, record_id, tag)
);

CREATE INDEX tag_tag ON tag (tenant_id, tag);

-- The words of each record that is there, for searches; n is for SQLite's index.
CREATE TABLE record_text (
  n INTEGER PRIMARY KEY,
  tenant_id {id} NOT NULL REFERENCES tenant (id),
  kind {id} NOT NULL,
  record_id {id} NOT NULL,
  version BIGINT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (tenant_id, kind, record_id)
);

CREATE TABLE embedding (
  tenant_id {id} NOT NULL REFERENCES tenant (id),
  kind {id} NOT NULL,
  record_id {id} NOT NULL,
  version BIGINT NOT NULL,
  model TEXT NOT NULL,
  vector {bytes} NOT NULL,
  PRIMARY KEY (tenant_id, kind, record_id)
);

CREATE TABLE feed (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  seq BIGINT NOT NULL
);

INSERT INTO feed (one, seq) VALUES (1, 0);

CREATE TABLE change (
  seq BIGINT PRIMARY KEY,
  tenant_id {id} NOT NULL REFERENCES tenant (id),
  kind {id} NOT NULL,
  record_id {id} NOT NULL,
  op TEXT NOT NULL,
  version BIGINT NOT NULL,
  at BIGINT NOT NULL,
  by_user TEXT NOT NULL
);

CREATE INDEX change_tenant ON change (tenant_id, seq);
