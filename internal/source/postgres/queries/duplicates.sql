SELECT count(*),
       coalesce(sum(d.n - 1), 0)
FROM (SELECT count(*) AS n
      FROM {table}
      GROUP BY {key}
      HAVING count(*) > 1) d
