// Package pgtest gives tests a real PostgreSQL: one throw-away server per test process with a new database per test,
// a PgBouncer in front of it, proxies that break connections, standbys, and products that only speak the protocol.
// Only tests import it.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Server is a running PostgreSQL server. It trusts every role on 127.0.0.1 and on its socket except two: "pw" needs
// its [Password], and "rejected" is refused.
type Server struct {
	BinDir string // psql, pg_dump and others, if installed
	Host   string // always 127.0.0.1
	Port   int
	Socket string // folder of the Unix socket

	dir      string
	daemon   *daemon
	strategy string // how databases are copied, as CREATE DATABASE takes it

	templates sync.Map // of *template, by the text of SQL that made it
}

// The server of this process. The tests of a package share it, because a server takes half a second and a database
// fifteen milliseconds.
var shared struct {
	sync.Mutex
	managed bool
	server  *Server
	err     error
}

// M runs the tests of a package and then stops the shared server. It can be used in place of a [*testing.M].
type M struct{ *testing.M }

// Run runs the tests and returns the exit code.
func (m M) Run() int {
	shared.Lock()
	shared.managed = true
	shared.Unlock()
	code := m.M.Run()
	shared.Lock()
	defer shared.Unlock()
	if shared.server != nil {
		shared.server.stop()
	}
	return code
}

// Main runs the tests and returns the exit code, for TestMain to pass to [os.Exit].
func Main(m *testing.M) int { return M{m}.Run() }

// Start returns the server of this test process, and starts it at the first call. If no server can be started, it
// fails the test; it never skips it.
func Start(tb testing.TB) *Server {
	tb.Helper()
	shared.Lock()
	defer shared.Unlock()
	if !shared.managed {
		tb.Fatal("pgtest: the package needs func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }")
	}
	if shared.server == nil && shared.err == nil {
		shared.server, shared.err = start()
	}
	if shared.err != nil {
		tb.Fatalf("pgtest: %v", shared.err)
	}
	return shared.server
}

func start() (*Server, error) {
	bin, err := findServer()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "pg") // short: a socket path has at most 107 bytes
	if err != nil {
		return nil, fmt.Errorf("making a folder for the server: %w", err)
	}
	s := &Server{BinDir: bin, Host: "127.0.0.1", Socket: dir, dir: dir}
	if err := s.boot(); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

func (s *Server) boot() error {
	who, err := unprivileged(s.dir)
	if err != nil {
		return err
	}
	data := filepath.Join(s.dir, "data")
	initdb := exec.CommandContext(context.Background(), filepath.Join(s.BinDir, "initdb"), "--pgdata="+data,
		"--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
	initdb.Dir, initdb.SysProcAttr = s.dir, who
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("running initdb: %w\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(data, "pg_hba.conf"), []byte(hba), 0o600); err != nil {
		return fmt.Errorf("writing pg_hba.conf: %w", err)
	}
	if s.Port, err = freePort(); err != nil {
		return err
	}
	if err := s.launch(who); err != nil {
		return err
	}
	if err := s.answers(); err != nil {
		return err
	}
	rows, err := run(s.DSN("postgres", "postgres"), "CREATE ROLE pw LOGIN PASSWORD '"+Password+"'; CREATE ROLE rejected LOGIN;"+
		"SELECT current_setting('server_version_num')::int >= 150000")
	if err == nil && rows[0][0] == "t" {
		s.strategy = " STRATEGY FILE_COPY" // as older servers do: through the log, page by page, takes half as long again
	}
	return err
}

// launch starts the server on its data.
func (s *Server) launch(who *syscall.SysProcAttr, settings ...string) (err error) {
	args := []string{
		"-D", filepath.Join(s.dir, "data"), "-c", "listen_addresses=" + s.Host, "-c", "port=" + strconv.Itoa(s.Port),
		"-c", "unix_socket_directories=" + s.dir, "-c", "fsync=off", "-c", "full_page_writes=off",
		"-c", "synchronous_commit=off", "-c", "max_connections=60", "-c", "autovacuum=off",
	}
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	s.daemon, err = launch(s.dir, filepath.Join(s.dir, "log"), who, filepath.Join(s.BinDir, "postgres"), args...)
	return err
}

// Password is the password of role "pw".
const Password = "right-pass-word"

// hba lets every role in but the two that tests of refusals use.
//
//nolint:dupword // as the file wants it
const hba = `local all all           trust
host  all pw       127.0.0.1/32 scram-sha-256
host  all rejected 127.0.0.1/32 reject
host  all all      127.0.0.1/32 trust
host  replication postgres 127.0.0.1/32 trust
`

// answers waits until the server answers.
func (s *Server) answers() error {
	ctx, cancel := context.WithTimeout(context.Background(), startDeadline)
	defer cancel()
	for {
		conn, err := pgconn.Connect(ctx, s.DSN("postgres", "postgres"))
		if err == nil {
			_ = conn.Close(ctx)
			return nil
		}
		select {
		case <-s.daemon.done:
			return fmt.Errorf("the server stopped at its start:\n%s", s.log())
		case <-ctx.Done():
			return fmt.Errorf("the server does not answer: %w\n%s", err, s.log())
		case <-time.After(5 * time.Millisecond):
		}
	}
}

const startDeadline = 30 * time.Second

func (s *Server) log() string {
	text, err := os.ReadFile(filepath.Join(s.dir, "log"))
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func (s *Server) stop() {
	if s.daemon != nil {
		s.daemon.stop(syscall.SIGQUIT)
	}
	_ = os.RemoveAll(s.dir)
}

// findServer returns the folder of the server binaries: $PGBIN, the folder of initdb in PATH, or the newest of
// Debian's.
func findServer() (string, error) {
	dirs := []string{os.Getenv("PGBIN")} //nolint:forbidigo // test support has no command line
	debian, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	slices.SortFunc(debian, func(a, b string) int { return major(b) - major(a) })
	if path, err := exec.LookPath("initdb"); err == nil {
		if target, err := filepath.EvalSymlinks(path); err == nil {
			path = target
		}
		dirs = append(dirs, filepath.Dir(path))
	}
	for _, dir := range append(dirs, debian...) {
		if _, err := os.Stat(filepath.Join(dir, "postgres")); err == nil && dir != "" {
			return dir, nil
		}
	}
	return "", errors.New("no PostgreSQL server found: set PGBIN to the folder of initdb, or apt-get install postgresql")
}

func major(bin string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(bin)))
	return n
}

