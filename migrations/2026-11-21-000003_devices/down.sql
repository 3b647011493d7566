DROP FUNCTION enter(uuid, uuid, uuid, integer);
DROP TABLE token_families;
DROP TABLE device_keys;
DROP TABLE devices;
