SELECT (SELECT count(*) FROM (SELECT {column} FROM {table} LIMIT 1) AS one),
       {columns}
FROM (SELECT min({column}) AS {column}
      FROM {table}
      WHERE {column} {set}) AS oldest