// unprivileged prepares dir for a server process and returns how to start one. PostgreSQL refuses to run as root, so
// root runs it as postgres or nobody. The kernel stops the server if this process dies.
func unprivileged(dir string) (*syscall.SysProcAttr, error) {
	attr := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if os.Geteuid() != 0 {
		return attr, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.ParseUint(u.Uid, 10, 32)
		gid, gidErr := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(uidErr, gidErr, os.Chown(dir, int(uid), int(gid))); err != nil {
			return nil, fmt.Errorf("handing %s to %s: %w", dir, name, err)
		}
		attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		return attr, nil
	}
	return nil, errors.New("running as root, and there is neither a user postgres nor a user nobody")
}

func freePort() (int, error) {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("looking for a free port: %w", err)
	}
	defer func() { _ = l.Close() }()
	addr, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return 0, errors.New("looking for a free port: no TCP address")
	}
	return addr.Port, nil
}

// daemon is a background process.
type daemon struct {
	process *os.Process
	done    chan struct{} // closed when it has ended
}

// launch starts a process that outlives the call. Its parent is a thread that lives as long as it does, because the
// kernel delivers Pdeathsig when the starting thread ends, not when the whole program does.
func launch(dir, logFile string, who *syscall.SysProcAttr, name string, args ...string) (*daemon, error) {
	out, err := os.Create(logFile)
	if err != nil {
		return nil, fmt.Errorf("making the log of %s: %w", filepath.Base(name), err)
	}
	cmd := exec.CommandContext(context.Background(), name, args...)
	cmd.Dir, cmd.SysProcAttr, cmd.Stdout, cmd.Stderr = dir, who, out, out
	started, done := make(chan error), make(chan struct{})
	go func() {
		runtime.LockOSThread()
		defer close(done)
		defer func() { _ = out.Close() }()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting %s: %w", filepath.Base(name), err)
	}
	return &daemon{process: cmd.Process, done: done}, nil
}

func (d *daemon) stop(sig os.Signal) {
	_ = d.process.Signal(sig)
	select {
	case <-d.done:
	case <-time.After(stopDeadline):
		_ = d.process.Kill()
		<-d.done
	}
}

const stopDeadline = 10 * time.Second

// Addr returns host and port in one string.
func (s *Server) Addr() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.Port)) }

// DSN returns the connection string of a role for a database, over TCP.
func (s *Server) DSN(role, database string) string { return DSN(s.Addr(), role, database) }

// DSN returns the connection string for a server, bouncer or proxy at addr.
func DSN(addr, role, database string) string {
	return "postgres://" + role + "@" + addr + "/" + database + "?sslmode=disable"
}

// SocketDSN returns the connection string of a role for a database, over the Unix socket.
func (s *Server) SocketDSN(role, database string) string {
	return strings.Join([]string{"host=" + s.Socket, "port=" + strconv.Itoa(s.Port), "user=" + role, "dbname=" + database}, " ")
}
