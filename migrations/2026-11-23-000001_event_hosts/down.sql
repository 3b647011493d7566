ALTER TABLE events ADD COLUMN host text;
UPDATE events SET host = substring(url FROM '://(?:www\.)?(\[[^]]*\]|[^/:]+)') WHERE url LIKE '%://%';
COMMENT ON COLUMN events.host IS 'of the page, without a www. before it; none where the page has none';
COMMENT ON COLUMN events.url IS 'without name and password; with query and fragment only where the account keeps them';
