SELECT c.oid::int8,
       n.nspname,
       c.relname,
       c.relkind,
       c.reltuples::int8,
       has_schema_privilege(n.oid, 'USAGE'),
       a.attname,
       coalesce(b.typname, t.typname),
       coalesce(b.typcategory, t.typcategory),
       a.atttypmod,
       has_column_privilege(c.oid, a.attnum, 'SELECT'),
       c.relrowsecurity,
       row_security_active(c.oid)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_type b ON b.oid = t.typbasetype
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND NOT c.relispartition
  AND n.nspname <> 'information_schema'
  AND n.nspname NOT LIKE 'pg\_%'
ORDER BY n.nspname, c.relname, a.attnum
