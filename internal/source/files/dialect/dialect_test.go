package dialect_test

import (
	"slices"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/dialect"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
	"github.com/api7-preflight/api7-preflight/internal/test/treetest"
)

func TestEachProgramReplacesTextsOfItsOwn(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct{ gateway, controlPlane, helm string }{
		"${{ SALT }}":        {"environment variable SALT, without a default", "environment variable SALT", "environment variable SALT, without a default"},
		"${{LEVEL:=warn}}":   {"environment variable LEVEL, or its default", "environment variable LEVEL", "environment variable LEVEL, or its default"},
		"a${DSN}b":           {"", "environment variable DSN", "environment variable DSN"},
		"${lower}":           {"", "environment variable lower", ""},
		"$DAYS":              {"", "environment variable DAYS", "environment variable DAYS"},
		"http://u:$PASS@db":  {"", "environment variable PASS", "environment variable PASS"},
		"$remote_addr":       {"", "", ""},
		"US$5":               {"", "", ""},
		"$env://TOKEN":       {"environment variable TOKEN", "environment variable TOKEN", "environment variable TOKEN"},
		"$secret://vault/x":  {"a secret store", "a secret store", "a secret store"},
		"{{ .Values.x }}":    {"", "a template", "a template"},
		"several\nlines $A ": {"", "", ""},
		"plain":              {"", "", ""},
	} {
		n := tree.Text(text, estate.Position{})
		got := [3]string{dialect.Gateway.Read(n).Unknown(), dialect.ControlPlane.Read(n).Unknown(), dialect.Helm.Read(n).Unknown()}
		if got != [3]string{want.gateway, want.controlPlane, want.helm} {
			t.Errorf("%q comes from %q, want %q", text, got, want)
		}
	}
}

func TestAGatewayCannotDoWithoutVariablesThatHaveNoDefault(t *testing.T) {
	t.Parallel()
	n := dialect.Gateway.Read(treetest.Parse(t, "a: https://${{ HOST }}:${{PORT := 7943}}/${{HOST}}\n"))
	v := estate.NewReader(nil)
	res := &estate.Resource{Kind: estate.GatewayConfig, Body: n.AppendJSON(nil)}
	if err := v.Read(res); err != nil {
		t.Fatal(err)
	}
	if needs := res.Field("a").Needs(); !slices.Equal(needs, []string{"HOST", "HOST"}) {
		t.Errorf("it needs %v", needs)
	}
}

func TestHelmReadsTheTruthValuesOfYAML11(t *testing.T) {
	t.Parallel()
	n := treetest.Parse(t, "[on, Yes, OFF, n, oN, 'on', once]\n")
	for d, want := range map[dialect.Dialect]string{
		dialect.Helm:         `[true,true,false,false,"oN","on","once"]`,
		dialect.ControlPlane: `["on","Yes","OFF","n","oN","on","once"]`,
	} {
		if got := string(d.Read(n).AppendJSON(nil)); got != want {
			t.Errorf("dialect %d reads %s, want %s", d, got, want)
		}
	}
}

func TestComposeReplacesVariablesAsItsReferenceSays(t *testing.T) {
	t.Parallel()
	values := map[string]string{"TAG": "v3.4.1", "EMPTY": ""}
	for text, want := range map[string]struct {
		shown, why string
		defaults   []string
	}{
		"api7/x:${TAG}":            {"api7/x:v3.4.1", "", nil},
		"api7/x:$TAG":              {"api7/x:v3.4.1", "", nil},
		"api7/x:${TAG:-latest}":    {"api7/x:v3.4.1", "", nil},
		"$$TAG":                    {"$TAG", "", nil},
		"${HOST:?no}/x":            {"…/x", "environment variable HOST", nil},
		"$A$B":                     {"……", "environment variable A", nil},
		"${A:-b}c${A-b}":           {"bcb", "", []string{"A"}},
		"${EMPTY:-b}${EMPTY-c}":    {"b", "", []string{"EMPTY"}},
		"${A:-${B:-x/y}:${TAG}}":   {"x/y:v3.4.1", "", []string{"A"}},
		"${A:-${B}}":               {"…", "environment variable B", nil},
		"${A:+b}${TAG:+-c}":        {"-c", "", nil},
		"5$ or $9, ${}":            {"5$ or $9, ${}", "", nil},
		"${A:-}":                   {"", "", nil},
		"${TAG:?must be set} here": {"v3.4.1 here", "", nil},
	} {
		got := dialect.Compose(text, values)
		if got.String() != want.shown || got.Missing() != want.why || want.defaults != nil && !slices.Equal(got.Defaults(), want.defaults) {
			t.Errorf("%s is %q, missing %q, with defaults of %v; want %+v", text, got, got.Missing(), got.Defaults(), want)
		}
	}
}

func TestReferencesToSecretStoresAreNotInTheFile(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{ // of any setting, and of a connection string
		"ref+vault://kv/api7#/dsn":                    {"a secret store", "a secret store"},
		"ENC[AES256_GCM,data:a,iv:b,tag:c,type:str]":  {"SOPS has encrypted it", "SOPS has encrypted it"},
		"ref+awsssm://prod/api7?region=x":             {"a secret store", "a secret store"},
		"secretref+https://vault.example/dsn":         {"a secret store", "a secret store"},
		"postgres://u:ref+op://v/i/pw+@h:5432/d":      {"a secret store", "a secret store"},
		"op://prod/api7/dsn":                          {"a secret store", "a secret store"},
		"AKV://kv/dsn":                                {"a secret store", "a secret store"},
		"vault:secret/data/api7#dsn":                  {"a secret store", "a secret store"},
		"arn:aws:secretsmanager:eu-1:1:secret:api7":   {"a secret store", "a secret store"},
		"hush://team/api7/dsn":                        {"", "a reference whose scheme is that of no database: a secret store, or a misspelt one"},
		"postgres://$(USER):$(PASS)@$(HOST):5432/d":   {"", "a placeholder like $(NAME)"},
		"postgres://u:p@__DB_HOST__:5432/d":           {"", "a placeholder like __NAME__"},
		"postgres://u:p@%DB_HOST%:5432/d":             {"", "a placeholder like %NAME%"},
		"postgres://u:p@@DB_HOST@:5432/d":             {"", "a placeholder like @NAME@"},
		"postgres://u:#{PASSWORD}#@h/d":               {"", "a placeholder like #{NAME}#"},
		"postgres://u:<your password>@h/d":            {"", "a placeholder like <NAME>"},
		"postgres://u:p%4F%2A%DE%AD@h:5432/d":         {},
		"postgres://u:p__x__y@h:5432/d?sslmode=off":   {},
		"postgress://u:p@h:5432/d":                    {},
		"oracle://h/d":                                {},
		"mysql://root@tcp(db:3306)/x":                 {},
		"https://dp:7943":                             {},
		"host=h user=u password=p":                    {},
		"http://prometheus:9090/api/v1/write?x=y#ref": {},
		"a preference: +://":                          {},
		"":                                            {},
	} {
		for _, d := range []dialect.Dialect{dialect.Gateway, dialect.ControlPlane, dialect.Helm} {
			if got := d.Read(tree.Text(text, estate.Position{})).Unknown(); got != want[0] {
				t.Errorf("%q comes from %q in dialect %d, want %q", text, got, d, want[0])
			}
		}
		if got := dialect.Connection(text); got != want[1] {
			t.Errorf("the connection string %q comes from %q, want %q", text, got, want[1])
		}
	}
}
