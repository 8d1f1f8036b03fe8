package postgres

import (
	"maps"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/suggest"
)

// checkParams looks at what a connection string holds beside what the driver understands, and returns the schemas of the
// search path in it. A word that nobody knows is refused and not ignored: with host misspelt, some other server would
// be read.
func checkParams(params map[string]string, dsn string) (path []string, err error) {
	for _, name := range slices.Sorted(maps.Keys(params)) {
		switch lower := strings.ToLower(name); {
		case lower == "options":
			if err := checkOptions(params[name]); err != nil {
				return nil, err
			}
		case lower == "search_path", lower == "application_name", lower == "hostaddr", isIdle(lower):
		case followsPassword(dsn, name):
			return nil, &OpenError{
				Message: "the connection string cannot be used: an unknown keyword follows the password",
				Hint:    "check how it is spelt; a password with a space in it is quoted: password='…'",
			}
		default:
			return nil, unknownParam(lower)
		}
	}
	return searchPath(params), nil
}

// followsPassword reports whether what was taken for a keyword stands in a keyword string behind a space in the password,
// and so may be a part of it.
func followsPassword(dsn, name string) bool {
	before, _, found := strings.Cut(dsn, name+"=")
	value := strings.LastIndex(before, "=")
	if !found || value < 0 || strings.Contains(dsn, "://") {
		return false
	}
	return strings.HasSuffix(strings.TrimRight(before[:value], " "), "password")
}

func unknownParam(name string) *OpenError {
	known := slices.Concat(understood(), idleSettings(), []string{"search_path", "application_name", "hostaddr", "options"})
	e := &OpenError{Message: "the connection string cannot be used: it has an unknown keyword", Hint: dsnHint}
	switch nearest, ok := suggest.Nearest(name, known); {
	case slices.Contains([]string{"sslcrl", "sslcrldir", "requirepeer", "replication", "ssl_min_protocol_version", "ssl_max_protocol_version"}, name):
		e.Message, e.Hint = "the connection string cannot be used: "+name+" is not supported", "leave it out, if that is acceptable"
	case name == "role", name == "session_authorization":
		e.Message, e.Hint = "the connection string cannot be used: "+name+" is not supported", "connect as the role itself"
	case name == "currentschema", name == "schema":
		e.Message, e.Hint = e.Message+" "+name, "a schema is chosen with search_path"
	case ok:
		e.Message += " " + name + "; did you mean " + nearest + "?"
	case isWord(name):
		e.Message += " " + name
	}
	return e
}

// isWord reports whether a keyword looks like one. Anything else may be part of a password that was not quoted.
func isWord(name string) bool {
	const longest = 40
	return len(name) <= longest && !strings.ContainsFunc(name, func(c rune) bool { return (c < 'a' || c > 'z') && c != '_' })
}

// understood are the keywords that the driver itself understands.
func understood() []string {
	return []string{
		"host", "port", "dbname", "database", "user", "password", "passfile", "connect_timeout", "sslmode", "sslkey", "sslcert",
		"sslcertmode", "sslrootcert", "sslnegotiation", "sslpassword", "sslsni", "krbspn", "krbsrvname", "target_session_attrs",
		"service", "servicefile", "min_protocol_version", "max_protocol_version", "channel_binding", "require_auth",
	}
}

// idleSettings are keywords and settings that change nothing of what is read: they tune the connection or another
// driver, or the transaction has its own.
func idleSettings() []string {
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

func isIdle(name string) bool {
	for _, prefix := range []string{"enable_", "log_", "tcp_keepalives_", "pool_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return slices.Contains(idleSettings(), name)
}

// option is one setting in the options of a connection string.
type option struct{ name, value string }

// options takes "-c name=value", "-cname=value" and "--name=value" apart; ok is false where there is anything else.
func options(text string) (found []option, ok bool) {
	words := strings.Fields(text)
	for i := 0; i < len(words); i++ {
		word := words[i]
		if word == "-c" && i+1 < len(words) {
			i++
			word += words[i]
		}
		setting, short := strings.CutPrefix(word, "-c")
		if !short {
			if setting, ok = strings.CutPrefix(word, "--"); !ok {
				return nil, false
			}
		}
		name, value, isSet := strings.Cut(setting, "=")
		if !isSet || name == "" {
			return nil, false
		}
		found = append(found, option{strings.ReplaceAll(strings.ToLower(name), "-", "_"), value})
	}
	return found, true
}

// checkOptions refuses options that would change what is read, and those that cannot be understood.
func checkOptions(text string) error {
	found, ok := options(text)
	if !ok {
		return &OpenError{
			Message: "the connection string cannot be used: its options (or PGOPTIONS) are not of the form -c name=value",
			Hint:    "leave them out; a schema is chosen with search_path",
		}
	}
	for _, o := range found {
		if o.name == "search_path" || o.name == "application_name" || isIdle(o.name) {
			continue
		}
		e := unknownParam(o.name)
		e.Message = strings.Replace(e.Message, "the connection string cannot be used: ", "the options of the connection string (or PGOPTIONS) cannot be used: ", 1)
		return e
	}
	return nil
}

// searchPath returns the schemas that the user asked for, by search_path or by -c search_path=… in options.
func searchPath(params map[string]string) []string {
	path := params["search_path"]
	if path == "" {
		found, _ := options(params["options"])
		for _, o := range found {
			if o.name == "search_path" {
				path = o.value
			}
		}
	}
	var schemas []string
	for schema := range strings.SplitSeq(path, ",") {
		schema = strings.Trim(strings.TrimSpace(schema), `"`)
		if schema != "" && schema != "$user" && schema != "pg_catalog" {
			schemas = append(schemas, schema)
		}
	}
	return schemas
}
