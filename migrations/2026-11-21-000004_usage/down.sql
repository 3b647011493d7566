DROP TABLE usage_days;
DROP TABLE usage;
