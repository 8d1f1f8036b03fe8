package pgtest

import (
	"io"
	"net"
	"sync"
	"testing"
)

// CutProxy returns the address of a proxy for addr that cuts each connection after the given number of bytes from the
// server.
func CutProxy(tb testing.TB, addr string, afterBytes int64) string {
	tb.Helper()
	return proxy(tb, addr, afterBytes, false)
}

// StallProxy returns the address of a proxy for addr that falls silent on each connection after the given number of
// bytes from the server, without closing it, as a dropped route does.
func StallProxy(tb testing.TB, addr string, afterBytes int64) string {
	tb.Helper()
	return proxy(tb, addr, afterBytes, true)
}

func proxy(tb testing.TB, addr string, afterBytes int64, stall bool) string {
	tb.Helper()
	listener, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatalf("pgtest: %v", err)
	}
	open := &connections{}
	tb.Cleanup(func() {
		_ = listener.Close()
		open.closeAll()
	})
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return // the test has ended
			}
			server, err := net.Dial("tcp", addr)
			if err != nil {
				_ = client.Close()
				continue
			}
			open.add(client, server)
			go func() { _, _ = io.Copy(server, client) }()
			go func() {
				_, _ = io.CopyN(client, server, afterBytes)
				if !stall {
					_ = client.Close()
					_ = server.Close()
				}
			}()
		}
	}()
	return listener.Addr().String()
}

// connections is a set of open connections.
type connections struct {
	sync.Mutex
	open []net.Conn
}

func (c *connections) add(conns ...net.Conn) {
	c.Lock()
	defer c.Unlock()
	c.open = append(c.open, conns...)
}

func (c *connections) closeAll() {
	c.Lock()
	defer c.Unlock()
	for _, conn := range c.open {
		_ = conn.Close()
	}
}
