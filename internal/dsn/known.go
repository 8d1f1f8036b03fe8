package dsn

import (
	"slices"
	"strings"
)

// IsKeyword reports whether a setting is accepted in connection strings for this program: libpq, the driver or
// PostgreSQL knows it.
func IsKeyword(name string) bool { return IsIdle(name) || slices.Contains(Keywords(), name) }

// Keywords returns the settings that name a server, or say how to connect to it and what to read.
func Keywords() []string {
	return []string{
		"host", "hostaddr", "port", "dbname", "database", "user", "password", "passfile", "connect_timeout", "ssl", "sslmode", "sslkey", "sslcert",
		"sslcertmode", "sslrootcert", "sslnegotiation", "sslpassword", "sslsni", "krbspn", "krbsrvname", "target_session_attrs",
		"service", "servicefile", "min_protocol_version", "max_protocol_version", "channel_binding", "require_auth",
		"search_path", "application_name", "options",
	}
}

// IsIdle reports whether a setting does not affect what is read.
func IsIdle(name string) bool {
	for _, prefix := range []string{"enable_", "log_", "tcp_keepalives_", "pool_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return slices.Contains(Idle(), name)
}

// Idle returns settings that do not affect what is read: they tune the connection or another driver, or the
// transaction that reads everything overrides them.
func Idle() []string {
	return []string{
		"keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout", "gssencmode", "gsslib",
		"gssdelegation", "sslcompression", "load_balance_hosts", "fallback_application_name", "client_encoding", "client_min_messages",
		"timezone", "datestyle", "intervalstyle", "extra_float_digits", "bytea_output", "standard_conforming_strings",
		"statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "idle_session_timeout", "transaction_timeout",
		"default_transaction_read_only", "default_transaction_isolation", "default_transaction_deferrable", "row_security",
		"jit", "geqo", "work_mem", "max_parallel_workers_per_gather", "random_page_cost", "effective_cache_size",
		"binary_parameters", "prefer_simple_protocol", "default_query_exec_mode", "statement_cache_capacity",
		"description_cache_capacity",
	}
}

// Unsupported returns settings of libpq and other drivers that affect what is read and that this program refuses.
func Unsupported() []string {
	return []string{
		"role", "session_authorization", "currentschema", "schema", "sslcrl", "sslcrldir", "requirepeer", "replication",
		"ssl_min_protocol_version", "ssl_max_protocol_version",
	}
}
