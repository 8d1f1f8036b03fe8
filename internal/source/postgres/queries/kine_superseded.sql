SELECT k.id
FROM (SELECT {id}::int8 AS id,
             lead({id}) OVER (PARTITION BY {name} ORDER BY {id}) AS newer
      FROM {table}
      JOIN unnest($1::int8[]) AS candidate (hash)
        ON hashtextextended({name}::text, 0) = candidate.hash) k
WHERE k.newer IS NOT NULL
