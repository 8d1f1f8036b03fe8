package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

// maxDamaged is the number of damaged rows of a kind that are named, the first in the order of their places; the rest
// are only counted.
const maxDamaged = 1000

// stream sends resources through the handlers of all rules.
type stream struct {
	reader  *estate.Reader
	need    estate.Need
	kinds   [256][]kindHandler
	sieved  [256][]sievedHandlers
	plugins map[string][]pluginHandler
	sources []*read
	groups  groups
	history history
	owners  owners
	seed    maphash.Seed
	several bool                   // there is more than one source, so they are compared
	lacked  map[estate.Kind]lacked // what [stream.gaps] answered

	elsewhere func(estate.Kind) string // from Options; never nil
}

type kindHandler struct {
	run  *run
	call func(*estate.Resource)
}

// sievedHandlers are the handlers behind one sieve. Several rules have the same, and a million bodies are searched once.
type sievedHandlers struct {
	sieve    estate.Sieve
	handlers []kindHandler
}

type pluginHandler struct {
	run  *run
	call func(*estate.Resource, estate.Plugin)
}

// read is the result of reading one source.
type read struct {
	source   estate.Source
	coverage estate.Coverage
	damaged  map[estate.Kind][]estate.Gap
	hidden   map[estate.Kind]int // damaged rows that are only counted
	census   census
	seen     map[sight]estate.Group
	shown    map[string]bool        // the gateway groups in seen, under the installation's short ids; made on first use
	lacked   map[estate.Kind]lacked // what [read.gaps] answered since the source was read
}

// lacked is what was not read of a kind, and whether it is held at all.
type lacked struct {
	gaps []estate.Gap
	held bool
}

func newStream(o *Options) *stream {
	elsewhere := o.Elsewhere
	if elsewhere == nil {
		elsewhere = func(estate.Kind) string { return "" }
	}
	return &stream{
		need:    estate.Need{Kinds: map[estate.Kind]bool{estate.GatewayGroup: true}},
		plugins: map[string][]pluginHandler{},
		several: len(o.Sources) > 1,
		seed:    maphash.MakeSeed(),

		elsewhere: elsewhere,
	}
}

// listen registers the handlers of everything that was started, for what the plans need.
func (s *stream) listen(runs []*run, plans []*plan) {
	for _, p := range plans {
		maps.Copy(s.need.Kinds, p.need.Kinds)
	}
	for _, r := range runs {
		s.register(r)
	}
	s.history.want(s.need)
	s.owners.want(s.need)
	s.reader = estate.NewReader(slices.Sorted(maps.Keys(s.plugins)))
	if s.several { // sources are compared by what they show, so every object counts
		return
	}
	s.need.Direct, s.need.Plugins = map[estate.Kind]bool{
		estate.GatewayGroup: true, estate.ServiceTemplate: s.history.wanted, estate.ServiceVersion: s.history.wanted,
	}, map[string][]estate.Wish{}
	s.need.Sieves = map[estate.Kind][]estate.Sieve{}
	for _, r := range runs {
		s.wish(r.registered)
	}
	for _, k := range estate.Kinds() {
		for _, behind := range s.sieved[k] {
			s.need.Sieves[k] = append(s.need.Sieves[k], behind.sieve)
		}
	}
	s.owners.wish(s.need)
}

// wish tells sources what of a kind a rule looks at.
func (s *stream) wish(reg rule.Registration) {
	for k := range reg.Direct {
		s.need.Direct[k] = true
	}
	for name, wishes := range reg.Wishes {
		s.need.Plugins[name] = append(s.need.Plugins[name], wishes...)
	}
}

func (s *stream) register(t *run) {
	reg := t.registered
	for k, calls := range reg.Resources {
		for _, call := range calls {
			s.kinds[k] = append(s.kinds[k], kindHandler{t, call})
		}
	}
	for k, all := range reg.Sieved {
		for _, one := range all {
			i := slices.IndexFunc(s.sieved[k], func(behind sievedHandlers) bool { return behind.sieve.Same(one.Sieve) })
			if i < 0 {
				i = len(s.sieved[k])
				s.sieved[k] = append(s.sieved[k], sievedHandlers{sieve: one.Sieve})
			}
			s.sieved[k][i].handlers = append(s.sieved[k][i].handlers, kindHandler{t, one.Call})
		}
	}
	for name, calls := range reg.Attachments {
		for _, call := range calls {
			s.plugins[name] = append(s.plugins[name], pluginHandler{t, call})
		}
	}
}

// read streams one source.
func (s *stream) read(ctx context.Context, src estate.Source) error {
	in := &read{source: src, damaged: map[estate.Kind][]estate.Gap{}, hidden: map[estate.Kind]int{}, seen: map[sight]estate.Group{}}
	in.census = census{seed: s.seed, counts: map[censusKey]*headcount{}}
	s.sources = append(s.sources, in)
	coverage, err := src.Stream(ctx, s.need, estate.Telling(ctx, src.Info().Kind, func(r *estate.Resource) error {
		s.dispatch(in, r)
		return nil
	}))
	if err != nil {
		return fmt.Errorf("reading %s: %w", src.Info().Name, err)
	}
	if err := ctx.Err(); err != nil { // a source may return early, and without an error, when the context is done
		return fmt.Errorf("reading %s: %w", src.Info().Name, err)
	}
	in.coverage, in.lacked, s.lacked = coverage, map[estate.Kind]lacked{}, nil
	for k := range in.damaged {
		in.trim(k)
	}
	return nil
}

