package helmvaluetakeseffect

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
	"github.com/api7-preflight/api7-preflight/rules/internal/helmvalues"
)

// mount is one of extraVolumeMounts: where a volume is put.
type mount struct{ volume, path string }

// mountsOf reads extraVolumeMounts of a component. What cannot be read is in doubt.
func mountsOf(v *helmvalues.Values, component string) (list []mount, known bool) {
	items, known := listOf(v, component, "extraVolumeMounts")
	for i, item := range items {
		for _, key := range []string{"name", "mountPath"} {
			if why := item.Get(key).Text().Unreadable(); why != "" {
				v.Doubt(jsonptr.Append("", component, "extraVolumeMounts", strconv.Itoa(i), key), why)
				return nil, false
			}
		}
		list = append(list, mount{item.Get("name").TextOrEmpty(), strings.TrimSuffix(item.Get("mountPath").TextOrEmpty(), "/")})
	}
	return list, known
}

// listOf reads a list; known is false where it cannot be read.
func listOf(v *helmvalues.Values, component, key string) (items []estate.Value, known bool) {
	given := v.At(component, key)
	if given.Empty() && given.Unreadable() == "" {
		return nil, true
	}
	read := given.List()
	if why := read.Unreadable(); why != "" {
		v.Doubt(jsonptr.Append("", component, key), why)
		return nil, false
	}
	items, known = read.Known()
	return items, known
}

// unmatched returns the first mount whose volume the pod does not have, for which Kubernetes refuses it.
func unmatched(mounts []mount, volumes []estate.Value, own ...string) string {
	for _, volume := range volumes {
		own = append(own, volume.Get("name").TextOrEmpty())
	}
	for _, m := range mounts {
		if m.volume != "" && !slices.Contains(own, m.volume) {
			return m.volume
		}
	}
	return ""
}

// covers reports whether a path is at one of the mounts or below.
func covers(mounts []mount, path string) bool {
	return slices.ContainsFunc(mounts, func(m mount) bool {
		return m.path != "" && (m.path == path || strings.HasPrefix(path, m.path+"/"))
	})
}

// user returns the pointer of the first text below a value that names a file at one of the mounts.
func user(v estate.Value, at string, mounts []mount) string {
	if text, known := v.Text().Known(); known {
		if slices.ContainsFunc(mounts, func(m mount) bool { return m.named(text) }) {
			return at
		}
		return ""
	}
	members, _ := v.Members().Known()
	for _, m := range members {
		if found := user(m.Value, jsonptr.Append(at, m.Key), mounts); found != "" {
			return found
		}
	}
	items, _ := v.List().Known()
	for i, item := range items {
		if found := user(item, jsonptr.Append(at, strconv.Itoa(i)), mounts); found != "" {
			return found
		}
	}
	return ""
}

// named reports whether a text, such as a path or an address with options, names a file at the mount.
func (m mount) named(text string) bool {
	return m.path != "" && regexp.MustCompile(`(^|[^\w./-])`+regexp.QuoteMeta(m.path)+`(/|$|[^\w./-])`).MatchString(text)
}
