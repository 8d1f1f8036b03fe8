package postgres

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// coverage says of each needed kind how completely it was read.
func (r *reading) coverage() estate.Coverage {
	c := estate.Coverage{Kinds: []estate.KindCoverage{}, Notes: r.notes}
	for _, k := range estate.Kinds() {
		if r.need.Wants(k) {
			c.Kinds = append(c.Kinds, r.kindCoverage(k))
		}
	}
	return c
}

func (r *reading) kindCoverage(k estate.Kind) estate.KindCoverage {
	if slices.Contains(kineKinds(), k) {
		return r.publishedCoverage(k)
	}
	covered := estate.KindCoverage{Kind: k}
	if k == estate.Publication {
		return r.publicationCoverage()
	}
	for _, p := range r.src.layout.places {
		if t := r.tallies[p.concept.name]; t != nil && p.concept.kind == k {
			covered.Count += t.objects.count - t.extra
			covered.Gaps = append(covered.Gaps, t.gaps...)
		}
	}
	return covered
}

// publishedCoverage is that of the kinds in kine. Where kine could not be read, the published tables stand in for it.
func (r *reading) publishedCoverage(k estate.Kind) estate.KindCoverage {
	covered := estate.KindCoverage{Kind: k, Count: r.store.objects[k].count}
	if r.store.read {
		if k == estate.PluginConfig {
			covered.Gaps = r.store.strangeGaps(r.src.layout.of(kine).table.name)
		}
		return covered
	}
	for _, p := range r.src.layout.places {
		if t := r.tallies[p.concept.name]; p.concept.kind == k && t != nil && t.read {
			return estate.KindCoverage{Kind: k, Count: t.objects.count - t.extra, Gaps: t.gaps}
		}
	}
	covered.Gaps = []estate.Gap{r.kineGap()}
	return covered
}

func (r *reading) kineGap() estate.Gap {
	if r.store.gap != nil {
		return *r.store.gap
	}
	p := r.src.layout.of(kine)
	return estate.Gap{What: "published configuration", Why: p.why, Next: "give another source that holds it"}
}

func (r *reading) publicationCoverage() estate.KindCoverage {
	p, t := r.src.layout.of(publishedService), r.tallies[publishedService]
	covered := estate.KindCoverage{Kind: estate.Publication, Count: t.published}
	switch {
	case !t.read:
		covered.Gaps = t.gaps
	case p.columns["service_id"].name == "":
		covered.Gaps = []estate.Gap{*gap(fmt.Sprintf("table %q", p.table.name), "no column tells which template a service was published from, or SELECT on it is not granted")}
	}
	return covered
}

// crossCheck compares what gateways read from kine with what the control plane's tables say is published.
func (r *reading) crossCheck() {
	for _, p := range r.src.layout.places {
		t := r.tallies[p.concept.name]
		if t == nil || !slices.Contains(kineKinds(), p.concept.kind) {
			continue
		}
		what := "published " + strings.ReplaceAll(p.concept.kind.String(), "_", " ") + "s"
		inKine := r.store.objects[p.concept.kind]
		switch {
		case !r.store.read && t.read && r.need.Wants(p.concept.kind):
			r.note(what, "read from table %q only", p.table.name)
		case !r.store.read || !r.need.Wants(p.concept.kind):
		case !t.read:
			for _, gap := range t.gaps {
				r.note(what, "read from kine and not compared with the control plane's table: %s: %s", gap.What, gap.Why)
			}
		case t.extra == 0 && !t.objects.same(inKine):
			r.note(what, "kine holds %d, table %q %d, and they are not the same%s",
				inKine.count, p.table.name, t.objects.count, t.differences())
		}
	}
}

// countDuplicates counts keys that several rows share, and the rows beyond the first of each.
func (s *Source) countDuplicates(ctx context.Context, t *table, key []string) (n string, extra int64, err error) {
	columns := make([]string, len(key))
	for i, name := range key {
		columns[i] = column{name: name}.sql()
	}
	q := query{what: "table " + t.name, sql: statement("duplicates", "table", t.sql(), "key", strings.Join(columns, ", "))}
	n = "0"
	_, err = s.attempt(ctx, &place{table: t}, func() error {
		return s.session.rows(ctx, q, func(v [][]byte) error {
			n = string(v[0])
			extra, _ = strconv.ParseInt(string(v[1]), 10, 64)
			return nil
		})
	})
	return n, extra, err
}

// label is the table's name in findings, with the schema where it is not the chosen one.
func (p *place) label(schema string) string {
	if p.table == nil || p.table.schema == schema {
		if p.table == nil {
			return ""
		}
		return p.table.name
	}
	return p.table.schema + "." + p.table.name
}

// saidNone reports whether the schema map says that there is no table for p.
func (s *Source) saidNone(p *place) bool { return s.schemaMap.Tables[p.concept.name].Table == none }

func commas(words []string) string { return strings.Join(words, ", ") }