func (s *stream) dispatch(in *read, r *estate.Resource) {
	if why, next := s.open(r); why != "" {
		in.unread(r, why, next)
		return
	}
	in.see(r)
	if r.Kind == estate.GatewayGroup {
		s.groups.add(r)
	}
	s.history.learn(r)
	s.owners.learn(r)
	if s.several {
		in.census.add(r)
	}
	for _, h := range s.kinds[r.Kind] {
		h.run.guard(func() { h.call(r) })
	}
	for _, behind := range s.sieved[r.Kind] {
		if !behind.sieve.Selects(r) {
			continue
		}
		for _, h := range behind.handlers {
			h.run.guard(func() { h.call(r) })
		}
	}
	for _, p := range r.Plugins() {
		for _, h := range s.plugins[p.Name] {
			h.run.guard(func() { h.call(r, p) })
		}
	}
}

// open reads a resource, and returns why it cannot be judged and what to do about it; why is empty if it can.
func (s *stream) open(r *estate.Resource) (why, next string) {
	if r.Damage == "" {
		err := s.reader.Read(r)
		if errors.Is(err, estate.ErrHidden) {
			return err.Error(), readItself
		}
		if err == nil {
			return "", ""
		}
		r.Damage = err.Error()
	}
	return "damaged row: " + r.Damage, fixRow
}

// unread notes a resource that cannot be judged.
func (in *read) unread(r *estate.Resource, why, next string) {
	at := r.Origin.At("")
	at.Key = strings.Clone(at.Key) // valid only during the call
	in.damaged[r.Kind] = append(in.damaged[r.Kind], estate.Gap{
		ID:    estate.DamagedRows,
		What:  fmt.Sprintf("%s at %s", r.Kind, at),
		Why:   why,
		Next:  next,
		Names: []string{r.Kind.String(), strings.Clone(r.Group.Label()), strings.Clone(r.ID)}, At: at,
	})
	if len(in.damaged[r.Kind]) >= 2*maxDamaged {
		in.trim(r.Kind)
	}
}

// trim sorts the damaged rows of a kind, and only counts those that are too many to be named.
func (in *read) trim(k estate.Kind) {
	gaps := in.damaged[k]
	slices.SortFunc(gaps, func(a, b estate.Gap) int { return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Why, b.Why)) })
	if n := len(gaps) - maxDamaged; n > 0 {
		in.hidden[k] += n
		clear(gaps[maxDamaged:])
		in.damaged[k] = gaps[:maxDamaged]
	}
}

const (
	fixRow     = "fix or delete the row through the Dashboard or the Admin API, and run again"
	readItself = "assess the installation itself, not a snapshot of it"
)

// gaps returns what the source did not read of kind k, and whether it holds the kind. It is only to be read.
func (in *read) gaps(k estate.Kind) (gaps []estate.Gap, holds bool) {
	known, ok := in.lacked[k]
	if !ok {
		known.gaps, known.held = in.missing(k)
		if in.lacked != nil {
			in.lacked[k] = known
		}
	}
	return known.gaps, known.held
}

func (in *read) missing(k estate.Kind) (gaps []estate.Gap, holds bool) {
	if !in.source.Holds(k) {
		return nil, false
	}
	i := slices.IndexFunc(in.coverage.Kinds, func(c estate.KindCoverage) bool { return c.Kind == k })
	if i < 0 {
		return []estate.Gap{{What: k.String(), Why: "the source does not report reading any"}}, true
	}
	gaps = slices.Concat(in.coverage.Kinds[i].Gaps, in.damaged[k])
	if n := in.hidden[k]; n > 0 {
		gaps = append(gaps, estate.Gap{ID: estate.DamagedRows, What: fmt.Sprintf("%d more of kind %s", n, k), Why: "damaged rows", Next: fixRow})
	}
	return gaps, true
}

// rank returns the place of a kind of source in the order in which the sources are read; those of a snapshot come last.
func (s *stream) rank(source string) int {
	i := slices.IndexFunc(s.sources, func(in *read) bool { return in.source.Info().Kind == source })
	if i < 0 {
		return len(s.sources)
	}
	return i
}

func (in *read) counted(k estate.Kind) int64 { return in.kind(k).Count }

// partial reports whether the source covers only some of the gateway groups.
func (in *read) partial(k estate.Kind) bool { return in.kind(k).Partial }

// assumed reports whether no source shows anything of the kind, and that is taken to mean that there is none.
func (s *stream) assumed(k estate.Kind) bool {
	some := false
	for _, in := range s.sources {
		if _, holds := in.gaps(k); holds && !in.kind(k).Assumed {
			return false
		}
		some = some || in.kind(k).Assumed
	}
	return some
}

func (in *read) kind(k estate.Kind) estate.KindCoverage {
	for _, c := range in.coverage.Kinds {
		if c.Kind == k {
			return c
		}
	}
	return estate.KindCoverage{}
}
