package postgres

import (
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
)

// driversFiles are the files that the driver reads by itself: the keyword and the variable that name them, and where they
// are in the home folder if nothing does.
var driversFiles = []struct{ keyword, variable, usual, what string }{
	{"servicefile", "PGSERVICEFILE", ".pg_service.conf", "service file"},
	{"passfile", "PGPASSFILE", ".pgpass", "passfile"},
	{"sslrootcert", "PGSSLROOTCERT", ".postgresql/root.crt", "file of certificates"},
	{"sslcert", "PGSSLCERT", ".postgresql/postgresql.crt", "certificate"},
	{"sslkey", "PGSSLKEY", ".postgresql/postgresql.key", "key"},
}

// Files returns the files that connecting may read: passwords, services, certificates and keys named by the
// connection string or by libpq's environment, and the default ones where nothing names others. They need not exist.
// Files that a service names are not included.
func Files(dsn string, getenv func(string) string) []string {
	var files []string
	for _, f := range driversFiles {
		files = append(files, getenv(f.variable))
		if home := getenv("HOME"); home != "" {
			files = append(files, filepath.Join(home, f.usual))
		}
	}
	return append(files, filesIn(dsn)...)
}

// filesIn returns the files that the connection string names.
func filesIn(dsn string) []string {
	var files []string
	if u, err := url.Parse(dsn); err == nil && u.Scheme != "" {
		for name, values := range u.Query() {
			if fileKeyword.MatchString(name + "=") {
				files = append(files, values...)
			}
		}
		return files
	}
	for _, found := range fileKeyword.FindAllStringSubmatch(dsn, -1) {
		value := found[1]
		if quoted, ok := strings.CutPrefix(value, "'"); ok {
			value = strings.TrimSuffix(quoted, "'")
		}
		files = append(files, strings.NewReplacer(`\\`, `\`, `\'`, `'`).Replace(value))
	}
	return files
}

// fileKeyword matches a keyword whose value is a file, with that value.
var fileKeyword = regexp.MustCompile(`(?:^|\s)(?:passfile|servicefile|sslrootcert|sslcert|sslkey|sslcrl)\s*=\s*('(?:[^'\\]|\\.)*'|\S*)`)
