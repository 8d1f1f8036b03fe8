package files

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// componentFile is the form of the file that a component reads.
var componentFile = map[string]what{ //nolint:gochecknoglobals // a table of facts
	dashboardComponent: dashboardFile, dpManagerComponent: dpManagerFile, portalComponent: portalFile,
	fileServerComponent: fileServerFile, gatewayComponent: gatewayFile,
}

// mount brings files and the containers that mount them together: these say what a file is whose content does not tell,
// and which chart made it, and set variables that win over it.
func (c *collection) mount() {
	all, foreign := readersOf(slices.Concat(c.images, c.overrides)), readersOf(c.foreign)
	for _, f := range c.files {
		if !f.certain {
			f.settle(all.of(f))
		}
	}
	c.files = slices.DeleteFunc(c.files, func(f *settingsFile) bool {
		ofAPI7 := slices.ContainsFunc(all.of(f), func(i *image) bool { return i.name.repository != "" })
		return c.nobodys(f, len(foreign.of(f)) > 0 && !ofAPI7)
	})
	for _, f := range c.files {
		f.root = interpret(f.root, f.dialect())
		containers := all.of(f)
		f.made(containers)
		for _, i := range containers {
			if f.is.what == gatewayFile && i.component == gatewayComponent {
				f.root = i.override(f.root)
			}
		}
	}
}

// readers are containers by what they mount: files, folders and ConfigMaps.
type readers struct {
	containers []*image
	byMount    map[string][]int
}

func readersOf(containers []*image) *readers {
	r := &readers{containers, map[string][]int{}}
	for n, i := range containers {
		for _, mounted := range i.mounts {
			r.byMount[mounted] = append(r.byMount[mounted], n)
			if i.found == foundCompose {
				r.byMount[absolute(mounted)] = append(r.byMount[absolute(mounted)], n)
			}
		}
	}
	return r
}

// of returns the containers that mount a file, or a folder that it is in.
func (r *readers) of(f *settingsFile) []*image {
	if f.key == "" {
		return nil
	}
	found := slices.Clone(r.byMount[f.key])
	for inside, folder := f.key, filepath.Dir(f.key); folder != inside; inside, folder = folder, filepath.Dir(folder) {
		for _, n := range r.byMount[folder] {
			if r.containers[n].found == foundCompose {
				found = append(found, n)
			}
		}
	}
	slices.Sort(found)
	var containers []*image
	for _, n := range slices.Compact(found) {
		containers = append(containers, r.containers[n])
	}
	return containers
}

// settle makes a file that of the one component whose containers mount it.
func (f *settingsFile) settle(containers []*image) {
	var forms []what
	for _, i := range containers {
		if form, ok := componentFile[i.component]; ok && !slices.Contains(forms, form) {
			forms = append(forms, form)
		}
	}
	if len(forms) != 1 || forms[0] == f.is.what {
		return
	}
	f.is = recognised{forms[0], "it is mounted into the container of this component"}
	if f.doc != nil {
		f.doc.is = f.is
	}
}

// made takes the chart of a file from the containers that mount it: ConfigMaps of older charts have no label that names it.
func (f *settingsFile) made(containers []*image) {
	for _, i := range containers {
		if f.chart == "" {
			f.chart, f.chartVersion = i.chart, i.chartVer
		}
	}
}

// nobodys drops a file of a component that nothing tells, or that only programs of others read, with a word of it.
func (c *collection) nobodys(f *settingsFile, ofOthers bool) bool {
	if f.is.what == gatewayFile && ofOthers {
		if f.doc != nil {
			f.doc.count = 0
		}
		c.note(f.root.at.file, "it is mounted into a container of Apache APISIX, which is not API7's gateway: not examined")
		return true
	}
	if f.is.what != someControlPlaneFile {
		return false
	}
	if f.doc != nil {
		f.doc.count = 0
	}
	file, why := f.root.at.file, "looks like a configuration file of the control plane, but nothing tells of which component"
	if f.asked {
		c.gap(place{file: file}.position(), why, "put it where the vendor's bundle has it (dashboard_conf, dp_manager_conf), or give the docker-compose file that mounts it as well")
	} else {
		c.note(file, why+": taken for another program's")
	}
	return true
}

func (f *settingsFile) dialect() dialect {
	if f.is.what == gatewayFile {
		return ofGateway
	}
	return ofControlPlane
}

// overridden are the variables that win over the gateway's file, and what they set
// (docs.apiseven.com: reference/environment-variables, and the scripts that the Dashboard makes).
var overridden = []struct{ variable, setting string }{ //nolint:gochecknoglobals // a table of facts
	{"API7_CONTROL_PLANE_ENDPOINTS", "deployment.etcd.host"},
	{"APISIX_DEPLOYMENT_ETCD_HOST", "deployment.etcd.host"},
	{"API7_CONTROL_PLANE_CERT", "deployment.etcd.tls.cert"},
	{"API7_CONTROL_PLANE_KEY", "deployment.etcd.tls.key"},
	{"API7_CONTROL_PLANE_SNI", "deployment.etcd.tls.sni"},
	{"API7_CONTROL_PLANE_CA", "apisix.ssl.ssl_trusted_certificate"},
	{"APISIX_WORKER_PROCESSES", "nginx_config.worker_processes"},
}

// override returns the gateway's file with the settings that variables of its container win over.
func (i *image) override(n *node) *node {
	for _, o := range overridden {
		why, at := i.open, i.at
		for _, v := range i.env {
			if v.name == o.variable {
				why, at = "environment variable "+o.variable, v.node.at
			}
		}
		if why != "" {
			n = n.with(strings.Split(o.setting, "."), &node{kind: yamlfile.Scalar, at: at, unknown: why})
		}
	}
	return n
}
