package pgtest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// Replicated starts a server of one test's own, with a database made by the given SQL, and a standby of it with these
// settings. It returns the superuser's connection strings for that database on both.
func Replicated(tb testing.TB, sql string, settings ...string) (primary, standby string) {
	tb.Helper()
	one, err := start()
	if err != nil {
		tb.Fatalf("pgtest: %v", err)
	}
	tb.Cleanup(one.stop)
	name := Name("db")
	Exec(tb, one.DSN("postgres", "postgres"), "CREATE DATABASE "+name)
	primary = one.DSN("postgres", name)
	Exec(tb, primary, sql)
	two, err := one.standby(settings)
	if err != nil {
		tb.Fatalf("pgtest: %v", err)
	}
	tb.Cleanup(two.stop)
	return primary, two.DSN("postgres", name)
}

// standby starts a standby of s.
func (s *Server) standby(settings []string) (*Server, error) {
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		return nil, fmt.Errorf("making a folder for the standby: %w", err)
	}
	two := &Server{BinDir: s.BinDir, Host: s.Host, Socket: dir, dir: dir}
	if err := two.follow(s, settings); err != nil {
		two.stop()
		return nil, err
	}
	return two, nil
}

func (s *Server) follow(primary *Server, settings []string) error {
	who, err := unprivileged(s.dir)
	if err != nil {
		return err
	}
	if s.Port, err = freePort(); err != nil {
		return err
	}
	backup := exec.CommandContext(context.Background(), filepath.Join(s.BinDir, "pg_basebackup"), "--pgdata="+filepath.Join(s.dir, "data"),
		"--host="+primary.Host, "--port="+strconv.Itoa(primary.Port), "--username=postgres", "--write-recovery-conf", "--checkpoint=fast", "--no-sync")
	backup.Dir, backup.SysProcAttr = s.dir, who
	if out, err := backup.CombinedOutput(); err != nil {
		return fmt.Errorf("running pg_basebackup: %w\n%s", err, out)
	}
	if err := s.launch(who, settings...); err != nil {
		return err
	}
	return s.answers()
}

// CatchUp waits until a standby has received everything that its primary has done.
func CatchUp(tb testing.TB, primary, standby string) {
	tb.Helper()
	at := Exec(tb, primary, "SELECT pg_logical_emit_message(true, 'pgtest', '')")[0][0]
	for range int(startDeadline / (5 * time.Millisecond)) {
		if Exec(tb, standby, "SELECT pg_last_wal_replay_lsn() >= '"+at+"'")[0][0] == "t" {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	tb.Fatal("pgtest: the standby does not catch up")
}
