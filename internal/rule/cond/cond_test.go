package cond_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
)

// value wraps JSON text; empty text is an absent value.
func value(text string) estate.Value {
	if text == "" {
		return estate.Value{}
	}
	return estate.NewValue([]byte(text))
}

// judgement is the expected answer of a condition about a value.
type judgement struct {
	condition cond.Condition
	of        string // JSON
	want      string // "yes", "no", or part of the doubt
	at        string // pointer of a yes
}

func judge(t *testing.T, tests map[string]judgement) {
	t.Helper()
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := tt.condition(value(tt.of))
			switch {
			case tt.want == "yes" || tt.want == "no":
				if got.Yes() != (tt.want == "yes") || got.Doubt() != "" {
					t.Errorf("of %s: yes is %v, doubt %q; want %s", tt.of, got.Yes(), got.Doubt(), tt.want)
				}
			case got.Yes() || !strings.Contains(got.Doubt(), tt.want):
				t.Errorf("of %s: yes is %v, doubt %q; want doubt %q", tt.of, got.Yes(), got.Doubt(), tt.want)
			}
			if got.Yes() && got.At() != tt.at {
				t.Errorf("of %s: decided at %q, want %q", tt.of, got.At(), tt.at)
			}
		})
	}
}

func TestLacksAndHasTellAbsentFromUnreadable(t *testing.T) {
	t.Parallel()
	lacks, has := cond.Lacks("/policy"), cond.Has("/policy")
	nested := cond.Lacks("/session/secret")
	judge(t, map[string]judgement{
		"absent":                   {lacks, `{"count": 5}`, "yes", ""},
		"null":                     {lacks, `{"policy": null}`, "yes", ""},
		"empty text":               {lacks, `{"policy": ""}`, "yes", ""},
		"empty list":               {lacks, `{"policy": [ ]}`, "yes", ""},
		"empty object":             {lacks, `{"policy": {}}`, "yes", ""},
		"there":                    {lacks, `{"policy": "local"}`, "no", ""},
		"false is something":       {lacks, `{"policy": false}`, "no", ""},
		"zero is something":        {lacks, `{"policy": 0}`, "no", ""},
		"no configuration":         {lacks, ``, "yes", ""},
		"configuration is no map":  {lacks, `"text"`, "policy: cannot be read", ""},
		"the last of two counts":   {lacks, `{"policy": "local", "policy": ""}`, "yes", ""},
		"parent absent":            {nested, `{}`, "yes", ""},
		"parent null":              {nested, `{"session": null}`, "yes", ""},
		"parent is no map":         {nested, `{"session": 7}`, "session/secret: cannot be read", ""},
		"nested there":             {nested, `{"session": {"secret": "x"}}`, "no", ""},
		"has":                      {has, `{"policy": "local"}`, "yes", "/policy"},
		"has not":                  {has, `{"policy": ""}`, "no", ""},
		"has, unreadable":          {has, `[1]`, "policy: cannot be read", ""},
		"has, parent is no map":    {cond.Has("/a/b"), `{"a": "x"}`, "a/b: cannot be read", ""},
		"ciphertext is there":      {has, `{"policy": "uN3k+8=="}`, "yes", "/policy"},
		"a hidden one is there":    {has, `{"policy": "<redacted>"}`, "yes", "/policy"},
		"a reference is there":     {has, `{"policy": "$secret://vault/1/p"}`, "yes", "/policy"},
		"a hidden one lacks not":   {lacks, `{"policy": "<redacted>"}`, "no", ""},
		"key with an escape in it": {has, `{"polic\u0079": "local"}`, "yes", "/policy"},
	})
}

