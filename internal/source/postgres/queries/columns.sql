WITH RECURSIVE bare AS (
  SELECT oid AS of, typbasetype AS oid, typtypmod
  FROM pg_type
  WHERE typtype = 'd'
  UNION ALL
  SELECT bare.of, t.typbasetype, greatest(bare.typtypmod, t.typtypmod)
  FROM bare
  JOIN pg_type t ON t.oid = bare.oid AND t.typtype = 'd'
)
SELECT c.oid::int8,
       n.nspname,
       c.relname,
       c.relkind,
       c.reltuples::int8,
       has_schema_privilege(n.oid, 'USAGE'),
       a.attname,
       coalesce(b.typname, t.typname),
       coalesce(b.typcategory, t.typcategory),
       greatest(a.atttypmod, d.typtypmod),
       has_column_privilege(c.oid, a.attnum, 'SELECT'),
       c.relrowsecurity,
       row_security_active(c.oid),
       {generated}
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN (bare d JOIN pg_type b ON b.oid = d.oid AND b.typtype <> 'd') ON d.of = t.oid
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND NOT c.relispartition
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.objsubid = 0 AND e.deptype = 'e')
  AND n.nspname <> 'information_schema'
  AND n.nspname NOT LIKE 'pg\_%'
ORDER BY n.nspname, c.relname, a.attnum
