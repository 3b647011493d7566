DROP TABLE usage_app_days;
DROP TABLE usage_days;
DROP TABLE usage;
