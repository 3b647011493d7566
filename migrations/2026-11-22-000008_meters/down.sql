DELETE FROM consumption WHERE meter_id IS NOT NULL;
DELETE FROM consumption_days;
INSERT INTO consumption_days (user_id, consumption_type, date, total, minimum, maximum, records)
SELECT user_id, consumption_type, consumption_date, sum(canonical_amount), min(canonical_amount), max(canonical_amount), count(*)
FROM consumption GROUP BY 1, 2, 3;
ALTER TABLE consumption_days DROP COLUMN estimated;
DROP INDEX consumption_meter_index;
ALTER TABLE consumption DROP COLUMN estimated;
ALTER TABLE consumption DROP COLUMN import_id;
ALTER TABLE consumption DROP COLUMN meter_id;
DROP TABLE meter_days;
DROP TABLE meter_intervals;
DROP TABLE meter_readings;
DROP TABLE meters;
DROP TABLE imports;
