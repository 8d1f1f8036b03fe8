package pgtest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// PgBouncer starts a PgBouncer in front of s for one test and returns its address. Two server connections serve all
// clients, every client acts as postgres, and start-up parameters are refused, which is the default. Settings such as
// "query_timeout = 1" are added; a later one replaces an earlier one.
func PgBouncer(tb testing.TB, s *Server, poolMode string, settings ...string) (addr string) {
	tb.Helper()
	binary, err := exec.LookPath("pgbouncer")
	if err != nil {
		binary = "/usr/sbin/pgbouncer"
	}
	if _, err := os.Stat(binary); err != nil {
		tb.Fatal("pgtest: no pgbouncer found: apt-get install pgbouncer")
	}
	dir, err := os.MkdirTemp("", "pgb")
	if err != nil {
		tb.Fatalf("pgtest: %v", err)
	}
	tb.Cleanup(func() { _ = os.RemoveAll(dir) })
	who, err := unprivileged(dir)
	if err != nil {
		tb.Fatalf("pgtest: %v", err)
	}
	port, err := freePort()
	if err != nil {
		tb.Fatalf("pgtest: %v", err)
	}
	ini := filepath.Join(dir, "pgbouncer.ini")
	text := fmt.Sprintf(bouncerSettings, s.Host, s.Port, port, poolMode) + strings.Join(settings, "\n") + "\n"
	if err := os.WriteFile(ini, []byte(text), 0o644); err != nil {
		tb.Fatalf("pgtest: %v", err)
	}
	d, err := launch(dir, filepath.Join(dir, "log"), who, binary, ini)
	if err != nil {
		tb.Fatalf("pgtest: %v", err)
	}
	tb.Cleanup(func() { d.stop(syscall.SIGTERM) })
	addr = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	waitFor(tb, addr)
	return addr
}

const bouncerSettings = `[databases]
* = host=%s port=%d user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = any
pool_mode = %s
default_pool_size = 2
`

func waitFor(tb testing.TB, addr string) {
	tb.Helper()
	for range int(startDeadline / (5 * time.Millisecond)) {
		conn, err := (&net.Dialer{}).DialContext(tb.Context(), "tcp", addr)
		if err == nil {
			_ = conn.Close()
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	tb.Fatalf("pgtest: nothing answers at %s", addr)
}
