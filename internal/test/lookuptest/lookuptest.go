// Package lookuptest lets tests prove which host names a program looks up.
package lookuptest

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"sync"
)

// Lookups are the names that were looked up in this process. It is safe for concurrent use.
type Lookups struct {
	mu    sync.Mutex
	names []string
}

// Record replaces the system's resolver for the rest of the process. It records every name that is looked up, and
// answers that there is no such host. Names in /etc/hosts and addresses are still found.
func Record() *Lookups {
	l := &Lookups{}
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: l.dial} //nolint:reassign // what is looked up by name shows here only
	return l
}

// Of returns the names that contain text, ignoring case.
func (l *Lookups) Of(text string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []string
	for _, name := range l.names {
		if strings.Contains(strings.ToLower(name), strings.ToLower(text)) {
			found = append(found, name)
		}
	}
	return found
}

// dial returns a connection to a name server that knows no name.
func (l *Lookups) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	go func() {
		defer func() { _ = server.Close() }()
		for more := true; more; {
			more = l.answer(server)
		}
	}()
	return client, nil
}

const (
	headerLength = 12
	noSuchName   = 3
	isAnswer     = 0x80
)

// answer reads one question, which has its length in front, and writes the answer. It returns false at the end.
func (l *Lookups) answer(conn io.ReadWriter) bool {
	var length uint16
	if binary.Read(conn, binary.BigEndian, &length) != nil {
		return false
	}
	message := make([]byte, length)
	if _, err := io.ReadFull(conn, message); err != nil {
		return false
	}
	name, end := question(message)
	l.mu.Lock()
	l.names = append(l.names, name)
	l.mu.Unlock()
	message[2], message[3] = isAnswer|message[2], noSuchName
	copy(message[4:headerLength], []byte{0, 1, 0, 0, 0, 0, 0, 0}) // one question, and nothing else
	_, err := conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(end)), message[:end]...))
	return err == nil
}

// question returns the name in a message, and the offset after the question.
func question(message []byte) (name string, end int) {
	var labels []string
	i := headerLength
	for i < len(message) && message[i] > 0 {
		next := i + 1 + int(message[i])
		labels = append(labels, string(message[i+1:next]))
		i = next
	}
	const typeAndClass = 4
	return strings.Join(labels, "."), i + 1 + typeAndClass
}
