package cli_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/api7-preflight/api7-preflight/internal/test/adminapitest"
)

type commands = map[string]func(*testscript.TestScript, bool, []string)

// withControlPlanes adds script commands that serve the 3.4 installation over TLS.
func withControlPlanes(t *testing.T, all commands) commands {
	t.Helper()
	var servers sync.Map // by address
	server := func(ts *testscript.TestScript, name string) *adminapitest.Server {
		found, ok := servers.Load(ts.Getenv(name + "_URL"))
		s, is := found.(*adminapitest.Server)
		if !ok || !is {
			ts.Fatalf("no control plane %s", name)
		}
		return s
	}
	// adminapi NAME [STATUS=PATH…] sets NAME_URL to the address of a server and NAME_CA to the file with its CA.
	// Requests for a given path are answered with that status.
	all["adminapi"] = func(ts *testscript.TestScript, _ bool, args []string) {
		s := served(t, time.Now())
		servers.Store(s.URL, s)
		for _, fault := range args[1:] {
			status, path, _ := strings.Cut(fault, "=")
			code, err := strconv.Atoi(status)
			ts.Check(err)
			s.Fail(adminapitest.Fault{Prefix: path, Do: adminapitest.Status(code)})
		}
		ts.Setenv(args[0]+"_URL", s.URL)
		ts.Setenv(args[0]+"_CA", s.CAFile)
	}
	// redirect NAME OTHER makes one server redirect every request to another.
	all["redirect"] = func(ts *testscript.TestScript, _ bool, args []string) {
		server(ts, args[0]).Fail(adminapitest.Fault{Do: adminapitest.Redirect(server(ts, args[1]).URL)})
	}
	// asked NAME COUNT checks that this many requests have arrived.
	all["asked"] = func(ts *testscript.TestScript, _ bool, args []string) {
		if got := server(ts, args[0]).Requests(); strconv.Itoa(len(got)) != args[1] {
			ts.Fatalf("%d requests, want %s: %v", len(got), args[1], got)
		}
	}
	// otherca VARIABLE sets VARIABLE to the name of a file with the certificate of a CA that signed nothing.
	all["otherca"] = func(ts *testscript.TestScript, _ bool, args []string) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		ts.Check(err)
		template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
		der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
		ts.Check(err)
		name := ts.MkAbs("other-ca.pem")
		ts.Check(os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
		ts.Setenv(args[0], name)
	}
	return all
}
