DROP FUNCTION shared_table(regclass);
DROP FUNCTION tenant_table(regclass);
DROP FUNCTION is_distributed();
