WITH RECURSIVE part (n, oid) AS (
    SELECT w.n, c.oid
    FROM json_array_elements($1::json) WITH ORDINALITY w (t, n)
    JOIN pg_namespace s ON s.nspname = w.t ->> 0
    JOIN pg_class c ON c.relnamespace = s.oid AND c.relname = w.t ->> 1
  UNION
    SELECT p.n, i.inhrelid
    FROM part p
    JOIN pg_inherits i ON i.inhparent = p.oid
), sized AS (
    SELECT p.n, c.oid, c.relkind, c.reltuples, c.relpages,
           CASE WHEN c.relkind IN ('r', 'm')
                 AND c.oid NOT IN (SELECT l.relation
                                   FROM pg_locks l
                                   JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
                                   WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock')
                THEN pg_relation_size(c.oid) END AS heap
    FROM part p
    JOIN pg_class c ON c.oid = p.oid
)
SELECT n,
       coalesce(sum(CASE WHEN heap IS NOT NULL THEN pg_table_size(oid) END), 0)::int8,
       coalesce(sum(CASE WHEN reltuples > 0 AND relpages > 0
                         THEN reltuples / relpages * (heap / current_setting('block_size')::int8)
                         ELSE heap / 1024 END), 0)::int8,
       coalesce(bool_or(heap > 1024 * 1024 AND NOT (reltuples > 0 AND relpages > 0)), false),
       coalesce(bool_or(relkind <> 'p' AND heap IS NULL), true)
FROM sized
GROUP BY n
ORDER BY n
