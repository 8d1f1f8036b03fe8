package files_test

import (
	"strings"
	"testing"
)

func TestOneComponentInSeveralFoldersIsOfSeveralInstallations(t *testing.T) {
	t.Parallel()
	file := func(path, component, host string) string {
		ports := map[string]string{"dashboard": "7080", "dp_manager": "7900", "portal": "4321"}
		return "-- " + path + " --\nserver: {listen: {port: " + ports[component] + "}}\ndatabase: {dsn: 'postgres://u:CANARY@" + host + "/api7ee'}\n"
	}
	compose := func(path, image string) string {
		return "-- " + path + " --\nservices: {a: {image: '" + image + "'}}\n"
	}
	values := func(path, text string) string { return "-- " + path + " --\ndashboard_configuration: {" + text + "}\n" }
	for name, tt := range map[string]struct{ archive, want string }{
		"two databases": {
			file("prod/conf.yaml", "dashboard", "pg1:5432") + file("staging/conf.yaml", "dashboard", "pg2:5432"),
			"the Dashboard is configured with two databases: at prod/conf.yaml:2:12 and at staging/conf.yaml:2:12; findings from different installations " +
				"may be mixed; the folders are prod, staging",
		},
		"two releases":             {compose("a/x/c.yaml", "api7/api7-ee-3-integrated:v3.8.5") + compose("a/y/z/c.yaml", "api7/api7-ee-3-integrated:v3.8.9"), "the folders are a/x, a/y"},
		"two DP Managers":          {file("p/conf.yaml", "dp_manager", "pg1") + file("q/conf.yaml", "dp_manager", "pg2"), "the DP Manager is configured with two databases"},
		"two releases of charts":   {values("p/values.yaml", "database: {dsn: 'postgres://pg1/a'}") + values("q/values.yaml", "database: {dsn: 'postgres://pg2/a'}"), "the folders are p, q"},
		"below and above":          {file("conf.yaml", "dashboard", "pg1") + file("old/conf.yaml", "dashboard", "pg2"), "the folders are "},
		"two components":           {file("dashboard_conf/conf.yaml", "dashboard", "pg1") + file("dp_manager_conf/conf.yaml", "dp_manager", "pg2"), ""},
		"two Developer Portals":    {file("dev/p.yaml", "portal", "pg1") + file("prod/p.yaml", "portal", "pg2"), "the Developer Portal is configured with two databases"},
		"two files of one folder":  {file("dev.yaml", "dashboard", "pg1") + file("prod.yaml", "dashboard", "pg2"), "the files are dev.yaml, prod.yaml"},
		"one database":             {file("a/conf.yaml", "dashboard", "pg1:5432") + file("b/conf.yaml", "dashboard", "pg1:5432"), ""},
		"with and without a port":  {file("a/conf.yaml", "dashboard", "PG1") + file("b/conf.yaml", "dashboard", "pg1:5432"), ""},
		"two names of a scheme":    {file("a/conf.yaml", "dashboard", "pg1") + strings.Replace(file("b/conf.yaml", "dashboard", "pg1"), "postgres:", "postgresql:", 1), ""},
		"two ports":                {file("a/conf.yaml", "dashboard", "pg1") + file("b/conf.yaml", "dashboard", "pg1:5433"), "the folders are a, b"},
		"gateways of two releases": {compose("a/c.yaml", "api7/api7-ee-3-gateway:3.8.5") + compose("b/c.yaml", "api7/api7-ee-3-gateway:3.8.9"), ""},
		"values of one folder":     {values("values-a.yaml", "database: {dsn: 'postgres://pg1/a'}") + values("values-b.yaml", "database: {dsn: 'postgres://pg2/a'}"), "the files are values-a.yaml, values-b.yaml"},
		"one says nothing":         {values("p/values.yaml", "database: {dsn: 'postgres://pg1/a'}") + values("q/values.yaml", "log: {level: info}"), "values of chart api7ee3 that may be laid over those of p/values.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := folderOf(t, tt.archive).read(t)
			if got := r.gaps(t); !strings.Contains(got, tt.want) || (got == "") != (tt.want == "") || strings.Contains(got, "CANARY") {
				t.Errorf("not examined:\n%swant %s", got, tt.want)
			}
		})
	}
}
