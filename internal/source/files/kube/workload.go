package kube

import (
	"github.com/api7-preflight/api7-preflight/internal/source/files/dialect"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// workload reads the containers of a pod, which an object describes.
func workload(d *tree.Document, n, pod *tree.Node) image.Installed {
	var all []*image.Container
	for _, c := range pod.Get("containers").Elements() {
		if c.Member("image").Text() != "" {
			all = append(all, container(d, n, pod, c))
		}
	}
	return image.Pick(all)
}

func container(d *tree.Document, n, pod, c *tree.Node) *image.Container {
	out := &image.Container{
		From: d.From(), Document: d.Index, Found: image.InManifest, HostNet: pod.Get("hostNetwork").IsTrue(),
		Variables: image.Variables(c.Member("env")), Mounts: mounts(n, pod, c),
	}
	for _, mount := range c.Get("volumeMounts").Elements() {
		out.Targets = append(out.Targets, mount.Get("mountPath").Text())
	}
	name := c.Member("image")
	out.Start(image.Parse(dialect.Plain(name.Written())), name.At())
	out.Workload = image.Workload{
		Kind: n.Get("kind").Text(), Namespace: n.Get("metadata.namespace").Text(), Name: n.Get("metadata.name").Text(),
		Container: c.Get("name").Text(),
	}
	out.ID = d.ID() + "#" + out.Workload.String()
	if out.Component == "" {
		out.Speaks = out.Told()
	}
	out.Chart, out.ChartVer = chartLabel(n)
	if from := c.Member("envFrom"); !from.Null() && (!from.IsList() || !from.Bare()) { // templates write the key alone
		out.Open = "envFrom of container " + c.Get("name").Text()
	}
	for _, from := range c.Member("envFrom").Elements() {
		for _, kind := range []struct{ ref, kind string }{{"configMapRef", "ConfigMap"}, {"secretRef", "Secret"}} {
			if name := from.Get(kind.ref).Member("name").Text(); name != "" {
				out.Takes = append(out.Takes, named(n, kind.kind, name))
			}
		}
	}
	for _, n := range []*tree.Node{c.Member("env"), c.Member("envFrom")} {
		if why := n.Unknown(); why != "" {
			out.Open = why
		}
	}
	return out
}

// mounts returns the ConfigMaps and Secrets that a container mounts.
func mounts(n, pod, container *tree.Node) []string {
	var all []string
	for _, mount := range container.Get("volumeMounts").Elements() {
		for _, volume := range pod.Get("volumes").Elements() {
			if volume.Get("name").Text() == mount.Get("name").Text() {
				all = append(all, sources(n, volume)...)
			}
		}
	}
	return all
}

// sources returns the ConfigMaps and Secrets that a volume of an object is made of.
func sources(n, volume *tree.Node) []string {
	var all []string
	for _, from := range append(volume.Get("projected.sources").Elements(), volume) {
		if name := from.Get("configMap.name").Text(); name != "" {
			all = append(all, named(n, "ConfigMap", name))
		}
		if name := from.Get("secret").Either("secretName", "name").Text(); name != "" {
			all = append(all, named(n, "Secret", name))
		}
	}
	return all
}
