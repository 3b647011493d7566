-- The host is part of the address: a column of its own cost an event a twentieth of its way in.
UPDATE events SET url = lower(url) WHERE url !~ '^https?:' AND url <> lower(url);
ALTER TABLE events DROP COLUMN host;
COMMENT ON COLUMN events.url IS 'without name and password; with query and fragment only where the account keeps them; of what is not of the web scheme and host alone, in lower case';
