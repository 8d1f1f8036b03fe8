package recognise

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Mentions finds something of API7 in a document that no form tells, such as a playbook, or an object of a kind that is not
// known: values of the control plane's chart, its name, or a container of an image of API7. Pipelines of CI are none of an
// installation. It returns the place of the first of them, and what
// it is; empty: there is none.
func Mentions(n *tree.Node) (at estate.Position, what string) {
	if pipeline(n) {
		return at, ""
	}
	found, what := mentions(n, "", "")
	return found.At(), what
}

// pipelines are keys of the files of CI systems.
var pipelines = []string{"jobs", "stages", "steps", "pipeline", "pipelines", "workflows", "before_script"}

func pipeline(n *tree.Node) bool {
	kind := n.Get("kind").Text()
	return slices.ContainsFunc(pipelines, func(key string) bool { return n.Member(key) != nil }) ||
		slices.Contains([]string{"Pipeline", "PipelineRun", "Task", "TaskRun", "ClusterTask", "Workflow", "WorkflowTemplate", "pipeline"}, kind)
}

var (
	chartKey  = regexp.MustCompile(`(?i)chart`)
	valuesKey = regexp.MustCompile(`(?i)values[A-Za-z]*(\.ya?ml)?$`)
)

// mentions looks at a value, the key that it stands under and the one above that.
func mentions(n *tree.Node, key, above string) (found *tree.Node, what string) {
	if found, what := mention(n, key, above); found != nil {
		return found, what
	}
	for i, kid := range n.Kids() {
		inner, outer := "", key // of an element
		if n.IsMap() {
			inner = n.Keys()[i]
		}
		if found, what := mentions(kid, inner, outer); found != nil {
			return found, what
		}
	}
	return nil, ""
}

// mention looks at one value alone.
func mention(n *tree.Node, key, above string) (found *tree.Node, what string) {
	switch repository := image.Repository(n.Get("image").Text()); {
	case n.IsScalar() && strings.Contains(n.Text(), "\n"):
		if embedded(n, key) {
			return n, "values of one of API7's charts"
		}
	case n.IsScalar():
		if chart := path.Base(n.Text()); chart == version.ControlPlaneChart && (chartKey.MatchString(key) || key == "name" && chartKey.MatchString(above)) {
			return n, "chart " + chart
		}
	case strings.HasSuffix(strings.ToLower(above), "containers") && image.Component(repository) != "":
		return n.Get("image"), "image " + path.Base(repository)
	case n.IsMap() && key != "":
		if i := slices.IndexFunc(n.Keys(), func(k string) bool { return slices.Contains(configurations, k) }); i >= 0 {
			return n.Kids()[i], "values of chart " + version.ControlPlaneChart
		}
	}
	return nil, ""
}

// embedded reports whether a text is a file of values for one of the vendor's charts, by the key that it stands under.
func embedded(n *tree.Node, key string) bool {
	if !valuesKey.MatchString(key) || !Concerns(key, []byte(n.Text())) {
		return false
	}
	docs, err := n.Within()
	return err == nil && slices.ContainsFunc(docs, func(d *tree.Node) bool { return Values(d).Form.Values() })
}

// configurations are keys that nothing else has but values of the control plane's chart.
var configurations = []string{"dashboard_configuration", "dp_manager_configuration", "developer_portal_configuration"}
