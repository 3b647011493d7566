-- Hours as one value in place of an array: PostgreSQL reads and sends an array number by number, which cost more than
-- all the rest of the row.
ALTER TABLE usage_days ADD COLUMN hours bytea;
UPDATE usage_days SET hours = (
  SELECT string_agg(set_byte('\x00', 0, ((ms >> 7 * place) & 127)::integer | CASE WHEN ms >> 7 * (place + 1) > 0 THEN 128 ELSE 0 END), '' ORDER BY hour, place)
  FROM unnest(hours_ms) WITH ORDINALITY AS h (ms, hour), generate_series(0, 8) AS p (place)
  WHERE place = 0 OR ms >> 7 * place > 0
);
ALTER TABLE usage_days ALTER COLUMN hours SET NOT NULL;
ALTER TABLE usage_days DROP COLUMN hours_ms;
ALTER TABLE usage_days RENAME COLUMN hours TO hours_ms;
COMMENT ON COLUMN usage_days.hours_ms IS 'milliseconds by what the wall clock showed, 0 to 23: 24 LEB128 numbers';
