ALTER TABLE usage_days ADD COLUMN hours bigint[];
UPDATE usage_days SET hours = (
  SELECT array_agg(ms ORDER BY hour)
  FROM (
    SELECT hour, sum((byte & 127)::bigint << 7 * place)::bigint AS ms
    FROM (
      SELECT byte, hour, (row_number() OVER (PARTITION BY hour ORDER BY at))::integer - 1 AS place
      FROM (
        SELECT at, byte, count(*) FILTER (WHERE byte < 128) OVER (ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS hour
        FROM generate_series(0, length(hours_ms) - 1) AS g (at), LATERAL get_byte(hours_ms, at) AS b (byte)
      ) AS bytes
    ) AS places
    GROUP BY hour
  ) AS hours
);
ALTER TABLE usage_days ALTER COLUMN hours SET NOT NULL;
ALTER TABLE usage_days DROP COLUMN hours_ms;
ALTER TABLE usage_days RENAME COLUMN hours TO hours_ms;
COMMENT ON COLUMN usage_days.hours_ms IS 'milliseconds by what the wall clock showed, 0 to 23';
