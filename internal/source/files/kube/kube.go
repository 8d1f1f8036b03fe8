// Package kube reads Kubernetes objects: the containers of workloads, and the files in ConfigMaps and Secrets.
package kube

import (
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// Found is what an object, or a list of them, holds.
type Found struct {
	image.Installed

	Files []File
}

func (f *Found) add(more Found) {
	f.Add(more.Installed)
	f.Files = append(f.Files, more.Files...)
}

// Read reads a manifest.
func Read(d *tree.Document) Found { return read(d, d.Root, d.Root.Get("kind").Text()) }

func read(d *tree.Document, n *tree.Node, kind string) Found {
	var out Found
	switch kind {
	case "ConfigMap", "Secret":
		out.Files = filesIn(d, n, kind)
	case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "ReplicationController":
		out.Installed = workload(d, n, n.Get("spec.template.spec"))
	case "CronJob":
		out.Installed = workload(d, n, n.Get("spec.jobTemplate.spec.template.spec"))
	case "Pod":
		out.Installed = workload(d, n, n.Get("spec"))
	}
	if all, is := strings.CutSuffix(kind, "List"); is {
		for _, item := range n.Get("items").Elements() {
			out.add(read(d, item, item.Get("kind").TextOr(all))) // a ConfigMapList need not say that it holds ConfigMaps
		}
	}
	return out
}

// named returns the kind and the name of something in the namespace of an object, joined by slashes.
func named(n *tree.Node, kind, name string) string {
	return kind + "/" + n.Get("metadata.namespace").Text() + "/" + name
}

// chartLabel returns the chart of the vendor's that an object says it was made by.
func chartLabel(n *tree.Node) (chart, version string) {
	label := labelOf(n)
	for _, name := range []string{"api7ee3", "gateway"} {
		if v, ok := strings.CutPrefix(label, name+"-"); ok {
			return name, strings.ReplaceAll(v, "_", "+")
		}
	}
	return "", ""
}

func labelOf(n *tree.Node) string { return n.Get("metadata.labels").Member("helm.sh/chart").Text() }
