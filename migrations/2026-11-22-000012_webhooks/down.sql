DROP TABLE webhook_deliveries;
DROP TABLE webhook_directory;
DROP TABLE webhook_endpoints;
