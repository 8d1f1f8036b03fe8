SELECT i.indrelid::int8,
       string_agg(a.attname::text, chr(31))
FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
WHERE i.indisunique
  AND i.indisvalid
  AND i.indpred IS NULL
  AND i.indexprs IS NULL
  AND n.nspname <> 'information_schema'
  AND n.nspname NOT LIKE 'pg\_%'
GROUP BY i.indexrelid, i.indrelid
