package rule_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

const elsewhere = `{"$unknown":"environment variable X"}`

func TestShapedTellsTheKindsOfValuesApart(t *testing.T) {
	t.Parallel()
	every := []rule.Shape{rule.OfText, rule.OfNumber, rule.OfTruth, rule.OfList, rule.OfMap}
	for _, tt := range []struct {
		of   string
		want rule.Shape
	}{
		{`"9080"`, rule.OfText},
		{`9080`, rule.OfNumber},
		{`-1`, rule.OfNumber},
		{`true`, rule.OfTruth},
		{`false`, rule.OfTruth},
		{`[9080]`, rule.OfList},
		{`{"port": 9080}`, rule.OfMap},
		{`null`, ""},
		{elsewhere, ""}, // no shape that someone wrote
	} {
		for _, shape := range every {
			if got := rule.Shaped("/a", shape)(value(`{"a": ` + tt.of + `}`)); got.Yes() != (shape == tt.want) || got.Doubt() != "" {
				t.Errorf("%s is %s: %v, doubt %q", tt.of, shape, got.Yes(), got.Doubt())
			}
		}
		if got := rule.Shaped("/a", every...)(value(`{}`)); got.Yes() || got.Doubt() != "" {
			t.Errorf("a field that is not there has a shape: %v, doubt %q", got.Yes(), got.Doubt())
		}
	}
}

func TestShapedShowsWhichOfSeveralShapesItIs(t *testing.T) {
	t.Parallel()
	every := []rule.Shape{rule.OfText, rule.OfNumber, rule.OfTruth, rule.OfList, rule.OfMap}
	for _, tt := range []struct {
		of     string
		shapes []rule.Shape
		want   []report.Evidence
	}{
		{"b", []rule.Shape{rule.OfText}, nil},
		{"b", []rule.Shape{rule.OfNumber, rule.OfText}, []report.Evidence{{Name: "what it is", Value: "a text"}}},
		{"1", every, []report.Evidence{{Name: "what it is", Value: "a number"}}},
		{"true", every, []report.Evidence{{Name: "what it is", Value: "true or false"}}},
		{"[]", every, []report.Evidence{{Name: "what it is", Value: "a list"}}},
		{"{}", every, []report.Evidence{{Name: "what it is", Value: "a map"}}},
	} {
		row := rule.Configured{Case: since350, In: []estate.Kind{estate.GatewayConfig}, If: rule.Shaped("/a", tt.shapes...), Says: "s", Steps: steps}
		got := run(t, row, "gateway_config:\n  - {id: a, settings: {a: "+tt.of+"}}\n", 0).Findings
		if len(got) != 1 || got[0].Message != "a: s" || !slices.Equal(got[0].Evidence, tt.want) {
			t.Errorf("%s, %v: %+v, want evidence %v", tt.of, tt.shapes, got, tt.want)
		}
	}
}

func TestMissingAndFalseTellNotThereFromNullAndElsewhere(t *testing.T) {
	t.Parallel()
	missing, off := rule.Missing("/listen/disable"), rule.False("/enable")
	judge(t, map[string]judgement{
		"not there":           {missing, `{"listen": {}}`, "yes", ""},
		"null":                {missing, `{"listen": {"disable": null}}`, "no", ""},
		"there":               {missing, `{"listen": {"disable": false}}`, "no", ""},
		"there and elsewhere": {missing, `{"listen": {"disable": ` + elsewhere + `}}`, "no", ""},
		"below elsewhere":     {missing, `{"listen": ` + elsewhere + `}`, "environment variable X", ""},
		"false":               {off, `{"enable": false}`, "yes", "/enable"},
		"true":                {off, `{"enable": true}`, "no", ""},
		"no truth at all":     {off, `{}`, "no", ""},
		"truth elsewhere":     {off, `{"enable": ` + elsewhere + `}`, "environment variable X", ""},
	})
}

func TestLikeShowsTheTextAndLikeSecretDoesNot(t *testing.T) {
	t.Parallel()
	http, known := regexp.MustCompile(`^http://`), regexp.MustCompile(`:changeme@`)
	like, secret := rule.Like("/addr", http), rule.LikeSecret("/dsn", known)
	judge(t, map[string]judgement{
		"matches":               {like, `{"addr": "http://a.example.internal"}`, "yes", "/addr"},
		"does not match":        {like, `{"addr": "https://a.example.internal"}`, "no", ""},
		"no text":               {like, `{"addr": 5}`, "want a string", ""},
		"elsewhere":             {like, `{"addr": ` + elsewhere + `}`, "environment variable X", ""},
		"secret matches":        {secret, `{"dsn": "postgres://a:changeme@h/d"}`, "yes", "/dsn"},
		"secret does not match": {secret, `{"dsn": "postgres://a:other@h/d"}`, "no", ""},
		"secret is hidden":      {secret, `{"dsn": "postgres://` + redact.Marker + `@h/d"}`, "no", ""},
		"secret elsewhere":      {secret, `{"dsn": ` + elsewhere + `}`, "no", ""},
	})
	row := func(c rule.Condition) rule.Configured {
		return rule.Configured{Case: since350, In: []estate.Kind{estate.DashboardConfig}, If: c, Says: "s", Steps: steps}
	}
	const installation = "dashboard_config:\n  - {id: a, settings: {addr: 'http://u:p4ss@a', dsn: 'postgres://a:changeme@h/d'}}\n"
	if got := run(t, row(like), installation, 0).Findings; len(got) != 1 || len(got[0].Evidence) != 1 || strings.Contains(got[0].Evidence[0].Value, "p4ss") {
		t.Errorf("like: %+v, want the address without its password", got)
	}
	if got := run(t, row(secret), installation, 0).Findings; len(got) != 1 || len(got[0].Evidence) != 0 {
		t.Errorf("like a secret: %+v, want no evidence", got)
	}
}

func TestNoPortIsANumberOutOfRange(t *testing.T) {
	t.Parallel()
	none := rule.NoPort("/port")
	judge(t, map[string]judgement{
		"first":     {none, `{"port": 1}`, "no", ""},
		"last":      {none, `{"port": 65535}`, "no", ""},
		"above":     {none, `{"port": 65536}`, "yes", "/port"},
		"zero":      {none, `{"port": 0}`, "yes", "/port"},
		"negative":  {none, `{"port": -1}`, "yes", "/port"},
		"huge":      {none, `{"port": 1e999}`, "yes", "/port"},
		"text":      {none, `{"port": "70000"}`, "no", ""},
		"not there": {none, `{}`, "no", ""},
		"elsewhere": {none, `{"port": ` + elsewhere + `}`, "no", ""},
	})
	row := rule.Configured{Case: since350, In: []estate.Kind{estate.DashboardConfig}, If: none, Says: "s", Steps: steps}
	got := run(t, row, "dashboard_config:\n  - {id: a, settings: {port: 65536}}\n", 0).Findings
	if len(got) != 1 || !slices.Equal(got[0].Evidence, []report.Evidence{{Name: "port", Value: "65536"}}) {
		t.Errorf("%+v, want the port as evidence", got)
	}
}
