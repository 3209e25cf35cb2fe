-- What an operator asks a record for: whose organisation, which trace, and why not, in a word from a closed list. NULL where there is
-- none, and in all lines from before: such a column is not part of the line's hash.
ALTER TABLE audit ADD COLUMN tenant TEXT;
ALTER TABLE audit ADD COLUMN trace_id TEXT;
ALTER TABLE audit ADD COLUMN cause TEXT;
