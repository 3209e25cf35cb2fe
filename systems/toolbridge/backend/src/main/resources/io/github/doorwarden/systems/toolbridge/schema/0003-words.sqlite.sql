CREATE VIRTUAL TABLE record_words USING fts5(title, body, content='record_text', content_rowid='n',
  tokenize='porter unicode61 remove_diacritics 2');

CREATE TRIGGER record_text_in AFTER INSERT ON record_text BEGIN
  INSERT INTO record_words (rowid, title, body) VALUES (new.n, new.title, new.body);
END;

CREATE TRIGGER record_text_out AFTER DELETE ON record_text BEGIN
  INSERT INTO record_words (record_words, rowid, title, body) VALUES ('delete', old.n, old.title, old.body);
END;

CREATE TRIGGER record_text_over AFTER UPDATE ON record_text BEGIN
  INSERT INTO record_words (record_words, rowid, title, body) VALUES ('delete', old.n, old.title, old.body);
  INSERT INTO record_words (rowid, title, body) VALUES (new.n, new.title, new.body);
END;
