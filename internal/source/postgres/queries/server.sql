SELECT current_setting('transaction_read_only'),
       pg_is_in_recovery(),
       current_setting('is_superuser'),
       current_setting('TimeZone'),
       current_user,
       current_database()
