package gitops

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// around are the keys of objects that lead to what matters; a change of one of them alone is a change of all below it.
var around = []string{"spec", "template", "jobTemplate", "containers"}

// harmless are the keys below those that change nothing which an assessment looks at: how many of something run, where and
// how it is probed and rolled out. Any other key is taken to matter.
var harmless = []string{
	"apiVersion", "kind", "metadata", "status", "name", "replicas", "resources", "nodeSelector", "tolerations", "affinity",
	"topologySpreadConstraints", "strategy", "updateStrategy", "selector", "imagePullSecrets", "imagePullPolicy", "serviceAccountName",
	"securityContext", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "priorityClassName", "initContainers",
	"terminationGracePeriodSeconds", "revisionHistoryLimit", "minReadySeconds", "progressDeadlineSeconds", "podManagementPolicy",
	"interval", "timeout", "retryInterval", "suspend", "install", "upgrade", "rollback", "uninstall", "test", "driftDetection",
	"targetNamespace", "storageNamespace", "releaseName", "dependsOn", "kubeConfig", "maxHistory",
	"syncPolicy", "project", "destination", "ignoreDifferences", "info",
}

// Patched returns an object as a patch leaves it: what the patch sets or deletes, and matters, is unknown, and why says
// why. changed is false if nothing of it matters. The patch is an object, or a list of operations.
func Patched(object, patch *tree.Node, why string) (out *tree.Node, changed bool) {
	if !patch.IsList() {
		return merged(object, patch, why, true)
	}
	out = object
	for _, op := range patch.Elements() {
		path := strings.Split(strings.TrimPrefix(op.Get("path").Text(), "/"), "/")
		if op.Get("op").Text() == "test" || !matters(path) {
			continue
		}
		out, changed = marked(out, path, op.Get("value"), why), true
	}
	return out, changed
}

// Field returns an object of which a field is unknown, at a path as replacements have it.
func Field(object *tree.Node, path, why string) (out *tree.Node, changed bool) {
	var keys []string
	for _, key := range fieldPath.FindAllStringSubmatch(path, -1) {
		keys = append(keys, key[1]+strings.ReplaceAll(key[2], `\.`, "."))
	}
	if len(keys) == 0 || !matters(keys) {
		return object, false
	}
	return marked(object, keys, nil, why), true
}

// fieldPath finds the keys of a path: joined by dots, of which those in brackets or behind a backslash are part of a key.
var fieldPath = regexp.MustCompile(`\[([^\]]*)\]|((?:\\.|[^.\[\\])+)`)

// matters reports whether what stands at a path matters.
func matters(path []string) bool {
	for _, key := range path {
		_, err := strconv.Atoi(key)
		if err == nil || key == "-" || strings.Contains(key, "=") || slices.Contains(around, key) {
			continue
		}
		return !slices.Contains(harmless, key)
	}
	return true
}

// merged lays a patch over an object, as a strategic merge does.
func merged(object, patch *tree.Node, why string, outside bool) (out *tree.Node, changed bool) {
	if !patch.IsMap() {
		return tree.Unknown(why, patch.At()), true
	}
	out = object
	for key, value := range patch.Entries() {
		below := out.Member(key)
		switch {
		case outside && slices.Contains(harmless, key):
			continue
		case outside && slices.Contains(around, key) && value.IsList():
			with, more := elements(below, value, why)
			out, changed = out.With([]string{key}, with), changed || more
		case outside && slices.Contains(around, key), value.IsMap():
			with, more := merged(orEmpty(below, value), value, why, outside && slices.Contains(around, key))
			out, changed = out.With([]string{key}, with), changed || more
		default:
			out, changed = out.With([]string{key}, tree.Unknown(why, value.At())), true
		}
	}
	return out, changed
}

// orEmpty returns n, or an empty map where there is no map.
func orEmpty(n, standing *tree.Node) *tree.Node {
	if n.IsMap() {
		return n
	}
	return tree.Empty(standing.At())
}

// elements lays a list of containers over another: those of one name over each other.
func elements(list, patch *tree.Node, why string) (out *tree.Node, changed bool) {
	if !list.IsList() {
		return tree.Unknown(why, patch.At()), true
	}
	out = list
	for _, element := range patch.Elements() {
		i := indexOf(list, "name", element.Get("name").Text())
		if i < 0 {
			changed = true // one more of them: the doubt says so, and nothing that is there changes
			continue
		}
		with, more := merged(list.Elements()[i], element, why, true)
		out, changed = out.WithElement(i, with), changed || more
	}
	return out, changed
}

// indexOf returns the index of the element of a list in which a key has a value; -1: there is none.
func indexOf(list *tree.Node, key, value string) int {
	return slices.IndexFunc(list.Elements(), func(e *tree.Node) bool { return e.Get(key).Text() == value })
}

// marked returns n with what stands at a path unknown; value is what is put there, if that is known.
func marked(n *tree.Node, path []string, value *tree.Node, why string) *tree.Node {
	if len(path) == 0 {
		if value.IsMap() && n == nil {
			with, _ := merged(tree.Empty(value.At()), value, why, false)
			return with
		}
		return tree.Unknown(why, n.At())
	}
	key := strings.NewReplacer("~1", "/", "~0", "~").Replace(path[0])
	if !n.IsList() {
		if n != nil && !n.IsMap() {
			return tree.Unknown(why, n.At())
		}
		return orEmpty(n, value).With([]string{key}, marked(n.Member(key), path[1:], value, why))
	}
	i, err := strconv.Atoi(key)
	if by, is, ok := strings.Cut(key, "="); ok {
		i, err = indexOf(n, by, is), nil
	}
	if err != nil || i < 0 || i >= len(n.Elements()) {
		return tree.Unknown(why, n.At())
	}
	return n.WithElement(i, marked(n.Elements()[i], path[1:], value, why))
}
