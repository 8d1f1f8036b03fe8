package recognise

import (
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/lazyregexp"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// Remote finds a base that a kustomization takes from elsewhere and that is called after API7; nil if there is none.
func Remote(n *tree.Node) *tree.Node {
	for _, key := range []string{"resources", "bases", "components"} {
		for _, base := range n.Get(key).Elements() {
			text := strings.ToLower(base.Text())
			if strings.Contains(text, "api7") && remote.MatchString(text) {
				return base
			}
		}
	}
	return nil
}

var remote = lazyregexp.New(`://|\?ref=|^git@|^(github|gitlab|bitbucket)\.`)

// Controller says of a document that it is for API7's ingress controller, which is no part of what is assessed; empty: it
// is not.
func Controller(n *tree.Node) string {
	const name = "api7-ingress-controller"
	if n.Get("kind").Text() == "GatewayProxy" && n.Get("spec.provider.type").Text() == "ControlPlane" {
		return "it connects an ingress controller to the control plane"
	}
	if n.Get("name").Text() == name {
		return "it is the chart " + name
	}
	for _, chart := range n.Get("dependencies").Elements() {
		if chart.Get("name").Text() == name {
			return "it depends on chart " + name
		}
	}
	return ""
}

// Generated finds the file of a component among the texts of which a kustomization makes ConfigMaps and Secrets; nil if there
// is none.
func Generated(n *tree.Node) (found *tree.Node, form Form) {
	for _, key := range []string{"configMapGenerator", "secretGenerator"} {
		for _, made := range n.Get(key).Elements() {
			for _, literal := range made.Get("literals").Elements() {
				if form := literalForm(literal); form != Other {
					return literal, form
				}
			}
		}
	}
	return nil, Other
}

// literalForm returns of which form a text behind a name and an equals sign is.
func literalForm(literal *tree.Node) Form {
	_, text, _ := strings.Cut(literal.Text(), "=")
	if !Worthwhile(text) {
		return Other
	}
	docs, err := tree.Text(text, literal.At()).Within()
	if err != nil || len(docs) == 0 {
		return Other
	}
	if is := Settings(docs[0], ""); is.Alien == "" {
		return is.Form
	}
	return Other
}
