package archive_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump/archive"
)

func TestOldDumpsNameTheirSchemaInTheSearchPath(t *testing.T) {
	t.Parallel()
	got, err := fromStdin(t.Context(), []byte(head+"SET search_path = \"Sch\", pg_catalog;\nCREATE TABLE t (\n    a integer,\n    b text\n);\n"+
		"COPY t (a, b) WITH OIDS FROM stdin;\n16385\t1\tx\n\\.\n\nSET search_path = public, pg_catalog;\n\nINSERT INTO u (a) VALUES (1);\n"+tail))
	if err != nil {
		t.Fatal(err)
	}
	same(t, rows{"Sch.t": {"oid,a,b", `"16385"|"1"|"x"|`}, "public.u": {"a", `"1"|`}}, got)
}

func TestInsertValuesAreReadAsCopyWouldPrintThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1":                      `"1"|`,
		"-1.5e10":                `"-1.5e10"|`,
		"'NaN'":                  `"NaN"|`,
		"NULL":                   `NULL|`,
		"true":                   `"t"|`,
		"false":                  `"f"|`,
		"''":                     `""|`,
		"''''":                   `"'"|`,
		`'a\'`:                   `"a\\"|`,
		`E'a\\\'\n\x41\101\q'''`: `"a\\'\nAAq'"|`,
		"B'0101'":                `"0101"|`,
		"'a\nb;)--,'":            `"a\nb;)--,"|`,
	} {
		got, err := fromStdin(t.Context(), []byte(head+"INSERT INTO public.t (a) VALUES ("+text+");\n"+tail))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		same(t, rows{"public.t": {"a", want}}, got)
	}
	got, err := fromStdin(t.Context(), []byte(head+"SET standard_conforming_strings = off;\nINSERT INTO public.t (a) VALUES ('it\\'s \\\\');\n"+tail))
	if err != nil {
		t.Fatal(err)
	}
	same(t, rows{"public.t": {"a", `"it's \\"|`}}, got)
}

func TestCopyEscapesAreDecoded(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		`a\tb`:             `"a\tb"|`,
		`\b\f\n\r\t\v\\`:   `"\b\f\n\r\t\v\\"|`,
		`\N`:               `NULL|`,
		`\\N`:              `"\\N"|`,
		`\\.`:              `"\\."|`,
		`x\N`:              `"xN"|`,
		`\101\x41\x4g\xzz`: `"AA\x04gxzz"|`,
		``:                 `""|`,
		"\\t\t":            `"\t"|""|`,
		"a\t\\N\tb":        `"a"|NULL|"b"|`,
	} {
		values, ok := archive.SplitCopy([]byte(line), nil, strings.Count(line, "\t")+1)
		if got := shape(values); !ok || got != want {
			t.Errorf("%q: %s, %v; want %s", line, got, ok, want)
		}
	}
}

func TestAValueThatIsTooLongIsNamedAndTheRestIsGiven(t *testing.T) {
	t.Parallel()
	long, half := strings.Repeat("0123456789abcdef", archive.MaxRow/16+1), strings.Repeat("x", archive.MaxRow/2)
	data := "1\t" + half + "\tend\n2\t" + long + "\tend\n3\t\\N\tend\n\\.\n\n\n"
	define := "CREATE TABLE public.t (\n    a integer,\n    b text,\n    c text\n);\n"
	copies := "COPY public.t (a, b, c) FROM stdin;\n"
	insert := fmt.Sprintf("INSERT INTO public.t VALUES (1, '%s', 'end');\nINSERT INTO public.t VALUES (2, '%s', 'end');\nINSERT INTO public.t VALUES (3, NULL, 'end');\n", half, long)
	for name, dump := range map[string]string{
		"copy":    head + define + copies + data + tail,
		"insert":  head + define + insert + tail,
		"archive": string(fixture{minor: 16, codec: "zstd", tables: []fixtureTable{{"public", "t", define, copies, data}}}.bytes(t)),
	} {
		a, err := archive.Open(t.Context(), "-", infile.Options{Stdin: strings.NewReader(dump)})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = a.Close() }()
		var got []string
		err = a.Read(t.Context(), all, func(t *archive.Table, v [][]byte, _ int64) error {
			got = append(got, fmt.Sprintf("%s %d %v %s %v", v[0], len(v[1]), v[1] == nil, v[2], t.TooLong))
			return nil
		})
		want := []string{fmt.Sprintf("1 %d false end []", len(half)), "2 0 true end [1]", "3 0 true end []"}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v; want %q", name, got, err, want)
		}
	}
}

func TestPartitionsLoadedThroughTheirRootAreRowsOfTheRoot(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"-Fp"}, {"-Fc"}, {"-Fp", "--inserts"}, {"-Fc", "--inserts"}, {"-Fd"}} {
		got, err := read(t.Context(), dump(t, append(args, "--load-via-partition-root", "--table=public.events*")...))
		if err != nil {
			t.Fatal(err)
		}
		events := got["public.events"]
		slices.Sort(events)
		want := []string{`"1"|"2026-01-05"|`, `"2"|"2026-03-05"|`, `"3"|"2026-01-06"|`, "id,at"}
		if !slices.Equal(events, want) {
			t.Errorf("%v: %q", args, got)
		}
	}
}

//nolint:paralleltest // others' allocations would be counted
func TestRowsCostNoAllocation(t *testing.T) {
	data := benchData(5000)
	inserts := strings.Repeat("INSERT INTO public.t (a, b) VALUES (1, 'it''s'), (2, NULL);\n", 5000)
	for name, dump := range map[string]string{
		"copy":    head + benchTable + benchCopy + string(data) + tail,
		"inserts": head + inserts + tail,
		"archive": string(fixture{minor: 16, codec: "zlib", tables: []fixtureTable{{"public", "kine", benchTable, benchCopy, string(data)}}}.bytes(t)),
	} {
		a, err := archive.Open(t.Context(), "-", infile.Options{Stdin: strings.NewReader(dump)})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = a.Close() }()
		got := testing.AllocsPerRun(3, func() {
			if err := a.Read(t.Context(), all, func(*archive.Table, [][]byte, int64) error { return nil }); err != nil {
				t.Error(err)
			}
		})
		if got > 200 {
			t.Errorf("%s: %v allocations for 5,000 rows or more", name, got)
		}
	}
}

// TestManyWaysToTheSameParentAreOne would not end if every way were followed.
func TestManyWaysToTheSameParentAreOne(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(head + "CREATE TABLE public.t0 (a text, b jsonb);\n")
	const generations = 40
	for i := range generations {
		parents := strings.Repeat(fmt.Sprintf(", public.t%d", i), 10)[2:]
		fmt.Fprintf(&b, "CREATE TABLE public.t%d (c%d integer)\nINHERITS (%s);\n", i+1, i+1, parents)
	}
	b.WriteString("CREATE TABLE public.self (x text)\nINHERITS (public.self);\n" + tail)
	a, err := archive.Open(t.Context(), "-", infile.Options{Stdin: strings.NewReader(b.String())})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	for _, table := range a.Tables() {
		if table.Name == "t40" && (len(table.Columns) != 2+generations || table.Columns[1] != archive.Column{Name: "b", Type: "jsonb"}) {
			t.Errorf("%d columns: %v", len(table.Columns), table.Columns)
		}
		if table.Name == "self" && len(table.Columns) != 1 {
			t.Errorf("a table that inherits from itself: %v", table.Columns)
		}
	}
}
