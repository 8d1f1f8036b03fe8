package gitops_test

import (
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/source/files/gitops"
	"github.com/api7-preflight/api7-preflight/internal/test/treetest"
)

func TestWhatAPatchChangesIsUnknown(t *testing.T) {
	t.Parallel()
	const unknown = `{"$unknown":"why"}`
	for name, tt := range map[string]struct{ object, patch, want string }{
		"a value":                {"{spec: {values: {a: 1, b: 2}}}", "{spec: {values: {a: 3}}}", `{"spec":{"values":{"a":` + unknown + `,"b":2}}}`},
		"a value that is new":    {"{spec: {values: {b: 2}}}", "{spec: {values: {a: {c: 3}}}}", `{"spec":{"values":{"b":2,"a":{"c":` + unknown + `}}}}`},
		"a deletion":             {"{spec: {values: {a: 1}}}", "{spec: {values: null}}", `{"spec":{"values":` + unknown + `}}`},
		"a container":            {"{spec: {containers: [{name: a, image: x}, {name: b, image: y}]}}", "{spec: {containers: [{name: b, image: z}]}}", `{"spec":{"containers":[{"name":"a","image":"x"},{"name":"b","image":` + unknown + `}]}}`},
		"data":                   {"{data: {a: x, b: y}}", "{data: {a: z}}", `{"data":{"a":` + unknown + `,"b":"y"}}`},
		"a name of a setting":    {"{spec: {values: {timeout: 1}}}", "{spec: {values: {timeout: 2}}}", `{"spec":{"values":{"timeout":` + unknown + `}}}`},
		"an operation":           {"{spec: {values: {a: 1, b: 2}}}", "[{op: remove, path: /spec/values/a}]", `{"spec":{"values":{"a":` + unknown + `,"b":2}}}`},
		"an addition":            {"{spec: {values: {b: 2}}}", "[{op: add, path: /spec/values/a/c, value: {d: 1}}]", `{"spec":{"values":{"b":2,"a":{"c":{"d":` + unknown + `}}}}}`},
		"in a list":              {"{spec: {containers: [{image: x}]}}", "[{op: replace, path: /spec/containers/0/image, value: y}]", `{"spec":{"containers":[{"image":` + unknown + `}]}}`},
		"at the end of a list":   {"{spec: {containers: [{env: [a]}]}}", "[{op: add, path: /spec/containers/0/env/-, value: b}]", `{"spec":{"containers":[{"env":` + unknown + `}]}}`},
		"everything":             {"{spec: {a: 1}}", "[{op: replace, path: /spec, value: {}}]", `{"spec":` + unknown + `}`},
		"with a slash in a name": {"{data: {a/b: x}}", "[{op: remove, path: /data/a~1b}]", `{"data":{"a/b":` + unknown + `}}`},
		"how many run":           {"{spec: {replicas: 1}}", "{spec: {replicas: 3}, metadata: {labels: {a: b}}}", ""},
		"an operation on that":   {"{spec: {replicas: 1}}", "[{op: replace, path: /spec/replicas, value: 3}, {op: test, path: /spec/values, value: 1}]", ""},
		"resources":              {"{spec: {containers: [{name: a}]}}", "{spec: {containers: [{name: a, resources: {limits: {cpu: 1}}}]}}", ""},
	} {
		object := treetest.Parse(t, tt.object)
		got, changed := gitops.Patched(object, treetest.Parse(t, tt.patch), "why")
		if changed != (tt.want != "") || changed && string(got.AppendJSON(nil)) != tt.want {
			t.Errorf("%s: changed %v to %s, want %s", name, changed, got.AppendJSON(nil), tt.want)
		}
	}
}

func TestAFieldThatIsReplacedIsUnknown(t *testing.T) {
	t.Parallel()
	const object = "{spec: {containers: [{name: a, image: x}], replicas: 1, values: {a.b: 1}}}"
	for path, want := range map[string]string{
		"spec.containers.[name=a].image": `{"spec":{"containers":[{"name":"a","image":{"$unknown":"why"}}],"replicas":1,"values":{"a.b":1}}}`,
		"spec.containers.0.image":        `{"spec":{"containers":[{"name":"a","image":{"$unknown":"why"}}],"replicas":1,"values":{"a.b":1}}}`,
		`spec.values.a\.b`:               `{"spec":{"containers":[{"name":"a","image":"x"}],"replicas":1,"values":{"a.b":{"$unknown":"why"}}}}`,
		"spec.replicas":                  "",
		"":                               "",
	} {
		got, changed := gitops.Field(treetest.Parse(t, object), path, "why")
		if changed != (want != "") || changed && string(got.AppendJSON(nil)) != want {
			t.Errorf("%s: changed %v to %s, want %s", path, changed, got.AppendJSON(nil), want)
		}
	}
}

func TestATargetMatchesByKindAndName(t *testing.T) {
	t.Parallel()
	object := treetest.Parse(t, "{kind: Deployment, metadata: {name: gw}}")
	for text, want := range map[string]bool{
		"{kind: Deployment}": true, "{kind: Deployment, name: gw}": true, "{name: 'g.*'}": true, "{name: g}": false, "{kind: Secret}": false, "{name: '('}": false, "{}": true,
	} {
		o := gitops.KustomizationOverlay(treetest.Parse(t, "patches: [{target: "+text+"}]"))
		if got := o.Changes[0].Target.Matches(object); got != want {
			t.Errorf("%s matches %v, want %v", text, got, want)
		}
	}
}
