DROP INDEX audit_target_idx;
DROP INDEX audit_actor_idx;
DROP INDEX audit_at_idx;
DROP INDEX users_people_idx;
DROP TABLE ingest_minutes;
