package files_test

import (
	"strings"
	"testing"
)

func TestTheDashboardsFileNamesTheDatabase(t *testing.T) {
	t.Parallel()
	const conf = "server: {tls: {port: 7443}}\ndatabase:\n  "
	in := folderOf(t, "-- a/conf.yaml --\n"+conf+"dsn: postgres://u:CANARY@db/x\n-- same/conf.yaml --\n"+conf+"dsn: postgres://u:CANARY@db/x\n"+
		"-- other/conf.yaml --\n"+conf+"dsn: postgres://u:CANARY@db-2/x\n-- vault.yaml --\n"+conf+"vault: {enabled: true, base_dsn: postgres://db/x}\n"+
		"-- off.yaml --\n"+conf+"vault: {enabled: false}\n  dsn: postgresql://u@db/x\n-- env.yaml --\n"+conf+"dsn: postgres://u:$DB_PASSWORD@db/x\n"+
		"-- mysql.yaml --\n"+conf+"dsn: mysql://u:CANARY@db/x\n-- words.yaml --\n"+conf+"dsn: host=db password=CANARY\n"+
		"-- none.yaml --\n"+conf+"max_open_conns: 1\n-- values.yaml --\ndp_manager: {}\n-- config.yaml --\nnginx_config: {}\n")
	tests := map[string]struct {
		paths            []string
		dsn, where, want string
	}{
		"one":               {paths: []string{"a"}, dsn: "postgres://u:CANARY@db/x", where: "a/conf.yaml:3:3"},
		"two of one":        {paths: []string{"a", "same"}, dsn: "postgres://u:CANARY@db/x", where: "a/conf.yaml:3:3"},
		"vault is off":      {paths: []string{"off.yaml"}, dsn: "postgresql://u@db/x", where: "off.yaml:4:3"},
		"two":               {paths: []string{"a", "other"}, want: "name different databases: database.dsn at a/conf.yaml:3:3 and at other/conf.yaml:3:3"},
		"vault":             {paths: []string{"vault.yaml"}, want: "vault.yaml:3:3: the Dashboard takes the credentials of its database from Vault"},
		"environment":       {paths: []string{"env.yaml"}, want: "env.yaml:3:3: database.dsn comes from environment variable DB_PASSWORD"},
		"MySQL":             {paths: []string{"mysql.yaml"}, want: "mysql.yaml:3:3: database.dsn is for MySQL: only PostgreSQL"},
		"keywords":          {paths: []string{"words.yaml"}, want: "words.yaml:3:3: database.dsn is no connection URL"},
		"none":              {paths: []string{"none.yaml"}, want: "the Dashboard's file has no database.dsn"},
		"the chart's":       {paths: []string{"values.yaml"}, want: "leave database.dsn to the chart's default"},
		"no Dashboard file": {paths: []string{"config.yaml"}, want: "none of the files of --config is configuration of the Dashboard"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := in.open(t, tt.paths...)
			if err != nil {
				t.Fatal(err)
			}
			dsn, where, err := s.DSN()
			if tt.want == "" {
				if err != nil || dsn != tt.dsn || in.plain(where) != tt.where {
					t.Errorf("%q at %q, %v", dsn, where, err)
				}
				return
			}
			if e := refused(t, err); dsn != "" || !strings.Contains(in.plain(e.Message), tt.want) {
				t.Errorf("error is %q, want %q", e.Message, tt.want)
			}
		})
	}
}
