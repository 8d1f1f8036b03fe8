package postgres_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

var age = regexp.MustCompile(`"last_heartbeat":"[0-9T:Z-]+","heartbeat_age_seconds":[0-9]+|"oldest_age_seconds":[0-9]+`)

// ofServer matches what depends on the server that the tests run on.
var ofServer = regexp.MustCompile(`"server_version":"[0-9][^"]*","timezone":"[^"]+"`)

//nolint:dupword // a gateway group with the name and the id "default"
func TestAWholeInstallationIsRead(t *testing.T) {
	t.Parallel()
	got := read(t, open(t, installation), sourcetest.AllButSecrets())
	for i := range got.rows {
		got.rows[i] = ofServer.ReplaceAllString(age.ReplaceAllString(got.rows[i], `"age":0`), `"server":0`)
	}
	want := []string{
		`audit_log  audit_log audit_log {"id":"audit_log","state":"unread"}`,
		`consumer default rose kine/gateway_groups/default/consumers/rose {"username":"rose"}`,
		`credential default rose/credentials/6b0c kine/gateway_groups/default/consumers/rose/credentials/6b0c {"id":"6b0c","plugins":{"key-auth":{"key":"k"}}}`,
		`database  database database {"id":"database","schema":"public","engine":"PostgreSQL","server":0}`,
		`gateway_group default default gateway_group/default {"id":"default","short_id":"default","name":"default","desc":null,"labels":{"env":"prod"},"type":"api7_gateway","config":{"image_tag":"3.4.1"},"enforce_service_publishing":false}`,
		`gateway_group edge 5d1c-edge gateway_group/5d1c-edge {"id":"5d1c-edge","short_id":"e1","name":"edge","desc":null,"labels":null,"type":"api7_gateway","config":null,"enforce_service_publishing":false}`,
		`global_rule default all kine/gateway_groups/default/global_rules/all {"id":"all","plugins":{"prometheus":{}}}`,
		`instance default i1 gateway_instance/i1 {"id":"i1","hostname":"gw-1","version":"3.4.1","gateway_group_id":"default","cores":4,"age":0}`,
		`instance edge i2 gateway_instance/i2 {"id":"i2","hostname":"gw-2","version":"3.3.2","gateway_group_id":"5d1c-edge","cores":4,"age":0}`,
		`instance_certificate  c1 dataplane_certificate/c1 {"id":"c1","expiry":null,"expired_seconds":null,"type":null,"gateway_group_id":null}`,
		`plugin_list default plugins kine/gateway_groups/default/plugins {"plugins":[{"name":"cors"}]}`,
		`publication default orders apisix_service/default/orders {"template_id":"tpl-1","service_id":"orders","version":"1.0.0"}`,
		`route default back apisix_route/default/back {"id":"back","gateway_group_id":"default","service_id":"orders","route_id":null,"route_version_id":null,"name":"back","paths":null,"methods":null,"vars":null,"priority":null,"timeout":null,"plugins":null}`,
		`route default back kine/gateway_groups/default/routes/back {"id":"back","n":2}`,
		`route default r1 apisix_route/default/r1 {"id":"r1","gateway_group_id":"default","service_id":"orders","route_id":null,"route_version_id":null,"name":"list","paths":["/list"],"methods":null,"vars":null,"priority":3,"timeout":null,"plugins":{"traffic-split":{}}}`,
		`route default r1 kine/gateway_groups/default/routes/r1 {"id":"r1","plugins":{"traffic-split":{}}}`,
		`service default orders apisix_service/default/orders {"id":"orders","gateway_group_id":"default","service_id":"tpl-1","service_version_id":"sv-1","version":"1.0.0","status":1,"name":"orders","desc":null,"labels":null,"type":null,"hosts":null,"path_prefix":null,"strip_path_prefix":null,"upstream":null,"plugins":{"api7-traffic-split":{}}}`,
		`service default orders kine/gateway_groups/default/services/orders {"id":"orders","plugins":{"api7-traffic-split":{}}}`,
		`service edge direct apisix_service/5d1c-edge/direct {"id":"direct","gateway_group_id":"5d1c-edge","service_id":"","service_version_id":null,"version":null,"status":1,"name":"direct","desc":null,"labels":null,"type":null,"hosts":null,"path_prefix":null,"strip_path_prefix":null,"upstream":null,"plugins":null}`,
		`service edge direct kine/gateway_groups/e1/apisix/services/direct {"id":"direct"}`,
		`service_template  tpl-1 service/tpl-1 {"id":"tpl-1","name":"orders","desc":null,"labels":{"team":"shop"},"type":null,"hosts":["orders.example.org"],"path_prefix":"/orders","strip_path_prefix":true,"upstream":{"nodes":[{"host":"10.0.0.1","port":80,"weight":1}]},"plugins":{}}`,
		`service_template  tpl-2 service/tpl-2 {"id":"tpl-2","name":"billing","desc":null,"labels":null,"type":null,"hosts":null,"path_prefix":null,"strip_path_prefix":null,"upstream":null,"plugins":{"cors":{}}}`,
		`service_version  sv-1 service_version/sv-1 {"id":"sv-1","service_id":"tpl-1","version":"1.0.0","plugins":{"cors":{}}}`,
		`token  t1 tokens/t1 {"id":"t1","name":"ci","user_id":null,"expires_at":null,"expired_seconds":null}`,
	}
	if diff := cmp.Diff(want, got.rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string(nil), got.incomplete()); diff != "" {
		t.Errorf("incomplete kinds (-want +got):\n%s", diff)
	}
	wantNotes := []string{
		"audit log: how far back it goes was not read: no table is recognised as the audit log",
		"role postgres: is a superuser; a role made by `api7-preflight grants` can read what is needed and nothing else",
		`published stream routes: read from kine and not compared with the control plane's table: a table for published_stream_route: schema "public" holds no such table`,
		`table "kine": skipped 1 key outside /gateway_groups/`,
	}
	notes := got.notes()
	slices.Sort(notes)
	slices.Sort(wantNotes)
	if diff := cmp.Diff(wantNotes, notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	for kind, want := range map[estate.Kind]int64{estate.Service: 2, estate.Route: 2, estate.ServiceTemplate: 2, estate.Publication: 1, estate.RouteTemplate: 0, estate.Instance: 2, estate.GatewayGroup: 2} {
		if _, n := got.gaps(t, kind); n != want {
			t.Errorf("%s: counted %d, want %d", kind, n, want)
		}
	}
}

func TestNoSecretIsRead(t *testing.T) {
	t.Parallel()
	got := read(t, open(t, installation), sourcetest.AllButSecrets())
	if all := strings.Join(got.rows, "\n"); strings.Contains(all, "secret-") {
		t.Errorf("a secret is in what was read:\n%s", all)
	}
}

func TestATokensExpiryIsReadInEveryForm(t *testing.T) {
	t.Parallel()
	for column, values := range map[string][2]string{ // an hour ago; never
		"timestamptz": {"now() - interval '1 hour'", "'infinity'"}, "timestamp": {"localtimestamp - interval '1 hour'", "NULL"},
		"bigint": {"extract(epoch FROM now())::bigint - 3600", "0"}, "numeric": {"(extract(epoch FROM now())::bigint - 3600) * 1000", "0"},
	} {
		t.Run(column, func(t *testing.T) {
			t.Parallel()
			got := read(t, open(t, installation, `
				ALTER TABLE tokens DROP COLUMN expires_at;
				ALTER TABLE tokens ADD COLUMN expires_at `+column+`;
				DELETE FROM tokens;
				INSERT INTO tokens (id, name, token, salt, user_id, expires_at) VALUES
					('a', 'old', 'secret-token', 'secret-salt', 'u', `+values[0]+`), ('b', 'endless', 'secret-token', 'secret-salt', 'u', `+values[1]+`)`),
				sourcetest.Need(estate.Token))
			want := []*regexp.Regexp{
				regexp.MustCompile(`^token  a tokens/a {"id":"a","name":"old","user_id":"u","expires_at":"20[0-9T:-]+Z","expired_seconds":36[0-9][0-9]}$`),
				regexp.MustCompile(`^token  b tokens/b {"id":"b","name":"endless","user_id":"u","expires_at":null,"expired_seconds":null}$`),
			}
			if len(got.rows) != len(want) || !want[0].MatchString(got.rows[0]) || !want[1].MatchString(got.rows[1]) {
				t.Errorf("tokens %q", got.rows)
			}
		})
	}
}

func TestTheInstanceAgeComesFromTheServersClock(t *testing.T) {
	t.Parallel()
	for column, value := range map[string]string{
		"timestamptz": "now() - interval '1 hour'", "timestamp": "localtimestamp - interval '1 hour'",
		"bigint": "extract(epoch FROM now())::bigint - 3600", "numeric": "(extract(epoch FROM now())::bigint - 3600) * 1000",
	} {
		t.Run(column, func(t *testing.T) {
			t.Parallel()
			got := read(t, open(t, installation, `
				SET timezone = 'Asia/Tokyo';
				ALTER TABLE gateway_instance DROP COLUMN last_heartbeat;
				ALTER TABLE gateway_instance ADD COLUMN last_heartbeat_time `+column+`;
				DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = %L', current_database(), 'Asia/Tokyo'); END $$;
				UPDATE gateway_instance SET last_heartbeat_time = `+value), sourcetest.Need(estate.Instance))
			for _, row := range got.rows {
				if !regexp.MustCompile(`"heartbeat_age_seconds":36[0-9][0-9]}`).MatchString(row) {
					t.Errorf("want an age of an hour: %s", row)
				}
			}
			if len(got.rows) != 2 {
				t.Errorf("want 2 instances, got %d", len(got.rows))
			}
		})
	}
}

func TestAnImpossibleHeartbeatIsNoAge(t *testing.T) {
	t.Parallel()
	for column, value := range map[string]string{"timestamptz": "'infinity'", "bigint": "9223372036854775807", "int": "0", "float8": "'NaN'"} {
		t.Run(column, func(t *testing.T) {
			t.Parallel()
			got := read(t, open(t, installation, `
				ALTER TABLE gateway_instance DROP COLUMN last_heartbeat;
				ALTER TABLE gateway_instance ADD COLUMN last_heartbeat `+column+` DEFAULT `+value), sourcetest.Need(estate.Instance))
			for _, row := range got.rows {
				if !strings.Contains(row, `"last_heartbeat":null,"heartbeat_age_seconds":null`) {
					t.Errorf("want none: %s", row)
				}
			}
			if gaps, n := got.gaps(t, estate.Instance); n != 2 || len(gaps) > 0 {
				t.Errorf("want 2 instances, got %d, %v", n, gaps)
			}
		})
	}
}

func TestVersionsAreThoseOfLiveInstancesAndOfImageTags(t *testing.T) {
	t.Parallel()
	evidence, err := open(t, installation).Versions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range evidence {
		got = append(got, string(e.Component)+" "+e.Version.String()+" "+e.Where)
	}
	want := []string{
		"gateway instance 3.4.1 gateway_instance: reported by gw-1",
		"gateway instance 3.4.1 gateway_group default: image_tag, the version it is meant to run",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDuplicatesAreCounted(t *testing.T) {
	t.Parallel()
	got := read(t, open(t, installation, `
		ALTER TABLE apisix_service DROP CONSTRAINT apisix_service_pkey;
		INSERT INTO apisix_service SELECT * FROM apisix_service;
		INSERT INTO gateway_instance SELECT id || '-again', gateway_group_id, hostname, ip, version FROM gateway_instance`), sourcetest.AllButSecrets())
	for _, want := range []string{
		`table "apisix_service": 2 objects have several rows with the same gateway_group_id, id: 2 extra rows`,
		`table "gateway_instance": 2 objects have several rows with the same hostname, gateway_group_id: 2 extra rows`,
	} {
		if !slices.Contains(got.notes(), want) {
			t.Errorf("no note %q in\n%s", want, strings.Join(got.notes(), "\n"))
		}
	}
	if _, n := got.gaps(t, estate.Instance); n != 4 {
		t.Errorf("want 4 instances, got %d", n)
	}
}

func TestDamagedRowsAreSaidAndTheRestIsRead(t *testing.T) {
	t.Parallel()
	got := read(t, open(t, installation, `
		UPDATE service SET plugins = '{"cors":' WHERE id = 'tpl-1';
		UPDATE service SET upstream = '{"nodes":[', hosts = 'plain.example.org' WHERE id = 'tpl-2';
		UPDATE kine SET value = convert_to(repeat('x', 50000000), 'UTF8') WHERE name = '/gateway_groups/default/global_rules/all';
		UPDATE kine SET value = NULL WHERE name = '/gateway_groups/default/consumers/rose';
		INSERT INTO service_version VALUES ('sv-big', 'tpl-1', '2', '{"p":"' || repeat('y', 50000000) || '"}')`), sourcetest.AllButSecrets())
	for kind, want := range map[estate.Kind]string{
		estate.ServiceTemplate: "service_template  tpl-1 service/tpl-1 DAMAGED column plugins holds broken JSON",
		estate.GlobalRule:      "global_rule default all kine/gateway_groups/default/global_rules/all DAMAGED the row was not fetched: it has 50000000 bytes, and the limit for configuration is 8388608",
		estate.Consumer:        "consumer default rose kine/gateway_groups/default/consumers/rose DAMAGED the key has no value",
		estate.ServiceVersion:  "service_version  sv-big service_version/sv-big DAMAGED the row was not fetched: it has 50000009 bytes, and the limit for configuration is 8388608",
	} {
		if rows := got.of(kind); !slices.Contains(rows, want) {
			t.Errorf("no %q in\n%s", want, strings.Join(rows, "\n"))
		}
	}
	if rows := got.of(estate.ServiceTemplate); !strings.HasSuffix(rows[1], "DAMAGED column upstream holds broken JSON") {
		t.Errorf("not damaged: %s", rows[1])
	}
}

func TestInvalidUTF8IsDamage(t *testing.T) {
	t.Parallel()
	got := read(t, open(t, installation, `
		ALTER TABLE service ALTER COLUMN plugins TYPE bytea USING convert_to(plugins, 'UTF8');
		UPDATE service SET plugins = '\xff7b7d';
		UPDATE kine SET value = '\x7b22a8223a317d' WHERE name = '/gateway_groups/default/routes/r1'`), sourcetest.AllButSecrets())
	if rows := got.of(estate.ServiceTemplate); !strings.HasSuffix(rows[0], "DAMAGED column plugins holds text that is not UTF-8") {
		t.Errorf("not damaged: %s", rows[0])
	}
	damaged := 0
	src := open(t, installation, `UPDATE kine SET value = '\x7b22a8223a317d' WHERE name = '/gateway_groups/default/routes/r1'`)
	reader := estate.NewReader(nil)
	_, err := src.Stream(t.Context(), sourcetest.Need(estate.Route), func(r *estate.Resource) error {
		if r.Damage == "" && reader.Read(r) != nil {
			damaged++
		}
		return nil
	})
	if err != nil || damaged != 1 {
		t.Errorf("want the reader to find one damaged row, got %d, %v", damaged, err)
	}
}

func TestUnknownKeysAreANoteOrAGap(t *testing.T) {
	t.Parallel()
	got := read(t, open(t, installation, `
		INSERT INTO kine (name, deleted, prev_revision, value) VALUES
		  ('/gateway_groups/default/data_plane/server_info/1', 0, 0, '{"hostname":"gw-1"}'),
		  ('/gateway_groups/default/novelties/n1', 0, 0, '{"plugins":{"traffic-split":{}}}'),
		  ('/registry/health', 0, 0, '{"health":"true"}'), ('gap-7', 0, 0, NULL),
		  ('/apisix/routes/r9', 0, 0, '{"plugins":{"traffic-split":{}}}'),
		  ('/gateway_groups/default/routes/a/b', 0, 0, '{}')`), sourcetest.AllButSecrets())
	if want := `table "kine": skipped 1 key of unknown kind data_plane`; !slices.Contains(got.notes(), want) {
		t.Errorf("no note %q in\n%s", want, strings.Join(got.notes(), "\n"))
	}
	gaps, _ := got.gaps(t, estate.PluginConfig)
	want := []string{
		`1 key in table "kine" without a gateway group: gateway configuration, it seems, in a form this program does not know`,
		`1 key of unknown kind novelties in table "kine": possible plugins, in a form this program does not know`,
		`1 key of unknown kind routes in table "kine": possible plugins, in a form this program does not know`,
	}
	if diff := cmp.Diff(want, gaps); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestKineValuesMayHaveAnyType(t *testing.T) {
	t.Parallel()
	for _, typ := range []string{"text", "json", "jsonb"} {
		t.Run(typ, func(t *testing.T) {
			t.Parallel()
			got := read(t, open(t, installation, `
				DELETE FROM kine WHERE name = 'compact_rev_key';
				ALTER TABLE kine ALTER COLUMN value TYPE `+typ+` USING convert_from(value, 'UTF8')::`+typ+`,
				  ALTER COLUMN deleted TYPE boolean USING deleted <> 0, ALTER COLUMN id TYPE bigint`), sourcetest.Need(estate.Route))
			rows := slices.DeleteFunc(got.of(estate.Route), func(row string) bool { return !strings.Contains(row, " kine/") })
			for i := range rows {
				rows[i] = strings.ReplaceAll(rows[i], ": ", ":")
			}
			want := []string{
				`route default back kine/gateway_groups/default/routes/back {"n":2,"id":"back"}`,
				`route default r1 kine/gateway_groups/default/routes/r1 {"id":"r1","plugins":{"traffic-split":{}}}`,
			}
			if typ != "jsonb" {
				want[0] = `route default back kine/gateway_groups/default/routes/back {"id":"back","n":2}`
			}
			for i := range rows {
				rows[i] = strings.ReplaceAll(rows[i], `, "`, `,"`)
			}
			if diff := cmp.Diff(want, rows); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestManyVersionsOfEveryKey covers tables with too many keys that have several rows to list them.
func TestManyVersionsOfEveryKey(t *testing.T) {
	t.Parallel()
	got := read(t, open(t, installation, `
		INSERT INTO kine (name, deleted, prev_revision, value)
		SELECT '/gateway_groups/default/upstreams/u' || k, 0, v, convert_to('{"v":' || v || '}', 'UTF8')
		FROM generate_series(1, 3) AS v, generate_series(1, 110000) AS k`), sourcetest.Need(estate.Upstream))
	if n := len(got.rows); n != 110000 {
		t.Errorf("want 110000 upstreams, got %d", n)
	}
	for _, row := range got.rows {
		if !strings.HasSuffix(row, `{"v":3}`) {
			t.Fatalf("not the newest: %s", row)
		}
	}
}
