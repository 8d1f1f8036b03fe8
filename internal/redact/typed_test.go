package redact_test

import (
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/redact"
)

func TestWhatMayBeAConnectionStringIsTold(t *testing.T) {
	t.Parallel()
	for kind, texts := range map[string][]string{
		"URL": {
			"postgres://u:S@h/d", "postgresql://u:S@h/d", "postgresql+psycopg2://u:S@h/d", "jdbc:postgresql://h/d?user=u&password=S", "mysql://u:S@tcp(h:3306)/d",
			"mongodb+srv://u:S@h/d", "redis://:S@h", "sqlserver://sa:S@h?database=d", "amqp://u:S@h", " 'postgres://u:S@h/d'", "edge=postgres://u:S@h/d",
			"API7_PREFLIGHT_DSN=postgres://u:S@h/d", "postgres://h/d", "postgres://u:S", "https://u:S@cp:7443", "http://S@cp", "https://u:S/x@cp:7443", "https://cp/?token=S",
		},
		"URL with signs that are not encoded": {"postgres://u:S@S/S#S?S@h/d", "postgres://u:S S@h/d", "postgres://u:S%ZZ@h/d", "postgres://u:[S]@h/d"},
		"URL misspelt": {
			"postgre://u:S@h/d", "postgres:/u:S@h/d", "postgres:u:S@h/d", "postgres//u:S@h/d", "postgress:S", "//u:S@h/d", "://u:S@h/d", `postgres:\\u:S@h`, "POSTGRES:/S@h",
			"potsgres://h/d?pasword=S", "postgres%3A%2F%2Fu%3AS%40h%2Fd", "jdbc:S", `postgres:/\S`, "pg://S",
		},
		"keywords": {
			"password=S", "host=h user=u password=S", "password = 'S S'", "PGPASSWORD=S", "pwd=S", "pw=S", "paswd=S", "passwd: S", "host=h user=S", "dbname=d psw=S", "hots=h port=S",
			"user=u\tpasswort=S",
		},
		"semicolons": {
			"host=h;user=a;password=S", "Server=h;User Id=sa;Pwd=S", "Data Source=h,1433;Initial Catalog=d;S=S", "Driver={ODBC Driver 18 for SQL Server};Server=h", "uid=sa;x=S",
			"server=tcp:h;S",
		},
		"without a scheme": {"u:S@h", "u:S@h:5432/d", "u:S@tcp(h:3306)/d", "tcp(h:3306)/S", "u:S@unix(/s)/d", "S@h:5432/d", "u:S@/d", "u:S/S@h", "edge=u:S@h/d", "p@S:S@h", "u:/S@h"},
		"passfile":         {"h:5432:d:u:S", "*:*:*:u:S"},
	} {
		for _, text := range texts {
			if !redact.MayBeConnection(text) {
				t.Errorf("%s: %q is taken for something else", kind, text)
			}
		}
	}
}

func TestWhatIsNoConnectionStringIsNotTakenForOne(t *testing.T) {
	t.Parallel()
	for kind, texts := range map[string][]string{
		"path": {
			"", "-", "api7ee.dump", "./a/b.yaml", "../x y/a=b.yaml", "/var/lib/api7 ee/conf.yaml", "backups/db@2024-01-01.dump", "~/x", "year=2024/host=db-1/x.dump",
			"values.yaml,prod.yaml", "/dev/stdin", "password.yaml", "postgres.dump", "postgres/conf.yaml", "a;b", "node_modules/@api7/x.yaml", "100%.yaml",
		},
		"Windows path":        {`C:\api7\conf.yaml`, `c:\Users\me@corp\x.dump`, `edge=C:\api7\edge.yaml`, "C:/api7/conf.yaml", `\\server\share\x.yaml`},
		"group and file":      {"edge=edge.yaml", "prod=/a b/edge.yaml", "host=host.yaml", "user=-"},
		"address of a server": {"https://cp:7443", "http://10.0.0.1:7080/api", "cp:7443", "127.0.0.1:7443", "[::1]:7443", "localhost", "file:///a/b.yaml", "oci://registry.example/charts/api7ee3"},
		"version":             {"3.7.3", "3.7.x", "v3.8", "lts", "latest", "3.2.16.4.1"},
		"image":               {"api7/api7-ee-dashboard:3.4.1", "api7/api7-ee-3-gateway:3.4.1@sha256:0123456789abcdef", "bitnami/postgresql:15"},
		"rule and reason":     {"traffic-split-attached=seen with the team; it is fine", "configuration-files=none here", "*.yaml"},
		"word":                {"infra", "check", "me@example.org", "git@example.org:a/b"},
	} {
		for _, text := range texts {
			if redact.MayBeConnection(text) {
				t.Errorf("%s: %q is taken for a connection string", kind, text)
			}
		}
	}
}
