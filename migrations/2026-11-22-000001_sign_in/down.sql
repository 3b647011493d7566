DROP TABLE audit;
DROP TABLE password_resets;
DROP TABLE invites;
DROP TABLE server_settings;
DROP TABLE login_attempts;
