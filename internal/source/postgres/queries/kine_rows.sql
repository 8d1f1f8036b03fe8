SELECT k.id,
       k.name,
       k.deleted,
       k.size,
       CASE WHEN NOT k.deleted
             AND k.size <= {limit}
             AND k.name LIKE '/gateway\_groups/%'
             AND k.collection = ANY ($1::text[])
            THEN k.value END,
       CASE WHEN NOT k.deleted
             AND k.size <= {limit}
             AND k.name LIKE '/gateway\_groups/%'
             AND NOT k.collection = ANY ($2::text[])
            THEN k.plugins END
FROM (SELECT {id}::int8 AS id,
             {name}::text AS name,
             coalesce({deleted}::int, 0) <> 0 AS deleted,
             ({size})::int8 AS size,
             {value} AS value,
             {plugins} AS plugins,
             CASE WHEN split_part({name}, '/', 4) = 'apisix'
                  THEN split_part({name}, '/', 5)
                  ELSE split_part({name}, '/', 4) END AS collection
      FROM {table}) k
