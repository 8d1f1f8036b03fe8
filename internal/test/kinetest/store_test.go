package kinetest_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/k3s-io/kine/pkg/drivers"
	_ "github.com/k3s-io/kine/pkg/drivers/pgsql" // registers the driver for postgres://
	"github.com/k3s-io/kine/pkg/server"
	"github.com/sirupsen/logrus"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"

	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
)

func TestMain(m *testing.M) {
	logrus.SetOutput(io.Discard)
	os.Exit(pgtest.Main(m))
}

// store is an etcd client of a kine server.
type store struct {
	t      *testing.T
	client *clientv3.Client
}

// startStore starts a kine server on the database and returns a client for it. It sets the server up like kine's
// package endpoint, which would also compile the drivers of all other databases.
func startStore(t *testing.T, dsn string) store {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	_, backend, err := drivers.New(ctx, &running, &drivers.Config{
		Endpoint: dsn, PollInterval: 100 * time.Millisecond, PollBatchSize: 500, CompactTimeout: 5 * time.Second, CompactBatchSize: 1000, CompactMinRetain: 1000,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := backend.Start(ctx); err != nil {
		t.Fatal(err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	rpc := grpc.NewServer()
	server.New(backend, "http", 5*time.Second, "3.6.11").Register(rpc)
	running.Go(func() {
		if err := rpc.Serve(listener); err != nil && !errors.Is(err, grpc.ErrServerStopped) {
			t.Errorf("kine: %v", err)
		}
	})
	client, err := clientv3.New(clientv3.Config{
		Endpoints: []string{"http://" + listener.Addr().String()}, DialTimeout: 10 * time.Second, Logger: zap.NewNop(),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = client.Close()
		rpc.Stop()
		cancel()
		running.Wait()
	})
	return store{t, client}
}

// put writes a key, existing or not.
func (s store) put(key, value string) {
	s.t.Helper()
	s.commit(key, clientv3.OpPut(key, value))
}

// remove deletes an existing key.
func (s store) remove(key string) {
	s.t.Helper()
	s.commit(key, clientv3.OpDelete(key))
}

// commit writes once. Kine accepts only transactions of the form that Kubernetes sends, which name the revision that
// they replace.
func (s store) commit(key string, op clientv3.Op) {
	s.t.Helper()
	current, err := s.client.Get(s.t.Context(), key)
	if err != nil {
		s.t.Fatalf("reading %s: %v", key, err)
	}
	var revision int64
	if len(current.Kvs) > 0 {
		revision = current.Kvs[0].ModRevision
	}
	done, err := s.client.Txn(s.t.Context()).
		If(clientv3.Compare(clientv3.ModRevision(key), "=", revision)).
		Then(op).Else(clientv3.OpGet(key)).Commit()
	if err != nil || !done.Succeeded {
		s.t.Fatalf("writing %s: %+v, %v", key, done, err)
	}
}

// live returns every key of every gateway group with its value, as kine itself lists them.
func (s store) live() map[string]string {
	s.t.Helper()
	all, err := s.client.Get(s.t.Context(), "/gateway_groups/", clientv3.WithPrefix())
	if err != nil {
		s.t.Fatalf("listing: %v", err)
	}
	keys := make(map[string]string, len(all.Kvs))
	for _, kv := range all.Kvs {
		keys[string(kv.Key)] = string(kv.Value)
	}
	return keys
}
