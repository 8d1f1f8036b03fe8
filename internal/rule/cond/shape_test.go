package cond_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
)

const elsewhere = `{"$unknown":"environment variable X"}`

func TestShapedTellsTheKindsOfValuesApart(t *testing.T) {
	t.Parallel()
	every := []cond.Shape{cond.OfText, cond.OfNumber, cond.OfTruth, cond.OfList, cond.OfMap}
	for _, tt := range []struct {
		of   string
		want cond.Shape
	}{
		{`"9080"`, cond.OfText},
		{`9080`, cond.OfNumber},
		{`-1`, cond.OfNumber},
		{`true`, cond.OfTruth},
		{`false`, cond.OfTruth},
		{`[9080]`, cond.OfList},
		{`{"port": 9080}`, cond.OfMap},
		{`null`, ""},
		{elsewhere, ""}, // no shape that someone wrote
	} {
		for _, shape := range every {
			if got := cond.Shaped("/a", shape)(value(`{"a": ` + tt.of + `}`)); got.Yes() != (shape == tt.want) || got.Doubt() != "" {
				t.Errorf("%s is %s: %v, doubt %q", tt.of, shape, got.Yes(), got.Doubt())
			}
		}
		if got := cond.Shaped("/a", every...)(value(`{}`)); got.Yes() || got.Doubt() != "" {
			t.Errorf("a field that is not there has a shape: %v, doubt %q", got.Yes(), got.Doubt())
		}
	}
}

func TestShapedShowsWhichOfSeveralShapesItIs(t *testing.T) {
	t.Parallel()
	every := []cond.Shape{cond.OfText, cond.OfNumber, cond.OfTruth, cond.OfList, cond.OfMap}
	for _, tt := range []struct {
		of     string
		shapes []cond.Shape
		want   string
	}{
		{`"b"`, []cond.Shape{cond.OfText}, ""},
		{`"b"`, []cond.Shape{cond.OfNumber, cond.OfText}, "what it is=a text"},
		{"1", every, "what it is=a number"},
		{"true", every, "what it is=true or false"},
		{"[]", every, "what it is=a list"},
		{"{}", every, "what it is=a map"},
	} {
		truth := cond.Shaped("/a", tt.shapes...)(value(`{"a": ` + tt.of + `}`))
		if got := shown(truth); !truth.Yes() || got != tt.want {
			t.Errorf("%s, %v: shows %q, want %q", tt.of, tt.shapes, got, tt.want)
		}
	}
}

func TestMissingAndFalseTellNotThereFromNullAndElsewhere(t *testing.T) {
	t.Parallel()
	missing, off := cond.Missing("/listen/disable"), cond.False("/enable")
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
	like, secret := cond.Like("/addr", http), cond.LikeSecret("/dsn", known)
	judge(t, map[string]judgement{
		"matches":               {like, `{"addr": "http://a.example.internal"}`, "yes", "/addr"},
		"does not match":        {like, `{"addr": "https://a.example.internal"}`, "no", ""},
		"no text":               {like, `{"addr": 5}`, "not a string", ""},
		"elsewhere":             {like, `{"addr": ` + elsewhere + `}`, "environment variable X", ""},
		"secret matches":        {secret, `{"dsn": "postgres://a:changeme@h/d"}`, "yes", "/dsn"},
		"secret does not match": {secret, `{"dsn": "postgres://a:other@h/d"}`, "no", ""},
		"secret is hidden":      {secret, `{"dsn": "postgres://` + redact.Marker + `@h/d"}`, "no", ""},
		"secret elsewhere":      {secret, `{"dsn": ` + elsewhere + `}`, "no", ""},
	})
	if got := shown(like(value(`{"addr": "http://u:p4ss@a"}`))); got == "" || strings.Contains(got, "p4ss") {
		t.Errorf("like: shows %q, want the address without its password", got)
	}
	if got := shown(secret(value(`{"dsn": "postgres://a:changeme@h/d"}`))); got != "" {
		t.Errorf("like a secret: shows %q, want nothing", got)
	}
}

func TestNoPortIsANumberOutOfRange(t *testing.T) {
	t.Parallel()
	none := cond.NoPort("/port")
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
	if got := shown(none(value(`{"port": 65536}`))); got != "port=65536" {
		t.Errorf("shows %q, want the port", got)
	}
}
