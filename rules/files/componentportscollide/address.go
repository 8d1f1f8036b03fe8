package componentportscollide

import (
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/rule/settings"
)

// fileServer is where the file server listens by default.
const fileServer = everywhere + ":8080"

// address reads a listener that is written as host:port.
func (in reader) address(key string) {
	v, place := settings.Get(in.r, key), settings.Place(in.r, key)
	text, known := v.Text().Known()
	if !known {
		text = fileServer
	}
	colon := strings.LastIndexByte(text, ':')
	n, err := strconv.Atoi(text[colon+1:])
	name := settings.Path(in.r, key)
	switch why := v.Text().Unreadable(); {
	case why != "":
		in.doubt(place, name, why)
	case err != nil || colon < 0:
		in.doubt(place, name, "want host:port")
	default:
		in.listeners = append(in.listeners, listener{key: name, place: place, host: strings.Clone(text[:colon]), port: n, written: known})
	}
}

func (in reader) doubt(place, key, why string) {
	in.doubts = append(in.doubts, doubt{place, key + ": what it listens on is not known: " + why})
}
