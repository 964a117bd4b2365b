-- The texts of the versions up to this number have been removed to save space: their content is NULL, and their title
-- is not. All other columns of these rows stay as they were.
ALTER TABLE document ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;
