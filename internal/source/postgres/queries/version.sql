SELECT pg_catalog.version()
