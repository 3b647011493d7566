DROP TABLE consumption_days;
DROP TABLE consumption_deleted;
DROP TABLE consumption;
