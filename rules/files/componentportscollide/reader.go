package componentportscollide

import (
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule/settings"
)

// reader reads the listeners of one file into its program.
type reader struct {
	*program

	r  *estate.Resource
	on profilers
}

// block reads a listener that has an address, a port and mostly a switch.
func (in reader) block(b block) {
	state := in.state(b)
	if state.off {
		return
	}
	v, place := settings.Get(in.r, b.at+"/port"), settings.Place(in.r, b.at+"/port")
	host := settings.Get(in.r, b.at+"/"+b.hostKey)
	in.take(b, b.at, place, v, host, state)
}

// list reads listeners that are a port, or a list of ports and blocks.
func (in reader) list(b block) {
	state := in.state(b)
	v, place := settings.Get(in.r, b.at), settings.Place(in.r, b.at)
	list, several := v.List().Known()
	switch {
	case state.off:
	case !several && v.Get("port").Unreadable() != "": // a port alone, or nothing that can be read
		in.take(b, b.at, place, v, estate.Value{}, state)
	case !several:
		in.take(b, b.at, place, estate.Value{}, estate.Value{}, state)
	}
	for i, item := range list {
		at := "/" + strconv.Itoa(i)
		switch {
		case state.off:
		case item.Number().Unreadable() == "":
			in.take(b, b.at+at, place+at, item, estate.Value{}, state)
		default:
			in.take(b, b.at+at, place+at, item.Get("port"), item.Get(b.hostKey), state)
		}
	}
}

// state is what the switch of a listener says.
type state struct {
	off, written bool
	doubt        string
}

func (in reader) state(b block) state {
	if b.off == "" {
		return state{}
	}
	v := settings.Get(in.r, b.off)
	is, known := v.Bool().Known()
	s := state{off: is == b.offIf, written: known, doubt: v.Bool().Unreadable()}
	switch {
	case s.doubt != "":
		s.off = false
	case !known && b.profiler:
		s.off = !in.on.has
	case !known:
		s.off = b.absent
	}
	return s
}

// take adds a listener with what its keys say and the defaults for the rest.
func (in reader) take(b block, at, place string, number, host estate.Value, s state) {
	n, why := port(number)
	l := listener{key: settings.Path(in.r, at), place: place, host: b.host, port: n, written: n != 0}
	name := host.Text()
	if text, known := name.Known(); known {
		l.host = strings.Clone(text)
	}
	for _, unclear := range []string{s.doubt, why, name.Unreadable()} {
		if unclear != "" {
			in.doubt(place, l.key, unclear)
			return
		}
	}
	if n == 0 {
		l.port = b.port
	}
	from, to := in.on.had, in.on.has
	if b.profiler && n == 0 && !to {
		l.port = b.before
	}
	if b.profiler && (n == 0 || !s.written) {
		l.gained, l.had = to && !from, from
	}
	if l.port != 0 {
		in.listeners = append(in.listeners, l)
	}
}
