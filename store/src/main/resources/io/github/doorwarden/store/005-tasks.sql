-- Tasks (extension io.modelcontextprotocol/tasks). Who has the id may have the task, so its hash stands here; what tool, client and person
-- said is sealed. status: working, completed, failed, cancelled; a working task with an open question is one that waits for input.
-- holder: the process that runs it, or ran it last; while it works and held_until is over, any other may take it.
-- work: what is needed to run it again from the start; null when it must not be.
CREATE TABLE task (
  id_hash       BLOB PRIMARY KEY,
  sealed_id     BLOB NOT NULL,
  owner         TEXT NOT NULL,
  endpoint      TEXT NOT NULL,
  tool          TEXT NOT NULL,
  status        TEXT NOT NULL,
  message       BLOB,
  created_at    BIGINT NOT NULL,
  updated_at    BIGINT NOT NULL,
  expires_at    BIGINT NOT NULL,
  holder        TEXT NOT NULL,
  held_until    BIGINT NOT NULL,
  work          BLOB,
  outcome       BLOB
);
CREATE INDEX task_owner ON task (owner, expires_at);
CREATE INDEX task_expires ON task (expires_at);
CREATE INDEX task_held ON task (status, held_until);
-- wire_key: as the client sees it, never used twice in a task. name: as the tool calls the question. Deleted when the task has ended.
CREATE TABLE task_question (
  task          BLOB NOT NULL REFERENCES task(id_hash) ON DELETE CASCADE,
  wire_key      TEXT NOT NULL,
  name          TEXT NOT NULL,
  place         BIGINT NOT NULL,
  request       BLOB NOT NULL,
  answer        BLOB,
  withdrawn     BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (task, wire_key)
);
