DROP TABLE browser_days;
DROP TABLE events;
