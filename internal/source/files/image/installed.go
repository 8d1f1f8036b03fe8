package image

// Installed are the containers that one file or object starts, as far as they matter to an installation of API7.
type Installed struct {
	Containers []*Container // of API7, then what runs beside them
	Others     []*Container // of Apache APISIX, which reads files of the same form as the gateway
	Strangers  []*Container // whose images do not tell what they run
}

// Add adds what another file or object starts.
func (i *Installed) Add(more Installed) {
	i.Containers = append(i.Containers, more.Containers...)
	i.Others = append(i.Others, more.Others...)
	i.Strangers = append(i.Strangers, more.Strangers...)
}

// Pick picks out of the containers of one file or object those that matter: what runs beside API7 counts only where API7 runs.
func Pick(all []*Container) Installed {
	var out Installed
	var beside []*Container
	for _, c := range all {
		switch {
		case c.OfAPI7():
			out.Containers = append(out.Containers, c)
		case c.Component == ApacheAPISIX:
			out.Others = append(out.Others, c)
		case c.Component != "":
			beside = append(beside, c)
		default:
			out.Strangers = append(out.Strangers, c)
		}
	}
	if len(out.Containers) > 0 {
		out.Containers = append(out.Containers, beside...)
	}
	return out
}
