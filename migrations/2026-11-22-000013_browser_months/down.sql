DROP TABLE browser_months;
