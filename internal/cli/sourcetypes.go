package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/adc"
	"github.com/api7-preflight/api7-preflight/internal/source/adminapi"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump"
	"github.com/api7-preflight/api7-preflight/internal/source/snapshot"
)

// sourceType is everything that the command line knows about one type of source. To add one, write its package and
// add a row to [sourceTypes].
type sourceType struct {
	flag  string                                      // names what to read
	usage string                                      // of the flag
	takes func(flags flags, name, usage string) *flag // adds the flag
	more  func(flags, *sourceFlags)                   // adds flags for how to read it; may be nil

	// open opens the source that the flag names.
	open func(a *app, ctx context.Context, f *sourceFlags, given []string) (estate.Source, error)
	// implied reports whether something else names a source, which counts if no flag names any; may be nil.
	implied func(*app) bool

	holds   func(estate.Kind) bool // the kinds that such a source can hold
	offered bool                   // hints offer it if something of these kinds is missing

	is     func(file string) bool // whether a file is such a source, by its content; may be nil
	called string                 // name for such a file
}

// sourceTypes returns the table of sources, the one that knows most first.
func sourceTypes() []sourceType {
	everything := func(estate.Kind) bool { return true }
	return []sourceType{
		{
			flag: "dsn", usage: dsnUsage,
			takes: connectionString, open: (*app).openDatabase, implied: (*app).libpq,
			more: func(flags flags, f *sourceFlags) {
				flags.number(&f.maxRows, 0, maxRows, "max-rows-per-second",
					"how many rows --dsn is read in a second, at most; 0 for no limit (the transaction, for which vacuum waits, takes longer)")
			},
			holds: controlplane.Holds, offered: true,
		},
		{
			flag: "backup", usage: "pg_dump backup: plain SQL, custom, directory or tar format, also .gz and .zst; - for standard input",
			takes: oneFile, open: (*app).openBackup,
			holds: controlplane.Holds, offered: true,
			is: pgdump.Is, called: "a backup by pg_dump",
		},
		{
			flag: "admin-api", usage: "URL of the control plane's Admin API; the token comes from " + tokenVariable,
			takes: oneText, open: (*app).openAdminAPI,
			more: func(flags flags, f *sourceFlags) {
				flags.file(&f.caFile, "ca-file", "PEM file with certificates to trust for --admin-api").reads()
				flags.toggle(&f.insecure, "insecure", "do not verify the certificate of --admin-api")
				f.rate, f.concurrency = adminapi.DefaultRate, adminapi.DefaultConcurrency
				flags.number(&f.rate, 1, maxRate, "api-requests-per-second", "how many requests --admin-api is sent in a second, at most")
				flags.number(&f.concurrency, 1, maxConcurrency, "api-concurrency", "how many requests --admin-api is sent at the same time, at most")
			},
			holds: adminapi.Holds, offered: true,
		},
		{ // knows one gateway group, so it makes up for nothing that another source lacks
			flag: "adc", usage: "[GROUP=]FILE: output of adc dump for one gateway group (repeatable); - for standard input",
			takes: filesOf(grouped), open: (*app).openDumps,
			holds: adc.Holds,
		},
		{
			flag: "config", usage: "configuration file, docker-compose file, Helm values (a.yaml,b.yaml: layers), manifests, or folder; - for standard input (repeatable)",
			takes: filesOf(layers), open: (*app).openConfiguration,
			more: func(flags flags, f *sourceFlags) {
				flags.patterns(&f.exclude, "exclude", "leave out what matches in folders of --config: a name, or a path with ** (repeatable)")
				flags.toggle(&f.dsnFromConfig, "dsn-from-config", "read the database named in the Dashboard's file of --config").reads()
			},
			holds: estate.Kind.InFiles, offered: true,
		},
		{ // was taken from the others
			flag: "snapshot", usage: "file written by api7-preflight snapshot",
			takes: oneFile, open: (*app).openSnapshot,
			holds: everything,
			is:    func(file string) bool { return snapshot.Is(beginning(file)) }, called: "a snapshot",
		},
	}
}

// The limits of how hard --dsn and --admin-api can be asked.
const (
	maxRows        = 10_000_000
	maxRate        = 10_000
	maxConcurrency = 100
)

const dsnUsage = "the control plane's PostgreSQL, as a URL or keywords (default: libpq's PG* variables)"

// The ways in which a flag names what to read. [flag.given] has the values.

func connectionString(flags flags, name, usage string) *flag {
	return flags.text(new(string), name, usage).connection()
}

func oneText(flags flags, name, usage string) *flag {
	f := flags.text(new(string), name, usage)
	f.secretless = true
	return f
}

func oneFile(flags flags, name, usage string) *flag { return flags.file(new(string), name, usage) }

func filesOf(paths func(under func(string) string, text string) string) func(flags, string, string) *flag {
	return func(flags flags, name, usage string) *flag { return flags.files(new([]string), name, usage, paths) }
}

// add adds the flag that names what to read.
func (t *sourceType) add(flags flags) *flag { return t.takes(flags, t.flag, t.usage).reads() }

// elsewhere returns the flags, joined by "or", of sources that can hold all these kinds and are not given yet.
func (f *sourceFlags) elsewhere(kinds ...estate.Kind) string {
	var offers []string
	for _, t := range sourceTypes() {
		given := slices.ContainsFunc(f.open, func(o openSource) bool { return o.flag == t.flag && allOf(kinds, o.source.Holds) })
		if t.offered && allOf(kinds, t.holds) && !given {
			offers = append(offers, "--"+t.flag)
		}
	}
	return either(offers)
}

func allOf(kinds []estate.Kind, holds func(estate.Kind) bool) bool {
	return !slices.ContainsFunc(kinds, func(k estate.Kind) bool { return !holds(k) })
}

// typeOf returns the type of source that a file is, by its content.
func typeOf(file string) (sourceType, bool) {
	types := sourceTypes()
	i := slices.IndexFunc(types, func(t sourceType) bool { return t.is != nil && t.is(file) })
	if i < 0 {
		return sourceType{}, false
	}
	return types[i], true
}

// sourceFlagNames lists the flags of all types of sources, with dashes.
func sourceFlagNames() []string {
	var names []string
	for _, t := range sourceTypes() {
		names = append(names, "--"+t.flag)
	}
	return names
}

// either joins words with commas and a final "or".
func either(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
