-- When a thing was spent, so that a node can ask for what was spent since it last looked.
ALTER TABLE spent ADD COLUMN spent_at BIGINT NOT NULL DEFAULT 0;
