package portonseveraladdresses

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/settings"
)

// listener is a port of an address.
type listener struct {
	key           string // below the settings
	address, port string
}

// file is one with listeners of a gateway.
type file struct {
	pass *rule.Pass
	r    *estate.Resource
	all  []listener
}

// on reports whether a switch that is on by default is not off. Of one that cannot be read there is a doubt, and what it
// switches counts as off.
func (f *file) on(key string) bool {
	v := settings.Get(f.r, key).Bool()
	if why := v.Unreadable(); why != "" {
		f.pass.Doubt(f.r, settings.Place(f.r, key), "whether the gateway has these listeners cannot be told: "+why)
		return false
	}
	is, known := v.Known()
	return is || !known
}

// list reads a list of listeners: ports, and maps with port and ip. A port alone shares it with no other.
func (f *file) list(key string) { f.add(key, 2) }

// listeners reads what the chart makes a list of: a listener, whose address it names from chart 0.2.25 on, and further
// ones after it.
func (f *file) listeners(key, port string) {
	v := settings.Get(f.r, key)
	if more, _ := v.Get("additionalContainerPorts").List().Known(); len(more) == 0 {
		return
	}
	if v.Get("containerPort").Absent() {
		f.take(key, port, v.Get("ip"))
	} else {
		f.read(key, v.Get("containerPort"), v.Get("ip"))
	}
	f.add(key+"/additionalContainerPorts", 1)
}

// add reads the elements of a list if there are enough of them to collide.
func (f *file) add(key string, enough int) {
	list, _ := settings.Get(f.r, key).List().Known()
	if len(list) < enough {
		return
	}
	for i, item := range list {
		at := key + "/" + strconv.Itoa(i)
		if item.Number().Unreadable() == "" {
			f.take(at, number(item), estate.Value{})
			continue
		}
		f.read(at, item.Get("port"), item.Get("ip"))
	}
}

// read takes a listener whose port may be unreadable.
func (f *file) read(key string, port, ip estate.Value) {
	if why := port.Number().Unreadable(); why != "" {
		f.doubt(key, why)
		return
	}
	f.take(key, number(port), ip)
}

// take adds a listener. Without an address it listens on all.
func (f *file) take(key, port string, ip estate.Value) {
	address := "0.0.0.0"
	if why := ip.Text().Unreadable(); why != "" {
		f.doubt(key, why)
		return
	}
	if text, known := ip.Text().Known(); known && text != "" {
		address = strings.Trim(strings.Clone(text), "[]")
	}
	if parsed, err := netip.ParseAddr(address); err == nil {
		address = parsed.String()
	}
	if port != "" {
		f.all = append(f.all, listener{key: key, address: address, port: port})
	}
}

func (f *file) doubt(key, why string) {
	f.pass.Doubt(f.r, settings.Place(f.r, key), "whether this listener shares its port with another address cannot be told: "+why)
}

// number returns a port as it is written; empty if there is none.
func number(v estate.Value) string {
	n, known := v.Number().Known()
	if !known {
		return ""
	}
	return strings.Clone(n.String())
}
