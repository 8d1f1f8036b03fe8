SELECT c.relname,
       coalesce(obj_description(c.oid, 'pg_class'), ''),
       min(s.nspname::text),
       min(t.relname::text)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_rewrite r ON r.ev_class = c.oid
JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
JOIN pg_class t ON t.oid = d.refobjid AND t.oid <> c.oid
JOIN pg_namespace s ON s.oid = t.relnamespace
WHERE n.nspname = $1
  AND c.relkind = 'v'
GROUP BY c.oid, c.relname
HAVING count(DISTINCT t.oid) = 1
