SELECT k.id
FROM (SELECT {id}::int8 AS id,
             lead({id}) OVER (PARTITION BY {name} ORDER BY {id}) AS newer
      FROM {table}) k
WHERE k.newer IS NOT NULL
