-- Whatever a statement asks for, it sees the rows of the tenant that its transaction has named, and writes no others.
DO $$ BEGIN
  CREATE ROLE toolbridge_api NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB;
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;

GRANT toolbridge_api TO CURRENT_USER;

GRANT USAGE ON SCHEMA public TO toolbridge_api;

GRANT USAGE ON SEQUENCE record_text_n TO toolbridge_api;

ALTER TABLE notes ENABLE ROW LEVEL SECURITY;

ALTER TABLE notes FORCE ROW LEVEL SECURITY;

CREATE POLICY of_tenant ON notes USING (tenant_id = current_setting('toolbridge.tenant', true))
  WITH CHECK (tenant_id = current_setting('toolbridge.tenant', true));

ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;

ALTER TABLE tasks FORCE ROW LEVEL SECURITY;

CREATE POLICY of_tenant ON tasks USING (tenant_id = current_setting('toolbridge.tenant', true))
  WITH CHECK (tenant_id = current_setting('toolbridge.tenant', true));

ALTER TABLE comments ENABLE ROW LEVEL SECURITY;

ALTER TABLE comments FORCE ROW LEVEL SECURITY;

CREATE POLICY of_tenant ON comments USING (tenant_id = current_setting('toolbridge.tenant', true))
  WITH CHECK (tenant_id = current_setting('toolbridge.tenant', true));

ALTER TABLE chats ENABLE ROW LEVEL SECURITY;

ALTER TABLE chats FORCE ROW LEVEL SECURITY;

CREATE POLICY of_tenant ON chats USING (tenant_id = current_setting('toolbridge.tenant', true))
  WITH CHECK (tenant_id = current_setting('toolbridge.tenant', true));

ALTER TABLE chat_messages ENABLE ROW LEVEL SECURITY;

ALTER TABLE chat_messages FORCE ROW LEVEL SECURITY;

CREATE POLICY of_tenant ON chat_messages USING (tenant_id = current_setting('toolbridge.tenant', true))
  WITH CHECK (tenant_id = current_setting('toolbridge.tenant', true));

ALTER TABLE tag ENABLE ROW LEVEL SECURITY;

ALTER TABLE tag FORCE ROW LEVEL SECURITY;

CREATE POLICY of_tenant ON tag USING (tenant_id = current_setting('toolbridge.tenant', true))
  WITH CHECK (tenant_id = current_setting('toolbridge.tenant', true));

ALTER TABLE record_text ENABLE ROW LEVEL SECURITY;

ALTER TABLE record_text FORCE ROW LEVEL SECURITY;

CREATE POLICY of_tenant ON record_text USING (tenant_id = current_setting('toolbridge.tenant', true))
  WITH CHECK (tenant_id = current_setting('toolbridge.tenant', true));

ALTER TABLE embedding ENABLE ROW LEVEL SECURITY;

ALTER TABLE embedding FORCE ROW LEVEL SECURITY;

CREATE POLICY of_tenant ON embedding USING (tenant_id = current_setting('toolbridge.tenant', true))
  WITH CHECK (tenant_id = current_setting('toolbridge.tenant', true));

ALTER TABLE change ENABLE ROW LEVEL SECURITY;

ALTER TABLE change FORCE ROW LEVEL SECURITY;

CREATE POLICY of_tenant ON change USING (tenant_id = current_setting('toolbridge.tenant', true))
  WITH CHECK (tenant_id = current_setting('toolbridge.tenant', true));

-- The gateway's feed: who changed which record, over all tenants, to be read alone.
CREATE POLICY feed ON change FOR SELECT USING (current_setting('toolbridge.feed', true) = 'all');
