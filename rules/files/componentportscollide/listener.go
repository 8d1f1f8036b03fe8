package componentportscollide

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// listener is an address and a port that a program takes.
type listener struct {
	key     string // as the file writes it
	place   string // pointer into the resource
	host    string
	port    int
	written bool // the file names the port
	// gained and had say of a profiler's default port that the upgrade brings it, and that the installed release has it.
	gained, had bool
}

// String returns the address as people write it.
func (l listener) String() string {
	host := strings.Trim(l.host, "[]")
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + strconv.Itoa(l.port)
}

// meets reports whether two listeners exclude each other: the same port on the same address, or on all addresses. The name
// of a host stands for one of its addresses.
func (l listener) meets(other listener) bool {
	if l.port != other.port {
		return false
	}
	a, b := address(l.host), address(other.host)
	switch {
	case l.host == other.host, a == netip.IPv6Unspecified(), b == netip.IPv6Unspecified(): // which takes IPv4 as well
		return true
	case a == netip.IPv4Unspecified():
		return !b.Is6()
	case b == netip.IPv4Unspecified():
		return !a.Is6()
	}
	return a.IsValid() && a == b
}

// address reads an address; invalid for the name of a host.
func address(host string) netip.Addr {
	switch host {
	case "localhost":
		host = loopback
	case "":
		host = "::"
	}
	a, err := netip.ParseAddr(strings.Trim(host, "[]"))
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap()
}

// port reads a port; 0 if there is none, or none that could be listened on.
func port(v estate.Value) (n int, doubt string) {
	number := v.Number()
	digits, _ := number.Known()
	if n, err := strconv.Atoi(digits.String()); err == nil {
		return n, ""
	}
	return 0, number.Unreadable()
}
