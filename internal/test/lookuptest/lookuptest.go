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

// Lookups are the names that were looked up in this process. They are safe for use by several goroutines.
type Lookups struct {
	mu    sync.Mutex
	names []string
}

// Record takes the place of the system's resolver, for the whole process and its whole life. It notes every name that is
// asked for and answers that there is no such host; what stands in /etc/hosts, and addresses, are found as ever.
func Record() *Lookups {
	l := &Lookups{}
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: l.dial} //nolint:reassign // what is looked up by name shows here only
	return l
}

// Of returns the names that hold this text, whatever its case.
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

// answer reads one question, each with its length in front, and writes the answer; it returns false at the end.
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

// question returns the name that a message asks for, and where the question ends.
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
