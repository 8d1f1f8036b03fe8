package archive_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump/archive"
)

// learned says what a backup tells about tables and types: "schema.name kind < parents", with a mark for a partition
// and for row level security.
func learned(a *archive.Archive) []string {
	tables := a.Tables()
	var all []string
	for _, t := range tables {
		words := []string{fmt.Sprintf("%s.%s %c", t.Schema, t.Name, t.Kind)}
		for _, parent := range t.Parents {
			words = append(words, "<", tables[parent].Name)
		}
		if t.Partition {
			words = append(words, "partition")
		}
		if t.RowSecurity {
			words = append(words, "secured")
		}
		all = append(all, strings.Join(words, " "))
	}
	for _, t := range a.Types() {
		all = append(all, fmt.Sprintf("type %s %q %q", t.Name, t.Base, string(t.Category)))
	}
	for _, t := range a.Lacks() {
		all = append(all, "lacks "+t.Schema+"."+t.Name)
	}
	slices.Sort(all)
	return all
}

// TestStatementsOfEveryReleaseAreLearnedFrom proves that what tables are and how they belong together is read from the
// statements of old and new releases of pg_dump, and from no text that only looks like one.
func TestStatementsOfEveryReleaseAreLearnedFrom(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		sql  string
		want []string
	}{
		"a partition, since 14": {
			"CREATE TABLE public.k (\n id integer\n)\nPARTITION BY RANGE (id);\nCREATE TABLE public.k1 (\n id integer\n);\nALTER TABLE ONLY public.k ATTACH PARTITION public.k1 FOR VALUES FROM (1) TO (9);\n",
			[]string{"public.k p", "public.k1 r < k partition"},
		},
		"a partition that has some itself": {
			"CREATE TABLE k (id integer) PARTITION BY LIST (id);\nCREATE TABLE \"K 1\" PARTITION OF k FOR VALUES IN (')', 2) PARTITION BY HASH (id);\n",
			[]string{"public.K 1 p < k partition", "public.k p"},
		},
		"a partition whose table is missing": {
			"CREATE TABLE public.k1 (id integer);\nALTER TABLE ONLY public.k ATTACH PARTITION public.k1 DEFAULT;\n",
			[]string{"lacks public.k", "public.k1 r partition"},
		},
		"inheritance": {
			"CREATE TABLE a (id integer);\nCREATE TABLE b () INHERITS (a);\nCREATE TABLE c (id integer);\nALTER TABLE ONLY c INHERIT other.b;\nALTER TABLE c INHERIT public.b;\n",
			[]string{"lacks other.b", "public.a r", "public.b r < a", "public.c r < b"},
		},
		"views": {
			"CREATE VIEW v AS SELECT 1;\nCREATE MATERIALIZED VIEW m AS\n SELECT 1\n  WITH NO DATA;\nCREATE OR REPLACE VIEW w AS SELECT ';';\n",
			[]string{"public.m m", "public.v v", "public.w v"},
		},
		"a view before 10": {
			"CREATE TABLE v (id integer);\nCREATE RULE \"_RETURN\" AS\n    ON SELECT TO v DO INSTEAD SELECT 1;\nCREATE RULE r AS ON INSERT TO v DO NOTHING;\n",
			[]string{"public.v v"},
		},
		"row level security": {
			"CREATE TABLE a (id integer);\nCREATE TABLE b (id integer);\nALTER TABLE public.a ENABLE ROW LEVEL SECURITY;\nALTER TABLE ONLY b FORCE ROW LEVEL SECURITY;\n",
			[]string{"public.a r secured", "public.b r"},
		},
		"foreign keys": {
			"CREATE TABLE a (id integer);\nALTER TABLE ONLY a ADD CONSTRAINT \"f k\" FOREIGN KEY (id, \"x)\") REFERENCES gone(id, x) ON DELETE CASCADE;\nALTER TABLE ONLY a ADD CONSTRAINT u UNIQUE (id);\n",
			[]string{"lacks public.gone", "public.a r"},
		},
		"types": {
			"CREATE DOMAIN public.doc AS character varying(80)[] COLLATE \"C\" DEFAULT ';' NOT NULL;\nCREATE TYPE public.\"M\" AS ENUM (\n 'a'\n);\nCREATE TYPE p AS (\n a text\n);\nCREATE TYPE r AS RANGE (subtype = date);\nCREATE TYPE own;\nCREATE TYPE own (\n INPUT = f,\n CATEGORY = 'S'\n);\n",
			[]string{`type own "" "S"`, `type p "" "C"`, `type public."M" "" "E"`, `type public.doc "character varying(80)[]" "` + "\\x00" + `"`, `type r "" "R"`},
		},
		"texts": {
			"CREATE TABLE a (v text DEFAULT '\nALTER TABLE a ENABLE ROW LEVEL SECURITY;\n');\nCOMMENT ON TABLE a IS 'CREATE VIEW a AS';\n",
			[]string{"public.a r"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plain := "--\n-- PostgreSQL database dump\n--\nSET search_path = public;\n" + test.sql + "--\n-- PostgreSQL database dump complete\n--\n"
			a, err := archive.Open(t.Context(), "-", infile.Options{Stdin: strings.NewReader(plain)})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = a.Close() }()
			if diff := cmp.Diff(test.want, learned(a)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestAnEntryOfAnArchiveCanHoldSeveralStatements proves that partitions are known as such in archives before 14, where
// one entry creates and attaches them.
func TestAnEntryOfAnArchiveCanHoldSeveralStatements(t *testing.T) {
	t.Parallel()
	f := fixture{minor: 13, codec: "none", tables: []fixtureTable{
		{"public", "k", "CREATE TABLE public.k (\n    id integer\n)\nPARTITION BY RANGE (id);\n", "COPY public.k (id) FROM stdin;\n", "\\.\n\n\n"},
		{
			"public", "k1", "CREATE TABLE public.k1 (\n    id integer DEFAULT length('\nALTER TABLE x')\n);\nALTER TABLE ONLY public.k ATTACH PARTITION public.k1 FOR VALUES FROM (1) TO (9);\n" +
				"ALTER TABLE ONLY public.k1 FORCE ROW LEVEL SECURITY;\n", "COPY public.k1 (id) FROM stdin;\n", "\\.\n\n\n",
		},
	}}
	a, err := archive.Open(t.Context(), "-", infile.Options{Stdin: bytes.NewReader(f.bytes(t))})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	if diff := cmp.Diff([]string{"public.k p", "public.k1 r < k partition"}, learned(a)); diff != "" {
		t.Error(diff)
	}
}
