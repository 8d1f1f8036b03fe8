package estate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

func value(s string) estate.Value { return estate.NewValue([]byte(s)) }

func TestFieldIsKnownAbsentOrUnreadable(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		v          estate.Value
		known      bool
		unreadable bool
	}{
		"known":                    {value(`{"a":"x"}`).Get("a"), true, false},
		"known and empty":          {value(`{"a":""}`).Get("a"), true, false},
		"absent":                   {value(`{"b":1}`).Get("a"), false, false},
		"null is absent":           {value(`{"a":null}`).Get("a"), false, false},
		"inside nothing":           {estate.Value{}.Get("a").Get("b"), false, false},
		"another type":             {value(`{"a":1}`).Get("a"), false, true},
		"inside of what is text":   {value(`{"a":"cipher"}`).Get("a").Get("b"), false, true},
		"inside of what is a list": {value(`[1]`).Get("a"), false, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := tt.v.Text()
			_, known := o.Known()
			if known != tt.known || (o.Unreadable() != "") != tt.unreadable || o.Absent() == (known || tt.unreadable) {
				t.Errorf("known %v, absent %v, unreadable %q", known, o.Absent(), o.Unreadable())
			}
		})
	}
}

func TestTypesAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	v := value(`{"n":12345678901234567890,"b":true,"l":["a","b"],"o":{"z":1,"y":2,"z":3}}`)
	if n, ok := v.Get("n").Number().Known(); !ok || n.String() != "12345678901234567890" {
		t.Errorf("number %s, %v", n, ok)
	}
	if b, ok := v.Get("b").Bool().Known(); !ok || !b {
		t.Error("true is not read as true")
	}
	if l, _ := v.Get("l").Strings().Known(); cmp.Diff([]string{"a", "b"}, l) != "" {
		t.Errorf("list %v", l)
	}
	members, _ := v.Get("o").Members().Known()
	if len(members) != 3 || string(v.Get("o").Get("z").Raw()) != "3" {
		t.Errorf("members %v: of a key written twice the last counts", members)
	}
	for _, wrong := range []string{v.Get("n").Bool().Unreadable(), v.Get("b").Number().Unreadable(), v.Get("l").Members().Unreadable(), v.Get("o").List().Unreadable(), value(`[1]`).Strings().Unreadable()} {
		if wrong == "" {
			t.Error("another type is read without a word")
		}
	}
}

func TestEmptyIsWhatSaysNothing(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{`null`: true, `""`: true, ` [ ] `: true, `{ }`: true, `0`: false, `false`: false, `[0]`: false, `" "`: false} {
		if value(text).Empty() != want {
			t.Errorf("%s is empty: want %v", text, want)
		}
	}
	if !(estate.Value{}).Empty() {
		t.Error("nothing is not empty")
	}
}

