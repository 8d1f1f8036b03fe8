WITH RECURSIVE part (oid, kind, is_read) AS (
    SELECT c.oid, c.relkind, true
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relname = $2
  UNION
    SELECT c.oid, c.relkind, p.is_read AND p.kind <> 'v'
    FROM part p
    CROSS JOIN LATERAL (
        SELECT i.inhrelid
        FROM pg_inherits i
        WHERE i.inhparent = p.oid
      UNION ALL
        SELECT d.refobjid
        FROM pg_rewrite r
        JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
        WHERE r.ev_class = p.oid AND p.kind = 'v' AND d.refobjid <> p.oid
    ) below (oid)
    JOIN pg_class c ON c.oid = below.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
)
SELECT coalesce(bool_or(
           c.relkind IN ('r', 'm') AND c.relfilenode IS DISTINCT FROM pg_relation_filenode(c.oid)
           OR p.is_read AND c.oid NOT IN (SELECT l.relation
                                          FROM pg_locks l
                                          WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.granted)
       ), true)
FROM part p
JOIN pg_class c ON c.oid = p.oid
