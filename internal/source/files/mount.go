package files

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/dialect"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/source/files/recognise"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// mount brings files and the containers that mount them together: these say what a file is whose content does not tell,
// and which chart made it, and set variables that win over it. It returns what is said of files that are left out.
func (f *finds) mount() finds {
	var out finds
	all, others := readersOf(slices.Concat(f.Containers, f.additions)), readersOf(f.Others)
	var kept []*settingsFile
	for _, file := range f.files {
		containers := all.of(file)
		if !file.certain {
			file.settle(containers)
		}
		ofAPI7 := slices.ContainsFunc(containers, func(c *image.Container) bool { return len(c.Name.Repository) > 0 })
		if more, drop := file.stray(ofAPI7, len(others.of(file)) > 0 && !ofAPI7); drop {
			out.add(more)
			continue
		}
		file.root = connected(file.dialect().ReadWith(file.root, environment(containers)))
		file.made(containers)
		for _, c := range containers {
			if file.is.Form == recognise.GatewayFile && c.Component == image.Gateway {
				file.root = override(file.root, c)
			}
		}
		kept = append(kept, file)
	}
	f.files = kept
	out.gaps = append(out.gaps, f.strange()...)
	return out
}

// environment looks up variables in the gateways that read a file; nil if there are none. What they do not all have alike
// is not known.
func environment(containers []*image.Container) dialect.Values {
	gateways := slices.DeleteFunc(slices.Clone(containers), func(c *image.Container) bool { return c.Component != image.Gateway })
	if len(gateways) == 0 {
		return nil
	}
	return func(name string) (value, from string, unset bool) {
		for i, c := range gateways {
			v, set := c.Variable(name)
			text, at := v.Value.Written(), v.Value.At().String()
			switch {
			case !set && c.Open != "", set && v.Value.Unknown() != "", i > 0 && (set == unset || text != value):
				return "", "", false
			case set && i == 0:
				value, from = text, at
			case !set:
				unset = true
			}
		}
		return value, from, unset
	}
}

// connected returns the file of a component with the connection string of its database unknown where it is not in the file.
func connected(root *tree.Node) *tree.Node {
	n := root.Get("database.dsn")
	if why := dialect.Connection(n.Text()); why != "" {
		return root.With([]string{"database", "dsn"}, tree.Unknown(why, n.At()))
	}
	return root
}

// readers are containers by what they mount: files, folders and ConfigMaps.
type readers struct {
	containers []*image.Container
	byMount    map[string][]int
}

func readersOf(containers []*image.Container) *readers {
	r := &readers{containers, map[string][]int{}}
	for n, c := range containers {
		for _, mounted := range c.Mounts {
			r.byMount[mounted] = append(r.byMount[mounted], n)
			if c.Found == image.InCompose {
				r.byMount[absolute(mounted)] = append(r.byMount[absolute(mounted)], n)
			}
		}
	}
	return r
}

// of returns the containers that mount a file, or a folder that it is in.
func (r *readers) of(f *settingsFile) []*image.Container {
	if f.mount == "" {
		return nil
	}
	found := slices.Clone(r.byMount[f.mount])
	for inside, folder := f.mount, filepath.Dir(f.mount); folder != inside; inside, folder = folder, filepath.Dir(folder) {
		for _, n := range r.byMount[folder] {
			if r.containers[n].Found == image.InCompose {
				found = append(found, n)
			}
		}
	}
	slices.Sort(found)
	var containers []*image.Container
	for _, n := range slices.Compact(found) {
		containers = append(containers, r.containers[n])
	}
	return containers
}

// settle makes a file that of the one component whose containers mount it.
func (f *settingsFile) settle(containers []*image.Container) {
	var forms []recognise.Form
	for _, c := range containers {
		if form := fileOf(c.Component); form != recognise.Other && !slices.Contains(forms, form) {
			forms = append(forms, form)
		}
	}
	if len(forms) != 1 || forms[0] == f.is.Form {
		return
	}
	f.is = recognise.Match{Form: forms[0], Why: "it is mounted into the container of this component"}
	if f.doc != nil {
		f.doc.is = f.is
	}
}

// made takes the chart of a file from the containers that mount it: ConfigMaps of older charts have no label that names it.
func (f *settingsFile) made(containers []*image.Container) {
	for _, c := range containers {
		if f.chart == "" {
			f.chart, f.chartVersion = c.Chart, c.ChartVer
		}
	}
}

// stray tells of a file that is left out what is said of it: nothing tells of which component it is, something speaks
// against it, or only programs of others read it. known: something of API7 reads it.
func (f *settingsFile) stray(known, ofOthers bool) (out finds, is bool) {
	const (
		unknown = "looks like a configuration file of the control plane, but nothing shows of which component"
		which   = "put it where the vendor's bundle has it (dashboard_conf, dp_manager_conf), or give the docker-compose file that mounts it as well"
	)
	file := f.root.At().File
	note := func(why string) []estate.Note { return []estate.Note{{What: file, Why: why}} }
	gap := func(why, next string) []estate.Gap {
		return []estate.Gap{unread(estate.Position{File: file}, why, next)}
	}
	switch {
	case f.is.Form == recognise.GatewayFile && ofOthers:
		out.notes = note("it is mounted into a container of Apache APISIX, which is not API7's gateway: not examined")
	case f.is.Form == recognise.SomeControlPlaneFile && f.asked:
		out.gaps = gap(unknown, which)
	case f.is.Form == recognise.SomeControlPlaneFile:
		out.notes = note(unknown + "; assuming that it is another program's")
	case known, f.asked:
		return out, false
	case f.is.Alien != "":
		out.notes = note("looks like a " + f.is.Form.String() + ", but " + f.is.Alien + "; assuming that it is another program's")
	case f.is.Lacks != "":
		out.gaps = gap("looks like a "+f.is.Form.String()+", but has "+f.is.Lacks+": not examined",
			"name the file itself with --config if it is API7's, give what mounts it as well, or leave it out with --exclude")
	default:
		return out, false
	}
	if f.doc != nil {
		f.doc.used = false
		for _, n := range out.notes {
			f.doc.is = recognise.Match{Why: n.Why}
		}
	}
	return out, true
}

// overridden are the variables that win over the gateway's file, and what they set
// (docs.apiseven.com: reference/environment-variables, and the scripts that the Dashboard makes).
var overridden = []struct{ variable, setting string }{
	{"API7_CONTROL_PLANE_ENDPOINTS", "deployment.etcd.host"},
	{"APISIX_DEPLOYMENT_ETCD_HOST", "deployment.etcd.host"},
	{"API7_CONTROL_PLANE_CERT", "deployment.etcd.tls.cert"},
	{"API7_CONTROL_PLANE_KEY", "deployment.etcd.tls.key"},
	{"API7_CONTROL_PLANE_SNI", "deployment.etcd.tls.sni"},
	{"API7_CONTROL_PLANE_CA", "apisix.ssl.ssl_trusted_certificate"},
	{"APISIX_WORKER_PROCESSES", "nginx_config.worker_processes"},
}

// override returns the gateway's file with the settings unknown that variables of its container win over.
func override(n *tree.Node, c *image.Container) *tree.Node {
	for _, o := range overridden {
		why, at := c.Open, c.At
		for _, v := range c.Variables {
			if v.Name == o.variable {
				why, at = dialect.Variable(o.variable), v.Value.At()
			}
		}
		if why != "" {
			n = n.With(strings.Split(o.setting, "."), tree.Unknown(why, at))
		}
	}
	return n
}