func TestTextsAreComparedOnlyWhereTheyAreKnown(t *testing.T) {
	t.Parallel()
	is, unlike := cond.Is("/algorithm", "snowflake", "old"), cond.Unlike("/override/endpoint", regexp.MustCompile(`^https?://`))
	judge(t, map[string]judgement{
		"one of them":            {is, `{"algorithm": "old"}`, "yes", "/algorithm"},
		"another":                {is, `{"algorithm": "uuid"}`, "no", ""},
		"absent":                 {is, `{}`, "no", ""},
		"null":                   {is, `{"algorithm": null}`, "no", ""},
		"empty":                  {is, `{"algorithm": ""}`, "no", ""},
		"no text":                {is, `{"algorithm": 7}`, "algorithm: cannot be read", ""},
		"hidden":                 {is, `{"algorithm": "<redacted>"}`, "hidden in this source", ""},
		"reference":              {is, `{"algorithm": "$env://ALGORITHM"}`, "reference to a secret or variable", ""},
		"reference in capitals":  {is, `{"algorithm": "$SECRET://vault/1/a"}`, "reference to a secret or variable", ""},
		"no map":                 {is, `[]`, "algorithm: cannot be read", ""},
		"the value itself":       {cond.Is("", "old"), `"old"`, "yes", ""},
		"unlike":                 {unlike, `{"override": {"endpoint": "api.example.org"}}`, "yes", "/override/endpoint"},
		"like":                   {unlike, `{"override": {"endpoint": "https://api.example.org"}}`, "no", ""},
		"unlike, absent":         {unlike, `{"override": {}}`, "no", ""},
		"unlike, parent absent":  {unlike, `{}`, "no", ""},
		"unlike, parent is text": {unlike, `{"override": "x"}`, "override/endpoint: cannot be read", ""},
		"unlike, hidden":         {unlike, `{"override": {"endpoint": "<redacted>"}}`, "hidden in this source", ""},
		"unlike, reference":      {unlike, `{"override": {"endpoint": "$env://URL"}}`, "reference", ""},
	})
}

func TestListsAndNumbersHaveThreeValues(t *testing.T) {
	t.Parallel()
	includes, exceeds, isTrue := cond.Includes("/claims", "exp"), cond.Exceeds("/port", 65535), cond.True("/enable")
	judge(t, map[string]judgement{
		"in the list":               {includes, `{"claims": ["nbf", "exp"]}`, "yes", "/claims/1"},
		"not in the list":           {includes, `{"claims": ["nbf"]}`, "no", ""},
		"list absent":               {includes, `{}`, "no", ""},
		"what Lua writes for empty": {includes, `{"claims": {}}`, "no", ""},
		"list is a text":            {includes, `{"claims": "exp"}`, "claims: cannot be read", ""},
		"list of numbers":           {includes, `{"claims": [1]}`, "claims: cannot be read", ""},
		"list hidden":               {includes, `{"claims": "<redacted>"}`, "claims: cannot be read", ""},
		"element hidden":            {includes, `{"claims": ["<redacted>"]}`, "hidden in this source", ""},
		"element a reference":       {includes, `{"claims": ["$env://CLAIM", "nbf"]}`, "reference", ""},
		"hidden, but in the list":   {includes, `{"claims": ["<redacted>", "exp"]}`, "yes", "/claims/1"},
		"above":                     {exceeds, `{"port": 65536}`, "yes", "/port"},
		"the limit itself":          {exceeds, `{"port": 65535}`, "no", ""},
		"below zero":                {exceeds, `{"port": -1}`, "no", ""},
		"fraction":                  {exceeds, `{"port": 65535.5}`, "yes", "/port"},
		"beyond every number":       {exceeds, `{"port": 1e999}`, "yes", "/port"},
		"below every number":        {exceeds, `{"port": -1e999}`, "no", ""},
		"number absent":             {exceeds, `{}`, "no", ""},
		"number as text":            {exceeds, `{"port": "65536"}`, "port: cannot be read", ""},
		"true":                      {isTrue, `{"enable": true}`, "yes", "/enable"},
		"false":                     {isTrue, `{"enable": false}`, "no", ""},
		"neither":                   {isTrue, `{}`, "no", ""},
		"true as text":              {isTrue, `{"enable": "true"}`, "enable: cannot be read", ""},
		"truth hidden":              {isTrue, `{"enable": "<redacted>"}`, "enable: cannot be read", ""},
	})
}

func TestConditionsFindKeysThatAPointerEscapes(t *testing.T) {
	t.Parallel()
	const labels = `{"labels": {"app.kubernetes.io/name": "gateway", "a~b": true, "~1": 70000, "": "nameless"}}`
	judge(t, map[string]judgement{
		"a slash":               {cond.Is("/labels/app.kubernetes.io~1name", "gateway"), labels, "yes", "/labels/app.kubernetes.io~1name"},
		"a slash, not there":    {cond.Lacks("/labels/app.kubernetes.io~1part-of"), labels, "yes", ""},
		"a tilde":               {cond.True("/labels/a~0b"), labels, "yes", "/labels/a~0b"},
		"what an escape is":     {cond.Exceeds("/labels/~01", 65535), labels, "yes", "/labels/~01"},
		"no name at all":        {cond.Has("/labels/"), labels, "yes", "/labels/"},
		"not a key in another":  {cond.Has("/labels/app.kubernetes.io/name"), labels, "no", ""},
		"inside of an element":  {cond.Some("/all", cond.Is("/x~1y", "z")), `{"all": [{"x/y": "z"}]}`, "yes", "/all/0/x~1y"},
		"the key of an element": {cond.Some("/all", cond.Is("/x", "z")), `{"all": {"x/y": {"x": "z"}}}`, "yes", "/all/x~1y/x"},
	})
}

