package snapshot_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/source/snapshot"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
)

const million = 1_000_000

// routes yields any number of routes, in no order, and records the peak of memory in use.
type routes struct {
	memory.Source

	n    int
	peak uint64
}

func (s *routes) measure(n int) {
	if n%5000 != 0 {
		return
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	s.peak = max(s.peak, m.HeapInuse)
}

func (s *routes) Stream(_ context.Context, _ estate.Need, yield func(*estate.Resource) error) (estate.Coverage, error) {
	var body []byte
	for i := range s.n {
		s.measure(i)
		id := fmt.Sprintf("%08x", uint32(i)*2654435761)
		body = fmt.Appendf(body[:0], `{"id":%q,"name":"route %d","service_id":"orders","uris":["/api/v1/orders/%d"],"methods":["GET","POST"],"desc":"what this route is for","labels":{"team":"t%d"},`+
			`"plugins":{"cors":{"allow_origins":"https://shop.example.org","max_age":600},"limit-count":{"count":%d,"time_window":60,"key":"remote_addr"},"key-auth":{}},`+
			`"vars":[["arg_tenant","==","%d"]],"timeout":{"connect":60,"send":60,"read":60}}`, id, i, i, i%40, i%1000, i%97)
		r := estate.Resource{
			Kind: estate.Route, ID: id, Group: estate.Group{ShortID: "default"}, Body: body,
			Origin: estate.Origin{Source: "postgres", Table: "kine", Key: "/gateway_groups/default/routes/" + id, Running: true},
		}
		if err := yield(&r); err != nil {
			return estate.Coverage{}, err
		}
	}
	return estate.Coverage{Kinds: []estate.KindCoverage{{Kind: estate.Route, Count: int64(s.n)}}}, nil
}

func BenchmarkWriteMillionRoutes(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		src := &routes{n: million}
		if _, err := snapshot.Write(b.Context(), io.Discard, snapshot.Options{Sources: []estate.Source{src}, Need: need(), Scratch: b.TempDir()}); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(src.peak)/(1<<20), "MiB-heap")
	}
}

func BenchmarkReadMillionRoutes(b *testing.B) {
	file, err := os.Create(filepath.Join(b.TempDir(), "estate.snapshot"))
	if err != nil {
		b.Fatal(err)
	}
	o := snapshot.Options{Sources: []estate.Source{&routes{n: million}}, Need: need(), Scratch: b.TempDir()}
	if _, err := snapshot.Write(b.Context(), file, o); err != nil {
		b.Fatal(err)
	}
	_ = file.Close()
	runtime.GC()
	b.ReportAllocs()
	for b.Loop() {
		in, err := snapshot.Open(b.Context(), file.Name(), infile.Options{})
		if err != nil {
			b.Fatal(err)
		}
		meter, n := &routes{}, 0
		if _, err := in.Stream(b.Context(), need(), func(*estate.Resource) error { n++; meter.measure(n); return nil }); err != nil || n != million {
			b.Fatal(n, err)
		}
		_ = in.Close()
		b.ReportMetric(float64(meter.peak)/(1<<20), "MiB-heap")
	}
}

// TestMemoryStaysFlat proves that memory does not grow with the number of resources.
func TestMemoryStaysFlat(t *testing.T) { //nolint:paralleltest // looks at the memory of the whole process
	peak := func(n int) uint64 {
		src := &routes{n: n}
		err := snapshot.WriteSpilling(t.Context(), io.Discard, 1<<20, snapshot.Options{Sources: []estate.Source{src}, Need: need(), Scratch: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		return src.peak
	}
	few := peak(5001)
	if many := peak(50_001); many > few+32<<20 {
		t.Errorf("%d MiB for 5,000 resources, %d MiB for 50,000", few>>20, many>>20)
	}
}
