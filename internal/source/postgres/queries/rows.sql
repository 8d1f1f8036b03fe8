SELECT {columns}
FROM {table}
