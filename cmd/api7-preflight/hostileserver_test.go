//go:build linux

package main_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/api7-preflight/api7-preflight/internal/test/faulttest"
)

// message returns the bytes of a message of a server.
func message(t *testing.T, m pgproto3.BackendMessage) []byte {
	t.Helper()
	b, err := m.Encode(nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// claim is the head of a message of a gigabyte.
func claim(kind byte) []byte {
	return append([]byte{kind}, binary.BigEndian.AppendUint32(nil, 1<<30)...)
}

// TestAServerThatSendsWithoutEndIsRefused connects to servers that fill the memory of whoever listens, before and after
// the login, and looks at the most memory that the program ever had.
func TestAServerThatSendsWithoutEndIsRefused(t *testing.T) {
	t.Parallel()
	program := build(t)
	filler := bytes.Repeat([]byte("x"), 64<<10)
	same := func(b []byte) func(int) []byte { return func(int) []byte { return b } }
	for name, flood := range map[string]struct {
		begin []byte
		more  func(n int) []byte
		want  string
	}{
		"settings": {more: func(n int) []byte {
			return message(t, &pgproto3.ParameterStatus{Name: fmt.Sprint("name", n), Value: strings.Repeat("v", 1000)})
		}, want: "settings without end"},
		"one long setting":  {begin: claim('S'), more: same(filler), want: "a message of 1073741824 bytes"},
		"notices":           {more: same(message(t, &pgproto3.NoticeResponse{Severity: "NOTICE", Message: strings.Repeat("n", 10_000)})), want: "without end"},
		"one long notice":   {begin: claim('N'), more: same(filler), want: "a message of 1073741824 bytes"},
		"one long error":    {begin: claim('E'), more: same(filler), want: "a message of 1073741824 bytes"},
		"one long row":      {begin: append(message(t, &pgproto3.RowDescription{}), claim('D')...), more: same(filler), want: "a row of 1073741824 bytes"},
		"a list of columns": {begin: claim('T'), more: same(filler), want: "a message of 1073741824 bytes"},
		"an unknown kind":   {begin: claim('?'), more: same(filler), want: "a message of 1073741824 bytes"},
	} {
		for _, when := range []string{"at once", "when asked"} {
			t.Run(name+" "+when, func(t *testing.T) {
				t.Parallel()
				faulttest.Tried(t, faulttest.DatabaseEndless, 1)
				addr := serve(t, func(conn net.Conn) {
					if when == "when asked" && !login(t, conn) {
						return
					}
					_, err := conn.Write(flood.begin)
					for n := 0; err == nil; n++ {
						_, err = conn.Write(flood.more(n))
					}
				})
				cmd := exec.CommandContext(t.Context(), program, "doctor", "--dsn", "postgres://u:pass-word@"+addr+"/d?sslmode=disable")
				out, _ := cmd.CombinedOutput()
				if code := cmd.ProcessState.ExitCode(); code != 3 || !regexp.MustCompile(`^error: cannot .*`+flood.want).Match(out) {
					t.Errorf("exit %d, want 3 and %q:\n%s", code, flood.want, out)
				}
				const most = 256 << 10 // in KiB
				if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); !ok || usage.Maxrss > most {
					t.Errorf("it had %d KiB of memory, or that is not known", usage.Maxrss)
				}
			})
		}
	}
}

// login takes whoever comes, and returns true when something is asked.
func login(t *testing.T, conn net.Conn) bool {
	t.Helper()
	startup := make([]byte, 4096)
	if _, err := conn.Read(startup); err != nil {
		return false
	}
	var welcome []byte
	for _, m := range []pgproto3.BackendMessage{
		&pgproto3.AuthenticationOk{}, &pgproto3.BackendKeyData{ProcessID: 1, SecretKey: []byte("1234")}, &pgproto3.ReadyForQuery{TxStatus: 'I'},
	} {
		welcome = append(welcome, message(t, m)...)
	}
	if _, err := conn.Write(welcome); err != nil {
		return false
	}
	_, err := conn.Read(startup)
	return err == nil
}

// serve calls answer for each connection, and returns the address to connect to.
func serve(t *testing.T, answer func(net.Conn)) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close() //nolint:errcheck // the client may be gone
				answer(conn)
			}()
		}
	}()
	return listener.Addr().String()
}
