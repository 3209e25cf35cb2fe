-- Whatever a statement asks for, it sees the rows of the tenant that its transaction has named, and writes no others.
DO $$ BEGIN
  CREATE ROLE toolbridge_api NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB;
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;

GRANT toolbridge_api TO CURRENT_USER;

GRANT USAGE ON SCHEMA public TO toolbridge_api;

GRANT USAGE ON SEQUENCE record_text_n TO toolbridge_api;

DO $$ DECLARE each TEXT; BEGIN
  FOREACH each IN ARRAY ARRAY['notes', 'tasks', 'comments', 'chats', 'chat_messages', 'tag', 'record_text',
      'embedding', 'change'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', each);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', each);
    EXECUTE format('CREATE POLICY of_tenant ON %I USING (tenant_id = current_setting(''toolbridge.tenant'', true)) '
      'WITH CHECK (tenant_id = current_setting(''toolbridge.tenant'', true))', each);
  END LOOP;
END $$;

-- The gateway's feed: who changed which record, over all tenants, to be read alone.
CREATE POLICY feed ON change FOR SELECT USING (current_setting('toolbridge.feed', true) = 'all');
