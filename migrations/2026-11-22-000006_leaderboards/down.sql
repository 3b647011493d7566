DROP TABLE focus_summary;
DROP TABLE standing_days;
DROP TABLE standing_counts;
DROP TABLE standings_due;
DROP TABLE standings;
