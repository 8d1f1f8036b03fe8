package postgres_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
)

func TestFilesOfAConnectionAreFound(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		dsn  string
		env  map[string]string
		want []string
	}{
		{dsn: "postgres://u@h/d"},
		{dsn: "postgres://u@h/d?sslmode=verify-ca&sslrootcert=%2Fetc%2Fca.crt&sslkey=k", want: []string{"/etc/ca.crt", "k"}},
		{dsn: "postgresql:///d?passfile=p&servicefile=s&sslcert=c", want: []string{"c", "p", "s"}},
		{dsn: "host=h sslrootcert=ca.crt user=u", want: []string{"ca.crt"}},
		{dsn: "passfile = p", want: []string{"p"}},
		{dsn: `sslcert='my cert' sslkey='it\'s \\ a key' host=h`, want: []string{`it's \ a key`, "my cert"}},
		{dsn: "host=h user=mysslcert=x"},
		{dsn: "sslrootcert="},
		{env: map[string]string{"PGPASSFILE": "a", "PGSERVICEFILE": "b", "PGSSLROOTCERT": "c", "PGSSLCERT": "d", "PGSSLKEY": "e"}, want: []string{"a", "b", "c", "d", "e"}},
		{env: map[string]string{"HOME": "/h"}, want: []string{
			"/h/.pg_service.conf", "/h/.pgpass", "/h/.postgresql/postgresql.crt", "/h/.postgresql/postgresql.key", "/h/.postgresql/root.crt",
		}},
	} {
		got := slices.DeleteFunc(postgres.Files(test.dsn, func(name string) string { return test.env[name] }), func(file string) bool { return file == "" })
		slices.Sort(got)
		if diff := cmp.Diff(test.want, append([]string(nil), got...)); diff != "" {
			t.Errorf("%s %v (-want +got):\n%s", test.dsn, test.env, diff)
		}
	}
}
