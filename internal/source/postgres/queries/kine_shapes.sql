SELECT k.nested,
       k.collection,
       count(DISTINCT k.name)
FROM (SELECT split_part({name}, '/', 4) = 'apisix' AS nested,
             CASE WHEN split_part({name}, '/', 4) = 'apisix'
                  THEN split_part({name}, '/', 5)
                  ELSE split_part({name}, '/', 4) END AS collection,
             {name} AS name
      FROM {table}
      WHERE {name} LIKE '/gateway\_groups/%') k
GROUP BY k.nested, k.collection
ORDER BY k.collection, k.nested
