package pgtest

import (
	"net"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"
)

// Product is a product that speaks PostgreSQL's protocol. It lets everyone in, answers "SELECT pg_catalog.version()" and
// refuses everything else.
type Product struct {
	Version  string                  // what version() returns
	Settings map[string]string       // what it says of itself at the connection
	Entry    *pgproto3.ErrorResponse // refuses everyone with this instead
	Refusal  *pgproto3.ErrorResponse // refuses statements with this instead of a syntax error
}

// Start starts the product for one test and returns its address.
func (p Product) Start(tb testing.TB) (addr string) {
	tb.Helper()
	listener, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatalf("pgtest: %v", err)
	}
	tb.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return // the test has ended
			}
			go p.serve(conn)
		}
	}()
	return listener.Addr().String()
}

// serve serves one connection to its end.
func (p Product) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	backend := pgproto3.NewBackend(conn, conn)
	if _, err := backend.ReceiveStartupMessage(); err != nil {
		return
	}
	if p.Entry != nil {
		backend.Send(p.Entry)
		_ = backend.Flush()
		return
	}
	if p.Refusal == nil {
		p.Refusal = &pgproto3.ErrorResponse{Severity: "ERROR", SeverityUnlocalized: "ERROR", Code: "42601", Message: "at or near: syntax error"}
	}
	backend.Send(&pgproto3.AuthenticationOk{})
	for name, value := range p.Settings {
		backend.Send(&pgproto3.ParameterStatus{Name: name, Value: value})
	}
	backend.Send(&pgproto3.BackendKeyData{ProcessID: 1, SecretKey: []byte{0, 0, 0, 1}})
	ready := &pgproto3.ReadyForQuery{TxStatus: 'I'}
	backend.Send(ready)
	sql := ""
	for backend.Flush() == nil {
		message, err := backend.Receive()
		if err != nil {
			return
		}
		switch m := message.(type) {
		case *pgproto3.Query:
			backend.Send(p.Refusal)
			backend.Send(ready)
		case *pgproto3.Parse:
			sql = m.Query
		case *pgproto3.Sync:
			p.answer(backend, sql)
			backend.Send(ready)
		case *pgproto3.Terminate:
			return
		}
	}
}

func (p Product) answer(backend *pgproto3.Backend, sql string) {
	if sql != "SELECT pg_catalog.version()" {
		backend.Send(p.Refusal)
		return
	}
	const text = 25 // the type
	backend.Send(&pgproto3.ParseComplete{})
	backend.Send(&pgproto3.BindComplete{})
	backend.Send(&pgproto3.RowDescription{Fields: []pgproto3.FieldDescription{{Name: []byte("version"), DataTypeOID: text, DataTypeSize: -1, TypeModifier: -1}}})
	backend.Send(&pgproto3.DataRow{Values: [][]byte{[]byte(p.Version)}})
	backend.Send(&pgproto3.CommandComplete{CommandTag: []byte("SELECT 1")})
}