func TestSomeLooksIntoListsAndObjectsAndNamesTheElement(t *testing.T) {
	t.Parallel()
	nodes := cond.Some("/nodes", cond.Exceeds("/port", 65535))
	deep := cond.Some("/rules", cond.Some("/weighted_upstreams", cond.Has("/upstream_id")))
	judge(t, map[string]judgement{
		"one of the list":          {nodes, `{"nodes": [{"port": 1}, {"port": 70000}]}`, "yes", "/nodes/1/port"},
		"none of the list":         {nodes, `{"nodes": [{"port": 1}]}`, "no", ""},
		"value of an object":       {nodes, `{"nodes": {"a": {"port": 70000}}}`, "yes", "/nodes/a/port"},
		"a key that needs escapes": {nodes, `{"nodes": {"a/b~c": {"port": 70000}}}`, "yes", "/nodes/a~1b~0c/port"},
		"absent":                   {nodes, `{}`, "no", ""},
		"empty":                    {nodes, `{"nodes": []}`, "no", ""},
		"empty object":             {nodes, `{"nodes": {}}`, "no", ""},
		"text":                     {nodes, `{"nodes": "x"}`, "nodes: not a list or an object", ""},
		"parent is text":           {cond.Some("/a/b", cond.True("")), `{"a": "x"}`, "not a list or an object", ""},
		"doubt about one":          {nodes, `{"nodes": [{"port": "x"}, {"port": 1}]}`, "nodes/0/port: cannot be read", ""},
		"a yes beats a doubt":      {nodes, `{"nodes": [{"port": "x"}, {"port": 70000}]}`, "yes", "/nodes/1/port"},
		"list in a list":           {deep, `{"rules": [{}, {"weighted_upstreams": [{"weight": 1}, {"upstream_id": "u"}]}]}`, "yes", "/rules/1/weighted_upstreams/1/upstream_id"},
		"doubt in a list in one":   {deep, `{"rules": [{"weighted_upstreams": 7}]}`, "rules/0/weighted_upstreams: not a list", ""},
		"elements are texts":       {cond.Some("/list", cond.Is("", "x")), `{"list": ["y", "x"]}`, "yes", "/list/1"},
	})
}

func TestConditionsJoinWithoutLosingDoubt(t *testing.T) {
	t.Parallel()
	yes, no, unclear := cond.Has("/yes"), cond.Has("/no"), cond.True("/odd")
	const conf = `{"yes": 1, "odd": "?"}`
	judge(t, map[string]judgement{
		"all hold":                 {cond.All(yes, cond.Not(no)), conf, "yes", "/yes"},
		"all, one does not":        {cond.All(yes, no), conf, "no", ""},
		"all, one unclear":         {cond.All(yes, unclear), conf, "odd: cannot be read", ""},
		"all, unclear then no":     {cond.All(unclear, no), conf, "no", ""},
		"all, no then unclear":     {cond.All(no, unclear), conf, "no", ""},
		"all of nothing":           {cond.All(), conf, "yes", ""},
		"any holds":                {cond.Any(no, yes), conf, "yes", "/yes"},
		"any, unclear then yes":    {cond.Any(unclear, yes), conf, "yes", "/yes"},
		"any, unclear then no":     {cond.Any(unclear, no), conf, "odd: cannot be read", ""},
		"any, none":                {cond.Any(no, no), conf, "no", ""},
		"any of nothing":           {cond.Any(), conf, "no", ""},
		"not":                      {cond.Not(no), conf, "yes", ""},
		"not what holds":           {cond.Not(yes), conf, "no", ""},
		"not unclear":              {cond.Not(unclear), conf, "odd: cannot be read", ""},
		"twice turned around":      {cond.Not(cond.Not(unclear)), conf, "odd: cannot be read", ""},
		"the place that decides":   {cond.All(cond.Lacks("/no"), yes), conf, "yes", "/yes"},
		"a doubt behind a yes":     {cond.All(yes, cond.Not(unclear)), conf, "odd: cannot be read", ""},
		"any in all":               {cond.All(cond.Any(unclear, yes), cond.Lacks("/no")), conf, "yes", "/yes"},
		"all in any, with a doubt": {cond.Any(cond.All(yes, unclear), no), conf, "odd: cannot be read", ""},
	})
}

