package files

import (
	"bytes"
	"encoding/base64"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// manifest reads a Kubernetes object: the containers of workloads, and the files in a ConfigMap.
func (c *collection) manifest(d *document, n *node) error {
	kind := n.get("kind").scalar()
	switch kind {
	case "ConfigMap", "Secret":
		return errors.Join(c.filesIn(d, n, "data"), c.filesIn(d, n, "stringData"))
	case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "ReplicationController":
		c.workload(d, n, n.get("spec.template.spec"))
	case "CronJob":
		c.workload(d, n, n.get("spec.jobTemplate.spec.template.spec"))
	case "Pod":
		c.workload(d, n, n.get("spec"))
	}
	if strings.HasSuffix(kind, "List") {
		for _, item := range n.get("items").elements() {
			if err := c.manifest(d, item); err != nil {
				return err
			}
		}
	}
	return nil
}

// named returns the name of an object in its namespace.
func named(n *node, name string) string { return n.get("metadata.namespace").scalar() + "/" + name }

// chartLabel returns the chart that an object says it was made by.
func chartLabel(n *node) (chart, version string) {
	label := n.get("metadata.labels").member("helm.sh/chart").scalar()
	for _, name := range []string{"api7ee3", "gateway"} {
		if v, ok := strings.CutPrefix(label, name+"-"); ok {
			return name, strings.ReplaceAll(v, "_", "+")
		}
	}
	return "", ""
}

func (c *collection) workload(d *document, n, pod *node) {
	var api7, beside []*image
	for _, container := range pod.get("containers").elements() {
		i := podImage(d, n, pod, container)
		switch {
		case i == nil:
		case component(i.name.repository) != "":
			c.rendered = c.rendered || i.chart != ""
			api7 = append(api7, i)
		case i.component == foreignGateway:
			c.foreign = append(c.foreign, i)
		default:
			beside = append(beside, i)
		}
	}
	if len(api7) > 0 {
		c.images = append(append(c.images, api7...), beside...)
	}
	d.count += len(api7)
}

// podImage returns a container; nil if it is none of a component or of what runs beside one.
func podImage(d *document, n, pod, container *node) *image {
	name := container.member("image")
	if name.scalar() == "" {
		return nil
	}
	i := &image{
		from: d.from(), document: d.index,
		found: "manifest", at: name.at, name: parseReference(name.text), tagFrom: "image", hostNet: pod.get("hostNetwork").says("true"),
		env: podEnvironment(container.member("env")), mounts: mountedMaps(n, pod, container),
	}
	i.workload = workload{
		kind: n.get("kind").scalar(), namespace: n.get("metadata.namespace").scalar(), name: n.get("metadata.name").scalar(),
		container: container.get("name").scalar(),
	}
	i.id = d.id() + "#" + i.workload.String()
	if i.component = component(i.name.repository); i.component == "" {
		i.component = companions[filepath.Base(i.name.repository)]
	}
	if i.component == "" {
		return nil
	}
	i.chart, i.chartVer = chartLabel(n)
	if from := container.member("envFrom"); !from.null() && (!from.isList() || len(from.kids) > 0) { // templates write the key alone
		i.open = "envFrom of container " + container.get("name").scalar()
	}
	return i
}

// podEnvironment reads the variables of a container.
func podEnvironment(n *node) []variable {
	var all []variable
	for _, item := range n.elements() {
		name := item.get("name").scalar()
		v := &node{kind: yamlfile.Scalar, at: item.at}
		switch value := item.member("value"); {
		case item.member("valueFrom") != nil:
			v.unknown = "valueFrom of environment variable " + name
		case value != nil:
			v.text, v.at = value.text, value.at
		}
		all = append(all, variable{name, asText(v)})
	}
	return all
}

// mountedMaps returns the ConfigMaps and Secrets that a container mounts.
func mountedMaps(n, pod, container *node) []string {
	var maps []string
	for _, mount := range container.get("volumeMounts").elements() {
		for _, volume := range pod.get("volumes").elements() {
			if volume.get("name").scalar() == mount.get("name").scalar() {
				maps = append(maps, mapsOf(n, volume)...)
			}
		}
	}
	return maps
}

// mapsOf returns the ConfigMaps and Secrets that a volume of an object is made of.
func mapsOf(n, volume *node) []string {
	var maps []string
	for _, from := range append(volume.get("projected.sources").elements(), volume) {
		if name := from.get("configMap.name").scalar(); name != "" {
			maps = append(maps, "ConfigMap/"+named(n, name))
		}
		if name := from.get("secret").either("secretName", "name").scalar(); name != "" {
			maps = append(maps, "Secret/"+named(n, name))
		}
	}
	return maps
}

// filesIn reads the files of components that a ConfigMap or a Secret holds.
func (c *collection) filesIn(d *document, n *node, where string) error {
	data := n.get(where)
	if !data.isMap() {
		return nil
	}
	kind, name := n.get("kind").scalar(), n.get("metadata.name").scalar()
	for i, key := range data.keys {
		entry := data.kids[i]
		if kind == "Secret" && where == "data" {
			entry = decoded(entry)
		}
		root, err := inner(key, entry, d.lines)
		if err != nil {
			return err
		}
		r := recognised{}
		if root != nil {
			r = recogniseSettings(root, name)
		}
		if r.what == other {
			continue
		}
		d.count++
		f := &settingsFile{id: d.id() + "#" + kind + "/" + named(n, name) + "/" + key, from: d.from(), found: "configmap", is: r, root: root, key: kind + "/" + named(n, name)}
		f.chart, f.chartVersion = chartLabel(n)
		f.asked = f.chart != ""
		c.rendered = c.rendered || f.asked
		c.files = append(c.files, f)
	}
	return nil
}

// worthwhile reports whether text inside a manifest can be the file of a component.
func worthwhile(text string) bool {
	for _, word := range []string{"nginx_config:", "api7ee:", "apisix:", "deployment:", "plugin_attr:", "database:", "server:"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// decoded returns an entry of a Secret as the text that it stands for.
func decoded(n *node) *node {
	text, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(n.scalar()), ""))
	if err != nil || !utf8.Valid(text) {
		return &node{at: n.at}
	}
	out := *n
	out.text, out.literal = string(text), false
	return &out
}

// inner reads a file inside of a ConfigMap; nil if it is none that matters. A component reads the first document.
func inner(key string, entry *node, lines [][]byte) (*node, error) {
	if entry.scalar() == "" || !worthwhile(entry.text) {
		return nil, nil //nolint:nilnil // said above
	}
	f, exact := block(entry, lines)
	docs, err := parse(entry.at.file, []byte(entry.text))
	if err != nil {
		if strings.HasSuffix(key, ".yaml") || strings.HasSuffix(key, ".yml") {
			return nil, innerFault(entry, f, exact, err)
		}
		return nil, nil //nolint:nilnil // it is another format
	}
	docs = slices.DeleteFunc(docs, empty)
	switch {
	case len(docs) == 0:
		return nil, nil //nolint:nilnil // said above
	case !exact:
		return convert(docs[0], f).standing(entry.at), nil
	}
	f.text = yamlfile.NewText([]byte(entry.text))
	return convert(docs[0], f), nil
}

// standing returns n with every value at one place: that of the text around it.
func (n *node) standing(at place) *node {
	out := *n
	out.at, out.kids = at, make([]*node, len(n.kids))
	for i, kid := range n.kids {
		out.kids[i] = kid.standing(at)
	}
	return &out
}

// innerFault puts an error about a text inside a manifest in terms of the file.
func innerFault(entry *node, f frame, exact bool, err error) error {
	at := entry.at
	if e, ok := errors.AsType[*misplaced](err); ok {
		if exact {
			at = f.place(e.at.line, e.at.column)
		}
		return &misplaced{at, "inside the manifest: " + e.reason, e.hint}
	}
	if e, ok := errors.AsType[*OpenError](err); ok {
		return &misplaced{at, "inside the manifest: " + e.Message, e.Hint}
	}
	return err
}

// splitLines returns the lines of a file, for the places inside of blocks.
func splitLines(data []byte) [][]byte { return bytes.Split(data, []byte("\n")) }
