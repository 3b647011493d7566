ALTER TABLE users ADD COLUMN xp_points bigint NOT NULL DEFAULT 0;
DROP TABLE focus_totals;
DROP TABLE focus_days;
DROP TABLE garden;
DROP TABLE xp_ledger;
DROP TABLE focus_sessions;
