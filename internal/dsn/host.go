package dsn

import (
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/lazyregexp"
)

// Host is a server: its name or address, or the folder of a socket.
type Host struct {
	Name string // without brackets; "" means the default
	Port string // "" means the default
}

// IsSocket reports whether the server is reached through a socket.
func (h Host) IsSocket() bool {
	return strings.HasPrefix(h.Name, "/") || strings.HasPrefix(h.Name, "@")
}

// String returns the server as it is written in a URL.
func (h Host) String() string {
	name := h.Name
	if h.IsSocket() {
		name = escape(name)
	} else if strings.Contains(name, ":") {
		name = "[" + strings.ReplaceAll(name, "%", "%25") + "]"
	}
	if h.Port == "" {
		return name
	}
	return name + ":" + h.Port
}

// Address returns host and port in the usual form: "db-1:5432".
func (h Host) Address() string { return net.JoinHostPort(h.Name, h.Port) }

// parseServers parses the servers of a URL: "host", "host:port", "[::1]:port", or several of them.
func parseServers(list string) (hosts []Host, err error) {
	if list == "" || list == ":" { // the default, written as libpq does
		return nil, nil
	}
	for server := range strings.SplitSeq(list, ",") {
		host, err := parseServer(server)
		if err != nil {
			return nil, err
		}
		hosts = append(hosts, host)
	}
	return hosts, nil
}

func parseServer(server string) (Host, error) {
	name, port, _ := strings.Cut(server, ":")
	inBrackets := strings.HasPrefix(server, "[")
	if inBrackets {
		var closed, separated bool
		name, port, closed = strings.Cut(server[1:], "]")
		port, separated = strings.CutPrefix(port, ":")
		if !closed || !separated && port != "" {
			return Host{}, errHost
		}
	}
	name, err := decode(name, false)
	switch {
	case err != nil:
		return Host{}, err
	case inBrackets && !strings.Contains(name, ":"), !ValidHost(name):
		return Host{}, errHost
	case !validPort(port):
		return Host{}, errPort
	}
	return Host{name, port}, nil
}

// ValidHost reports whether a text can only be the name or address of a server, or the folder of a socket. No other
// text may be looked up.
func ValidHost(name string) bool {
	if strings.Contains(name, ":") {
		addr, err := netip.ParseAddr(name)
		return err == nil && hostName.MatchString(addr.Zone())
	}
	return hostName.MatchString(name) || folder.MatchString(name)
}

var (
	hostName = lazyregexp.New(`^[A-Za-z0-9._-]*$`)
	folder   = lazyregexp.New(`^/[\p{L}\p{N}._/~+ -]*$`)
)

func validPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0 && port[0] != '+'
}
