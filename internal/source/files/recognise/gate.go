package recognise

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/lazyregexp"
)

// gate is what a text must have for its document to match a row: the words of marks and signs, wherever they stand.
type gate struct {
	form  Form
	file  *lazyregexp.Regexp
	all   [][]int // each of these
	some  [][]int // and one of these
	signs []weighed
	least int
	name  string // which, if the file has it, weighs as well
}

// weighed are the words of a sign.
type weighed struct {
	words  []int
	weight int
}

// gates are those of all rows, made of the tables: a row that is added needs no word here.
type gates struct {
	vocabulary map[string]int // numbers the words that marks and signs are made of
	lengths    [256]uint64    // as bits, the lengths of the words that begin with a byte: they refuse nearly all words of a text

	files, others, components []gate

	dsn    []int
	stored [][]int // a database is a sign of every component that has one
	object []int   // a Kubernetes object
	secret [][]int // what hides what it is: Base64
	apache [][]int // containers of Apache APISIX
	proxy  []int   // objects of ingress controllers
	change [][]int // objects that say how others are changed
	charts [][]int // objects that say of which chart a release is, where others say where that comes from
}

var all = allGates()

func allGates() *gates {
	g := &gates{vocabulary: map[string]int{}}
	g.files, g.others = g.of(slices.Concat(toolFiles, dumps, valueRows)), g.of(others)
	for _, c := range components {
		g.components = append(g.components, gate{form: c.form, some: g.marks(controlPlane), signs: g.signs(c.signs), least: sure, name: c.name})
	}
	g.dsn, g.stored, g.object, g.secret = g.words("database.dsn"), g.marks(database), g.words("apiVersion.kind"), [][]int{g.words("Secret.data"), g.words("binaryData"), g.words("SecretList.data")}
	g.proxy = g.words("GatewayProxy.ControlPlane")
	g.apache = [][]int{g.words("apisix"), g.words("apisix-dashboard"), g.words("apisix-ingress-controller")}
	g.change = [][]int{g.words("Kustomization.patches"), g.words("Kustomization.components"), g.words("kustomize.patches"), g.words("kustomize.components")}
	for _, path := range []string{
		"HelmRelease.gateway", "HelmRelease.chartRef", "Application.chart.gateway", "ApplicationSet.chart.gateway", "HelmChart.gateway", "HelmChart.sourceRef",
		"HelmChartConfig", "HelmRepository.url", "OCIRepository.url",
	} {
		g.charts = append(g.charts, g.words(path))
	}
	for word := range g.vocabulary {
		g.lengths[word[0]] |= 1 << len(word)
	}
	return g
}

// words returns the numbers of the words of a path.
func (g *gates) words(path string) []int {
	var all []int
	for word := range strings.SplitSeq(path, ".") {
		if word == "*" || word == "" {
			continue
		}
		n, there := g.vocabulary[word]
		if !there {
			n = len(g.vocabulary)
			g.vocabulary[word] = n
		}
		all = append(all, n)
	}
	return all
}

func (g *gates) marks(marks []mark) [][]int {
	all := make([][]int, len(marks))
	for i, m := range marks {
		all[i] = g.words(m.path)
	}
	return all
}

func (g *gates) signs(signs []sign) []weighed {
	all := make([]weighed, len(signs))
	for i, s := range signs {
		all[i] = weighed{append(g.words(s.path), g.words(s.value)...), s.weight}
	}
	return all
}

func (g *gates) of(rows []row) []gate {
	all := make([]gate, len(rows))
	for i, r := range rows {
		all[i] = gate{form: r.form, file: r.file, all: g.marks(r.all), some: g.marks(r.some), signs: g.signs(r.signs), least: r.least}
	}
	return all
}

// open reports whether a text with these words, and some weight beside that of its signs, can have all that the row wants.
func (g *gate) open(words *set, weight int) bool {
	has := func(w []int) bool { return words.hasAll(w) }
	if slices.ContainsFunc(g.all, func(w []int) bool { return !words.hasAll(w) }) || len(g.some) > 0 && !slices.ContainsFunc(g.some, has) {
		return false
	}
	for _, s := range g.signs {
		if words.hasAll(s.words) {
			weight += s.weight
		}
	}
	return weight >= g.least
}

// Concerns reports whether a file with this text can hold anything of API7.
func (s *Scan) Concerns(path string) bool { return s.any || s.Spells(path) }

// Spells reports the same as long as no word is written with escapes, which nobody does by hand.
func (s *Scan) Spells(path string) bool {
	if s.api7 {
		return true
	}
	if s.words == (set{}) {
		return false
	}
	for i := range all.files {
		g := &all.files[i]
		if g.form != Manifest && (g.file == nil || g.file.MatchString(filepath.Base(path))) && g.open(&s.words, 0) {
			return true
		}
	}
	return s.settings(func(name string) bool { return named(path, name) }) || s.object()
}

// object reports whether a Kubernetes object may hold something of API7: the file of a component, a text in Base64,
// which hides what it is, a container of Apache APISIX, which reads files of the same form, or a change of an object that
// stands elsewhere.
func (s *Scan) object() bool {
	has := func(w []int) bool { return s.words.hasAll(w) }
	return has(all.object) && (slices.ContainsFunc(all.secret, has) || has(all.proxy) || slices.ContainsFunc(all.change, has) || slices.ContainsFunc(all.charts, has) || slices.ContainsFunc(all.apache, has) || s.settings(always))
}

// settings reports whether the file of a component can be there, which has a name or not.
func (s *Scan) settings(named func(name string) bool) bool {
	for i := range all.others {
		if all.others[i].open(&s.words, 0) {
			return true
		}
	}
	if s.words.hasAll(all.dsn) {
		return true
	}
	beside := 0 // a database is a sign of each
	if slices.ContainsFunc(all.stored, s.words.hasAll) {
		beside = 1
	}
	return slices.ContainsFunc(all.components, func(g gate) bool {
		weight := beside
		if named(g.name) {
			weight += byItsName
		}
		return g.open(&s.words, weight)
	})
}

func always(string) bool { return true }
