CREATE SEQUENCE record_text_n OWNED BY record_text.n;

ALTER TABLE record_text ALTER COLUMN n SET DATA TYPE BIGINT, ALTER COLUMN n SET DEFAULT nextval('record_text_n');

ALTER TABLE record_text ADD COLUMN words tsvector GENERATED ALWAYS AS
  (setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', body), 'B')) STORED;

CREATE INDEX record_text_words ON record_text USING gin (words);