func TestSubjectOutlivesItsResource(t *testing.T) {
	t.Parallel()
	body := []byte(`{"name":"orders","labels":{"team":"x","on":["a","b"],"odd":1}}`)
	r := &estate.Resource{Kind: estate.Service, ID: "s", Group: estate.Group{ID: "g", ShortID: "sg"}, Body: body}
	if err := estate.NewReader(nil).Read(r); err != nil {
		t.Fatal(err)
	}
	got := r.Subject()
	for i := range body {
		body[i] = 'x'
	}
	want := estate.Subject{
		Ref: estate.Ref{Kind: estate.Service, Group: "sg", ID: "s"}, Group: estate.Group{ID: "g", ShortID: "sg"}, Name: "orders",
		Labels: map[string]string{"team": "x", "on": "a,b"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestALabelThatIsHiddenIsStillThere proves that a label does not seem to be missing because its value must not be shown.
func TestALabelThatIsHiddenIsStillThere(t *testing.T) {
	t.Parallel()
	r := &estate.Resource{Kind: estate.Service, ID: "s", Body: []byte(`{"labels":{"team":"x","pin":"<redacted>","by":"<redacted: up to 8 characters>","all":["a","<redacted>"],"odd":1,"none":null}}`)}
	if err := estate.NewReader(nil).Read(r); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"team": "x", "pin": "<redacted>", "by": "<redacted: up to 8 characters>", "all": "a,<redacted>"}
	if diff := cmp.Diff(want, r.Labels()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEveryKindHasANameThatReadsBack(t *testing.T) {
	t.Parallel()
	for _, k := range estate.Kinds() {
		if got, err := estate.ParseKind(k.String()); err != nil || got != k {
			t.Errorf("%s reads back as %s, %v", k, got, err)
		}
	}
	for _, name := range []string{"", "nothing", "kind(0)"} {
		if k, err := estate.ParseKind(name); err == nil {
			t.Errorf("%q is kind %s", name, k)
		}
	}
}

func TestWhereNamesTablePlaceAndPointer(t *testing.T) {
	t.Parallel()
	for want, o := range map[string]estate.Origin{
		"kine/gateway_groups/default/routes/r#/plugins/p": {Table: "kine", Key: "/gateway_groups/default/routes/r"},
		"service/42#/plugins/p":                           {Table: "service", Key: "42"},
		"adc.yaml#/plugins/p":                             {Table: "adc.yaml"},
	} {
		at := o.At("/plugins/p")
		if got := o.Where("/plugins/p"); got != want || at.Table != o.Table || at.Key != o.Key || at.Pointer != "/plugins/p" || at.File != "" {
			t.Errorf("%q, want %q; fields %+v", got, want, at)
		}
	}
}

func TestWhatWasReadFromAFileIsAtAPosition(t *testing.T) {
	t.Parallel()
	for want, position := range map[string]estate.Position{
		"adc.yaml:41:7": {File: "adc.yaml", Line: 41, Column: 7, EndLine: 41, EndColumn: 12},
		"adc.yaml":      {File: "adc.yaml"},
	} {
		o := estate.Origin{Source: "adc", Table: "adc.yaml", Locate: func(string) estate.Position { return position }}
		if got := o.Where("/plugins/p"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if diff := cmp.Diff(estate.Place{Source: "adc", Position: position, Pointer: "/plugins/p"}, o.At("/plugins/p")); diff != "" {
			t.Errorf("fields (-want +got):\n%s", diff)
		}
	}
}

func TestPositionsAreKeptForWhatStandsElsewhereThanWhatIsAroundIt(t *testing.T) {
	t.Parallel()
	at := map[string]estate.Position{
		"": {File: "a.yaml", Line: 1}, "/settings": {File: "a.yaml", Line: 1}, "/settings/a~1b": {File: "b.yaml", Line: 7, Column: 3},
		"/settings/a~1b/0": {File: "b.yaml", Line: 8, Column: 5}, "/settings/a~1b/0/c": {File: "b.yaml", Line: 8, Column: 5},
	}
	locate := func(pointer string) estate.Position { return at[pointer] }
	kept := estate.Positions([]byte(`{"settings":{"a/b":[{"c":1}]}}`), locate)
	if _, repeated := kept["/settings/a~1b/0/c"]; repeated || len(kept) != 3 {
		t.Errorf("kept are %v", kept)
	}
	again := estate.Locator(kept)
	for pointer, want := range at {
		if got := again(pointer); got != want {
			t.Errorf("%q is at %+v, want %+v", pointer, got, want)
		}
	}
	if got := again("/settings/a~1b/0/c/none"); got != at["/settings/a~1b/0"] {
		t.Errorf("what is not there is at %+v", got)
	}
	if estate.Positions(nil, nil) != nil || estate.Locator(nil) != nil {
		t.Error("what has no positions got some")
	}
}

func TestWhatComesFromTheEnvironmentIsUnreadableWhateverIsAsked(t *testing.T) {
	t.Parallel()
	v := estate.NewValue(append(estate.AppendUnknown([]byte(`{"a":`), `variable "X"`), '}')).Get("a")
	for name, why := range map[string]string{
		"itself": v.Unreadable(), "text": v.Text().Unreadable(), "bool": v.Bool().Unreadable(), "number": v.Number().Unreadable(),
		"list": v.List().Unreadable(), "strings": v.Strings().Unreadable(), "members": v.Members().Unreadable(),
		"a field of it": v.Get("b").Text().Unreadable(),
	} {
		if why != `its value is not in the file: variable "X"` {
			t.Errorf("%s: %q", name, why)
		}
	}
	if v.Absent() || v.Empty() {
		t.Error("it is taken for absent or empty")
	}
	if needs := v.Needs(); needs != nil {
		t.Errorf("it needs %v", needs)
	}
	needy := estate.NewValue(estate.AppendUnknown(nil, "variables", "X", "Y"))
	if needs := needy.Needs(); !slices.Equal(needs, []string{"X", "Y"}) || needy.Unreadable() != "its value is not in the file: variables" {
		t.Errorf("it needs %v, and is %q", needs, needy.Unreadable())
	}
	if other := value(`{"$unknown":"x","b":1}`); other.Unreadable() != "" || other.Get("b").Absent() {
		t.Error("an object that only begins like the mark is not readable")
	}
}

func TestTheSchemeOfAURLMayBeKnownWhereTheRestIsNot(t *testing.T) {
	t.Parallel()
	for body, want := range map[string][2]string{
		`"https://dp:7943"`: {"https", ""}, `"HTTP://dp"`: {"http", ""}, `"dp:7943"`: {}, `null`: {}, `3`: {"", "not a string"},
		string(estate.AppendUnknownURL(nil, "https", "X")): {"https", ""}, string(estate.AppendUnknown(nil, "X")): {"", "its value is not in the file: X"},
	} {
		got := estate.NewValue([]byte(body)).Scheme()
		if scheme, _ := got.Known(); scheme != want[0] || !strings.HasPrefix(got.Unreadable(), want[1]) || (want[1] == "") != (got.Unreadable() == "") {
			t.Errorf("%s has scheme %q, %q; want %q", body, scheme, got.Unreadable(), want)
		}
	}
	if why := estate.NewValue(estate.AppendUnknownURL(nil, "https", "X")).Unreadable(); why == "" {
		t.Error("the rest of it is known")
	}
}
