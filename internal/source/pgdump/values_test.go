package pgdump_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

// FuzzBytea compares the decoder with the standard library's.
func FuzzBytea(f *testing.F) {
	for _, digits := range []string{"", "7b7d", "7B7D", "7b22612f3a317d00ff", "0", "0g", "123456789abcdef:", "        ", "\x10\x10", "00000000000000000G", "0123456789abcdefABCDEF0123456789", "0123456789abcde/0", "00112233445566778"} {
		f.Add([]byte(digits))
	}
	f.Fuzz(func(t *testing.T, digits []byte) {
		got, ok := pgdump.AppendBytea([]byte("before"), append([]byte(`\x`), digits...))
		want, err := hex.DecodeString(string(digits))
		if ok != (err == nil) || ok && !bytes.Equal(got, append([]byte("before"), want...)) {
			t.Errorf("%q: got %q, %v, want %q, %v", digits, got, ok, want, err)
		}
		_, _ = pgdump.AppendBytea(nil, digits) // the escape format
	})
}

func TestByteaInTheEscapeFormat(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{`{"a":1}`: `{"a":1}`, `a\\b\001\377`: "a\\b\x01\xff", "": ""} {
		if got, ok := pgdump.AppendBytea(nil, []byte(text)); !ok || string(got) != want {
			t.Errorf("%q: got %q, %v", text, got, ok)
		}
	}
	for _, text := range []string{`\`, `\1`, `\400`, `\89a`, `a\`} {
		if got, ok := pgdump.AppendBytea(nil, []byte(text)); ok {
			t.Errorf("%q: got %q", text, got)
		}
	}
}

// FuzzArray proves that whatever is accepted as an array literal becomes JSON.
func FuzzArray(f *testing.F) {
	f.Add([]byte(`{a,NULL,"b \"c\\",{}}`), "text")
	f.Add([]byte(`[0:1]={1,2}`), "int4")
	f.Add([]byte(`{t,f}`), "bool")
	f.Add([]byte(`{{{{{{{{}}}}}}}}`), "jsonb")
	f.Fuzz(func(t *testing.T, text []byte, element string) {
		if got, ok := pgdump.AppendArray(nil, text, element); ok && !json.Valid(got) {
			t.Errorf("%q: got %q", text, got)
		}
	})
}

func TestWhenABackupWasTaken(t *testing.T) {
	t.Parallel()
	newest := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	alone, one := []time.Time{newest}, newest.Add(-time.Minute)
	many := func(more ...time.Duration) []time.Time {
		beats := []time.Time{newest, one}
		for _, d := range more {
			beats = append(beats, newest.Add(d))
		}
		return beats
	}
	const day = 24 * time.Hour
	for name, test := range map[string]struct {
		created time.Time
		beats   []time.Time
		want    time.Time
		doubt   string // empty: none
	}{
		"in UTC":                        {newest.Add(30 * time.Second), alone, newest.Add(30 * time.Second), ""},
		"in UTC, a slow clock":          {newest.Add(-time.Second), alone, newest, ""},
		"nine hours east":               {newest.Add(9*time.Hour + 30*time.Second), alone, newest.Add(30 * time.Second), "taken to be +9 hours from UTC"},
		"three and a half hours west":   {newest.Add(-3*time.Hour - 30*time.Minute + 4*time.Minute), alone, newest.Add(4 * time.Minute), "-3.5 hours from UTC"},
		"silent for half an hour":       {newest.Add(20 * time.Minute), alone, newest.Add(20 * time.Minute), ""},
		"silent for most of a day":      {newest.Add(12*time.Hour + 7*time.Minute), alone, newest.Add(12*time.Hour + 7*time.Minute), "no time zone explains"},
		"a moment before the heartbeat": {newest.Add(9*time.Hour - time.Second/2), alone, newest, "+9 hours from UTC"},
		"days after the last heartbeat": {newest.Add(3 * day), alone, newest.Add(3 * day), "off by half a day"},
		"before the last heartbeat":     {newest.Add(-3 * day), alone, newest, "long before the newest heartbeat"},
		"at an unknown time":            {time.Time{}, alone, newest, "does not say when it was taken"},
		"without heartbeats":            {newest, nil, newest, ""},

		"in UTC, one clock is five hours ahead":         {newest.Add(time.Minute), many(5 * time.Hour), newest.Add(time.Minute), ""},
		"in UTC, others have been silent for hours":     {newest.Add(time.Minute), many(-5*time.Hour, -5*time.Hour, -5*time.Hour), newest.Add(time.Minute), ""},
		"nine hours east, one clock is hours ahead":     {newest.Add(9*time.Hour + time.Minute), many(5 * time.Hour), newest.Add(time.Minute), "+9 hours from UTC"},
		"nine hours east, others have been silent":      {newest.Add(9*time.Hour + time.Minute), many(-2*time.Hour, -3*time.Hour), newest.Add(time.Minute), "+9 hours from UTC"},
		"at an unknown time, one clock is days ahead":   {time.Time{}, many(2 * day), newest, "does not say when it was taken"},
		"at an unknown time, one clock never ran":       {time.Time{}, append(many(), time.Unix(86400, 0)), newest, "does not say when it was taken"},
		"only a counter and no time":                    {newest, []time.Time{time.Unix(7, 0)}, newest, ""},
		"a zone of a quarter hour is none":              {newest.Add(5*time.Hour + 45*time.Minute), alone, newest.Add(5*time.Hour + 45*time.Minute), "no time zone explains"},
		"five hours west, one went silent at that time": {newest.Add(-5*time.Hour + time.Minute), many(-5*time.Hour - 3*time.Minute), newest.Add(time.Minute), "-5 hours from UTC"},
	} {
		got, doubt := pgdump.Taken(test.created, false, test.beats)
		if !got.Equal(test.want) || (doubt == "") != (test.doubt == "") || !strings.Contains(doubt, test.doubt) {
			t.Errorf("%s: got %s, %q, want %s", name, got, doubt, test.want)
		}
	}
	if got, doubt := pgdump.Taken(newest, true, many(5*time.Hour)); !got.Equal(newest) || doubt != "" {
		t.Errorf("in UTC for certain: got %s, %q", got, doubt)
	}
}

func BenchmarkBytea(b *testing.B) {
	src := append([]byte(`\x`), bytes.Repeat([]byte("7b226964223a22"), 130)...)
	var dst []byte
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		dst, _ = pgdump.AppendBytea(dst[:0], src)
	}
}

// TestTheInstanceAgeIsThatOfTheBackup proves that neither the dumping host's time zone nor the column's type changes
// how long an instance has been silent, and that a backup does not age.
func TestTheInstanceAgeIsThatOfTheBackup(t *testing.T) {
	t.Parallel()
	for column, value := range map[string]string{
		"timestamptz": "now() - interval '1 hour' * n", "timestamp": "(now() AT TIME ZONE 'UTC') - interval '1 hour' * n",
		"bigint": "extract(epoch FROM now())::bigint - 3600 * n", "numeric": "(extract(epoch FROM now()) - 3600 * n) * 1000",
	} {
		t.Run(column, func(t *testing.T) {
			t.Parallel()
			dsn := pgtest.Start(t).Database(t, installation(t), `
				ALTER TABLE gateway_instance DROP COLUMN last_heartbeat;
				ALTER TABLE gateway_instance ADD COLUMN last_heartbeat `+column+`, ADD COLUMN n int;
				UPDATE gateway_instance SET n = CASE id WHEN 'i1' THEN 0 ELSE 30 END;
				UPDATE gateway_instance SET last_heartbeat = `+value)
			for _, zone := range []string{"UTC", "Asia/Tokyo", "America/St_Johns"} {
				name := filepath.Join(t.TempDir(), "api7.dump")
				cmd := exec.CommandContext(t.Context(), pgDump(t), "-Fc", "-d", dsn, "-f", name)
				cmd.Env = append(os.Environ(), "TZ="+zone, "PGTZ="+zone)
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Fatalf("%v: %s", err, out)
				}
				ages := map[string]string{}
				c, err := open(t, name).Stream(t.Context(), sourcetest.AllButSecrets(), func(r *estate.Resource) error {
					if r.Kind == estate.Instance {
						ages[r.ID] = string(r.Body)
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				if said := strings.Contains(fmt.Sprint(c.Notes), "hours from UTC: how long"); said != (zone != "UTC") {
					t.Errorf("%s: notes %v", zone, c.Notes)
				}
				if !regexp.MustCompile(`"heartbeat_age_seconds":[0-9]{1,2}[,}]`).MatchString(ages["i1"]) || !regexp.MustCompile(`"heartbeat_age_seconds":1080[0-9][0-9][,}]`).MatchString(ages["i2"]) {
					t.Errorf("%s: want no time and thirty hours: %s, %s", zone, ages["i1"], ages["i2"])
				}
			}
		})
	}
}

// TestEveryPairOfHexDigits proves that a byte is read from exactly the pairs that the standard library accepts,
// wherever the pair is.
func TestEveryPairOfHexDigits(t *testing.T) {
	t.Parallel()
	const around = "00112233445566778899aabbccddeeff"
	for pair := range 1 << 16 {
		for _, at := range []int{0, 2, 14, 16, len(around)} {
			text := around[:at] + string([]byte{byte(pair), byte(pair >> 8)}) + around[at:]
			got, ok := pgdump.AppendBytea(nil, []byte(`\x`+text))
			want, err := hex.DecodeString(text)
			if ok != (err == nil) || ok && !bytes.Equal(got, want) {
				t.Fatalf("%q: got %x, %v, want %x, %v", text, got, ok, want, err)
			}
		}
	}
}

// TestTextThatIsNotUTF8IsDamage proves that a row whose encoding nobody knows is neither dropped nor taken as clean,
// and that a known encoding is converted.
func TestTextThatIsNotUTF8IsDamage(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installation(t), `UPDATE service SET name = 'Käse', plugins = '{"cors": {"allow_origins": "é"}}'; UPDATE gateway_group SET name = 'Größe' WHERE id = 'default'`)
	utf8 := dump(t, dsn, "api7.sql")
	want, err := readFile(t, utf8)
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"-Fp"}, {"-Fp", "--inserts"}, {"-Fc"}, {"-Ft"}} {
		got, err := readFile(t, dump(t, dsn, "api7.sql", append(args, "--encoding=LATIN1")...))
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v %v (-UTF8 +LATIN1):\n%s", args, err, diff)
		}
	}
	text, err := os.ReadFile(dump(t, dsn, "api7.sql", "--encoding=LATIN1"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := readFile(t, write(t, "api7.sql", bytes.Replace(text, []byte("client_encoding = 'LATIN1'"), []byte("client_encoding = 'SQL_ASCII'"), 1)))
	if err != nil || len(got.Resources) != len(want.Resources) {
		t.Fatalf("%d resources of %d, %v", len(got.Resources), len(want.Resources), err)
	}
	damaged := 0
	for _, r := range got.Resources {
		if strings.HasPrefix(r, "service_template") && strings.Contains(r, "DAMAGED") {
			damaged++
		}
	}
	if damaged != 2 {
		t.Errorf("%d service templates are damaged:\n%s", damaged, strings.Join(got.Resources, "\n"))
	}
}
