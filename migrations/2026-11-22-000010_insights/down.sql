DROP TABLE insight_calls;
DROP TABLE insights;
