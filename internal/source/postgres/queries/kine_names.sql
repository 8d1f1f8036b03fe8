SELECT hashtextextended({name}::text, 0)
FROM {table}
