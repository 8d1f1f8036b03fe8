package pgtest

import (
	"encoding/binary"
	"io"
	"net"
	"sync"
	"testing"
)

// CutProxy returns the address of a proxy for addr that cuts each connection after the given number of bytes from the
// server.
func CutProxy(tb testing.TB, addr string, afterBytes int64) string {
	tb.Helper()
	return proxy(tb, addr, func(client io.Writer, server io.Reader) { _, _ = io.CopyN(client, server, afterBytes) })
}

// StallProxy returns the address of a proxy for addr that falls silent on each connection after the given number of
// bytes from the server, without closing it, as a dropped route does.
func StallProxy(tb testing.TB, addr string, afterBytes int64) string {
	tb.Helper()
	return proxy(tb, addr, func(client io.Writer, server io.Reader) {
		_, _ = io.CopyN(client, server, afterBytes)
		<-tb.Context().Done()
	})
}

// MessageProxy returns the address of a proxy for addr that passes each message from the server through change. The
// connection must be without TLS. The message begins with its kind and its length; n counts those of the connection.
func MessageProxy(tb testing.TB, addr string, change func(n int, message []byte) []byte) string {
	tb.Helper()
	return proxy(tb, addr, func(client io.Writer, server io.Reader) {
		for n := 0; ; n++ {
			message := make([]byte, 5)
			if _, err := io.ReadFull(server, message); err != nil {
				return
			}
			body := make([]byte, binary.BigEndian.Uint32(message[1:])-4)
			if _, err := io.ReadFull(server, body); err != nil {
				return
			}
			if _, err := client.Write(change(n, append(message, body...))); err != nil {
				return
			}
		}
	})
}

// proxy passes on what clients say. What the server says goes through carry, and where that ends, so does the
// connection.
func proxy(tb testing.TB, addr string, carry func(client io.Writer, server io.Reader)) string {
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
				carry(client, server)
				_ = client.Close()
				_ = server.Close()
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
