package bench_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/api7-preflight/api7-preflight/fixtures/installations"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// rounds is the number of times that product and yardstick run, in turn.
const rounds = 5

// routes adds a million routes of about 0.9 KB each to kine, with keys in random order like UUIDs, to an installation
// with everything to find.
const routes = `
INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease, value)
SELECT '/gateway_groups/default/routes/' || md5(n::text), 1, 0, 0, 0, 0, convert_to(
  '{"id":"' || md5(n::text) || '","name":"route ' || n || '","service_id":"orders","uris":["/api/v' || n % 7 || '/orders/' || n || '",'
  || '"/api/v' || n % 7 || '/orders/' || n || '/*"],"methods":["GET","POST","PUT"],"status":1,"priority":0,'
  || '"labels":{"team":"team-' || n % 40 || '","env":"prod"},"desc":"' || repeat('what this route is for; ', 10) || '",'
  || '"plugins":{"cors":{"allow_origins":"https://shop.example.org","allow_methods":"GET,POST","max_age":600},'
  || '"limit-count":{"count":' || n % 1000 || ',"time_window":60,"key":"remote_addr","policy":"local","rejected_code":429},'
  || '"proxy-rewrite":{"regex_uri":["^/api/v[0-9]+/(.*)","/$1"],"headers":{"set":{"X-From":"edge\tone"}}},'
  || '"prometheus":{"prefer_name":true},"key-auth":{}},'
  || '"vars":[["arg_tenant","==","' || n % 97 || '"]],"timeout":{"connect":60,"send":60,"read":60}}', 'UTF8')
FROM generate_series(1, 1000000) AS n`

// BenchmarkMillionRoutes prints the time of a whole check as a multiple of what the source's own tool needs for the
// same rows, and the most memory that the check needs. It compares a live database with psql's COPY, a compressed
// backup with pg_restore, a plain backup with wc -l, and a compressed plain one with gzip -t. Besides the median it
// prints every round, and the processor time of both, which other load on the machine affects least. The processor
// time of psql means nothing, because the server does its work.
func BenchmarkMillionRoutes(b *testing.B) {
	srv := pgtest.Start(b)
	dsn := million(b, srv)
	dir := b.TempDir()
	binary, custom, plain := filepath.Join(dir, "api7-preflight"), filepath.Join(dir, "b.dump"), filepath.Join(dir, "b.sql")
	run(b, 0, []string{"go", "build", "-o", binary, "../../../cmd/api7-preflight"})
	run(b, 0, []string{filepath.Join(srv.BinDir, "pg_dump"), "-Fc", "-f", custom, "-d", dsn})
	run(b, 0, []string{filepath.Join(srv.BinDir, "pg_dump"), "-Fp", "-f", plain, "-d", dsn})
	run(b, 0, []string{"gzip", "-k", plain})
	check := []string{binary, "check", "--from", "3.4.1", "--to", "3.7.3", "--format", "json"}
	for _, bench := range []struct {
		name, unit string
		yardstick  []string
		source     []string
	}{
		{
			"Database", "x-psql-COPY", []string{
				filepath.Join(srv.BinDir, "psql"), "-X", "-d", dsn, "-c", "COPY (SELECT name, value FROM kine) TO STDOUT",
			}, []string{"--dsn", dsn},
		},
		{
			"CustomBackup", "x-pg_restore",
			[]string{filepath.Join(srv.BinDir, "pg_restore"), "-f", os.DevNull, custom},
			[]string{"--backup", custom},
		},
		{"PlainBackup", "x-wc-l", []string{"wc", "-l", plain}, []string{"--backup", plain}},
		{"PlainGzipBackup", "x-gzip-t", []string{"gzip", "-t", plain + ".gz"}, []string{"--backup", plain + ".gz"}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			for b.Loop() {
				compare(b, 1, bench.unit, bench.yardstick, append(check, bench.source...))
			}
		})
	}
}

// million returns the DSN of a database with an installation and a million more routes.
func million(b *testing.B, srv *pgtest.Server) string {
	b.Helper()
	dsn := srv.Database(b, installations.SQL("3.4"))
	pgtest.Exec(b, dsn, routes)
	pgtest.Exec(b, dsn, "VACUUM ANALYZE kine")
	return dsn
}

// compare runs yardstick and check in turn, and returns the most memory that check used, in KiB. code is the expected exit
// code of check.
func compare(b *testing.B, code int, unit string, yardstick, check []string) int {
	b.Helper()
	var ours, theirs, ourCPU, theirCPU []time.Duration
	var ratios []string
	peak, theirPeak := 0, 0
	for range rounds {
		their, our := run(b, 0, yardstick), run(b, code, check)
		theirs, theirCPU = append(theirs, their.took), append(theirCPU, their.cpu)
		ours, ourCPU = append(ours, our.took), append(ourCPU, our.cpu)
		ratios = append(ratios, fmt.Sprintf("%.2f", our.took.Seconds()/their.took.Seconds()))
		peak, theirPeak = max(peak, our.peak), max(theirPeak, their.peak)
	}
	b.ReportMetric(median(ours).Seconds()/median(theirs).Seconds(), unit)
	b.ReportMetric(median(ours).Seconds(), "s-check")
	b.ReportMetric(median(theirs).Seconds(), "s-yardstick")
	b.ReportMetric(float64(peak)/1024, "MiB-RSS")
	b.Logf("check %.2f s, %s %.2f s: %.2f times as long (each round: %s); processor time %.2f s and %.2f s; %d and %d MiB",
		median(ours).Seconds(), filepath.Base(yardstick[0]), median(theirs).Seconds(),
		median(ours).Seconds()/median(theirs).Seconds(), strings.Join(ratios, ", "),
		median(ourCPU).Seconds(), median(theirCPU).Seconds(), peak/1024, theirPeak/1024)
	return peak
}

// cost is what a command took: time, processor time, and the most memory it used in KiB.
type cost struct {
	took, cpu time.Duration
	peak      int
}

// run runs a command and fails unless it ends with the given code.
func run(tb testing.TB, code int, argv []string) cost {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), argv[0], argv[1:]...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = null.Close() }()
	cmd.Stdout = null
	start := time.Now()
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	peak := make(chan int)
	ended := make(chan struct{})
	go func() { peak <- watch(cmd.Process.Pid, ended) }()
	err = cmd.Wait()
	took := time.Since(start)
	close(ended)
	got := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else if err != nil {
		tb.Fatal(err)
	}
	if got != code {
		tb.Fatalf("%s ends with %d, want %d: %s", argv[0], got, code, errs.String())
	}
	return cost{took, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), <-peak}
}

// watch returns the kernel's high-water mark of a process's memory, read until the process ends. The one in its exit
// status would include the memory of the process that started it.
func watch(pid int, ended <-chan struct{}) int {
	peak := 0
	for {
		if text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status"); err == nil {
			if _, rest, ok := strings.Cut(string(text), "VmHWM:"); ok {
				kib, _ := strconv.Atoi(strings.Fields(rest)[0])
				peak = max(peak, kib)
			}
		}
		select {
		case <-ended:
			return peak
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}
