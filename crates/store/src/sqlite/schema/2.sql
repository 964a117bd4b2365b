-- A delete asks which documents belong under the one it is about. Without this it reads them all.
CREATE INDEX document_by_parent ON document (parent) WHERE parent IS NOT NULL;
