package files_test

import (
	"strings"
	"testing"
)

func TestOneComponentInSeveralFoldersIsOfSeveralInstallations(t *testing.T) {
	t.Parallel()
	file := func(path, component, host string) string {
		ports := map[string]string{"dashboard": "7080", "dp_manager": "7900"}
		return "-- " + path + " --\nserver: {listen: {port: " + ports[component] + "}}\ndatabase: {dsn: 'postgres://u:CANARY@" + host + "/api7ee'}\n"
	}
	compose := func(path, image string) string {
		return "-- " + path + " --\nservices: {a: {image: '" + image + "'}}\n"
	}
	values := func(path, text string) string { return "-- " + path + " --\ndashboard_configuration: {" + text + "}\n" }
	for name, tt := range map[string]struct{ archive, want string }{
		"two databases": {
			file("prod/conf.yaml", "dashboard", "pg1:5432") + file("staging/conf.yaml", "dashboard", "pg2:5432"),
			"the Dashboard is there with one database at prod/conf.yaml:2:12 and with another at staging/conf.yaml:2:12: what is found is of one of them, " +
				"and the path and what belongs together may be those of another; the folders are prod, staging",
		},
		"two releases":             {compose("a/x/c.yaml", "api7/api7-ee-3-integrated:v3.8.5") + compose("a/y/z/c.yaml", "api7/api7-ee-3-integrated:v3.8.9"), "the folders are a/x, a/y"},
		"two DP Managers":          {file("p/conf.yaml", "dp_manager", "pg1") + file("q/conf.yaml", "dp_manager", "pg2"), "the DP Manager is there with one database"},
		"two releases of charts":   {values("p/values.yaml", "database: {dsn: 'postgres://pg1/a'}") + values("q/values.yaml", "database: {dsn: 'postgres://pg2/a'}"), "the folders are p, q"},
		"below and above":          {file("conf.yaml", "dashboard", "pg1") + file("old/conf.yaml", "dashboard", "pg2"), "the folders are "},
		"two components":           {file("dashboard_conf/conf.yaml", "dashboard", "pg1") + file("dp_manager_conf/conf.yaml", "dp_manager", "pg2"), ""},
		"one database, two ways":   {file("a/conf.yaml", "dashboard", "pg1:5432") + file("b/conf.yaml", "dashboard", "pg1:5432"), ""},
		"gateways of two releases": {compose("a/c.yaml", "api7/api7-ee-3-gateway:3.8.5") + compose("b/c.yaml", "api7/api7-ee-3-gateway:3.8.9"), ""},
		"one folder":               {values("values-a.yaml", "database: {dsn: 'postgres://pg1/a'}") + values("values-b.yaml", "database: {dsn: 'postgres://pg2/a'}"), ""},
		"one says nothing":         {values("p/values.yaml", "database: {dsn: 'postgres://pg1/a'}") + values("q/values.yaml", "log: {level: info}"), ""},
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