func TestEvidenceIsShownWithoutSecrets(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		condition cond.Condition
		of        string
		want      string // name=value
	}{
		"text":    {cond.Is("/policy", "redis"), `{"policy": "redis"}`, "policy=redis"},
		"number":  {cond.Exceeds("/port", 65535), `{"port": 70000}`, "port=70000"},
		"unit":    {cond.Unitless("/idle"), `{"idle": "30"}`, "idle=30"},
		"element": {cond.Includes("/claims", "exp"), `{"claims": ["exp"]}`, "claims=exp"},
		"address": {cond.Unlike("/uri", regexp.MustCompile("^https:")), `{"uri": "http://u:swordfish@example.org/x?token=swordfish"}`, "uri=<redacted>"},
		"word":    {cond.Unlike("/level", regexp.MustCompile("^info$")), `{"level": "verbose"}`, "level=verbose"},
		"no word": {cond.Unlike("/level", regexp.MustCompile("^info$")), `{"level": "swordFish9"}`, "level=<redacted>"},
		"both":    {cond.All(cond.Is("/a", "x"), cond.Is("/b", "y")), `{"a": "x", "b": "y"}`, "a=x b=y"},
		"inside":  {cond.Some("/list", cond.Is("/a", "x")), `{"list": [{"a": "x"}]}`, "a=x"},
		"set":     {cond.Set("/a/b", cond.Is("/c", "x")), `{"a": {"b": {"c": "x"}}}`, "a/b/c=x"},
		"itself":  {cond.Set("/a/b", cond.Is("", "x")), `{"a": {"b": "x"}}`, "value=x"},
		"none":    {cond.Has("/secret"), `{"secret": "swordfish"}`, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			truth := tt.condition(value(tt.of))
			if got := shown(truth); !truth.Yes() || got != tt.want {
				t.Errorf("shows %q, want %q", got, tt.want)
			}
		})
	}
}

// shown returns the evidence of a truth as name=value.
func shown(truth cond.Truth) string {
	var all []string
	for _, e := range truth.Evidence(cond.Plainly) {
		all = append(all, e.Name+"="+e.Value)
	}
	return strings.Join(all, " ")
}

func TestSetTellsAKeyThatIsThereFromNullAndElsewhere(t *testing.T) {
	t.Parallel()
	set, on := cond.Set("/a/b", nil), cond.Set("/a/b", cond.True("/on"))
	judge(t, map[string]judgement{
		"there":               {set, `{"a": {"b": []}}`, "yes", "/a/b"},
		"there and elsewhere": {set, `{"a": {"b": ` + elsewhere + `}}`, "yes", "/a/b"},
		"below elsewhere":     {set, `{"a": ` + elsewhere + `}`, "a/b: whether it is set is not known", ""},
		"null":                {set, `{"a": {"b": null}}`, "no", ""},
		"not there":           {set, `{"a": {}}`, "no", ""},
		"holds":               {on, `{"a": {"b": {"on": true}}}`, "yes", "/a/b/on"},
		"does not hold":       {on, `{"a": {"b": {"on": false}}}`, "no", ""},
		"cannot be told":      {on, `{"a": {"b": {"on": ` + elsewhere + `}}}`, "a/b/on: cannot be read", ""},
	})
}

func TestUnitlessTellsNumbersFromDurations(t *testing.T) {
	t.Parallel()
	unitless := cond.Unitless("/max_idle_time")
	judge(t, map[string]judgement{
		"number":        {unitless, `{"max_idle_time": 5}`, "yes", "/max_idle_time"},
		"quoted number": {unitless, `{"max_idle_time": "30"}`, "yes", "/max_idle_time"},
		"duration":      {unitless, `{"max_idle_time": "30s"}`, "no", ""},
		"zero":          {unitless, `{"max_idle_time": 0}`, "no", ""},
		"absent":        {unitless, `{}`, "no", ""},
		"null":          {unitless, `{"max_idle_time": null}`, "no", ""},
		"unknown":       {unitless, `{"max_idle_time": {"$unknown":"environment variable IDLE"}}`, "environment variable IDLE", ""},
		"no object":     {unitless, `[]`, "cannot be read", ""},
	})
}
