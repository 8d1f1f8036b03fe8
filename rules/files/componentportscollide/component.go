package componentportscollide

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// component is a program and where its file says what it listens on.
type component struct {
	kind      estate.Kind
	id, name  string // as images and as people call it
	blocks    []block
	addresses []string // keys with host:port
	lists     []block  // keys with a port or a list of ports or blocks
}

// block is a listener: an address, a port and mostly a switch.
type block struct {
	at       string // JSON pointer of what has the keys of address and port
	hostKey  string
	host     string // where the file names none
	port     int    // the same; 0: without one nothing listens
	before   int    // the same of the profiler before 3.9.0; 0: it had none
	off      string // JSON pointer of the switch; empty: there is none
	offIf    bool   // what the switch says where the listener is off
	absent   bool   // it is off where the switch is not there
	profiler bool
}

// profilers says whether the release of today and the target have the profiler switched on, at one port for all.
type profilers struct {
	had, has bool
	from     string
}

func onPath(p *rule.Pass) profilers {
	byDefault := version.Since("3.9.0")
	return profilers{
		had:  rule.Ask(p, func(path version.Path) bool { return byDefault.In(path.From.Release()) }),
		has:  rule.Ask(p, func(path version.Path) bool { return byDefault.In(path.To.Release()) }),
		from: p.From().String(),
	}
}

const everywhere, loopback = "0.0.0.0", "127.0.0.1"

// components lists the programs in the order in which findings name them, with the ports that the vendor's charts and
// the gateway's own defaults have.
func components() []component {
	profiler := func(before int) block {
		return block{at: "/server/pprof", hostKey: "host", host: loopback, port: 6060, before: before, off: "/server/pprof/enable", profiler: true}
	}
	server := func(name, host string, port int) block {
		return block{at: "/server/" + name, hostKey: "host", host: host, port: port, off: "/server/" + name + "/disable", offIf: true}
	}
	plain := func(port int) block {
		return block{at: "/server/listen", hostKey: "host", host: everywhere, port: port}
	}
	http := server("listen", everywhere, 7080)
	http.absent = true
	return []component{
		{
			kind: estate.DashboardConfig, id: "dashboard", name: "Dashboard",
			blocks: []block{http, server("tls", everywhere, 7443), server("status", loopback, 7081), profiler(7082)},
		},
		{
			kind: estate.DPManagerConfig, id: "dp_manager", name: "DP Manager",
			blocks: []block{plain(7900), {at: "/server/tls", hostKey: "host", host: everywhere, port: 7943}, server("status", loopback, 7901), profiler(7902)},
		},
		{
			kind: estate.PortalConfig, id: "developer_portal", name: "Developer Portal",
			blocks: []block{plain(4321), server("status", loopback, 4322), profiler(0)},
		},
		{kind: estate.FileServerConfig, id: "file_server", name: "file server", addresses: []string{"/file_server/listen"}},
		{
			kind: estate.GatewayConfig, id: "gateway", name: "gateway",
			blocks: []block{
				{at: "/apisix/control", hostKey: "ip", host: loopback, port: 9090, off: "/apisix/enable_control"},
				{at: "/apisix/status", hostKey: "ip", host: loopback},
				{at: "/plugin_attr/prometheus/export_addr", hostKey: "ip", host: loopback, port: 9091, off: "/plugin_attr/prometheus/enable_export_server"},
				{at: "/deployment/admin/admin_listen", hostKey: "ip", host: everywhere, port: 9180, off: "/apisix/enable_admin"},
			},
			lists: []block{
				{at: "/apisix/node_listen", hostKey: "ip", host: everywhere, port: 9080},
				{at: "/apisix/ssl/listen", hostKey: "ip", host: everywhere, port: 9443, off: "/apisix/ssl/enable"},
			},
		},
	}
}
