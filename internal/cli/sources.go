package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/source/adc"
	"github.com/api7-preflight/api7-preflight/internal/source/adminapi"
	"github.com/api7-preflight/api7-preflight/internal/source/files"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump"
	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
	"github.com/api7-preflight/api7-preflight/internal/source/snapshot"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// databaseFlags say how to read a database.
type databaseFlags struct {
	schemaMap string
	timeout   time.Duration
	maxRows   int // per second; 0: no limit
}

func (f *databaseFlags) add(flags flags) {
	f.timeout = usualTimeout
	flags.file(&f.schemaMap, "schema-map", "YAML file that names tables and columns that are not recognised").reads()
	flags.duration(&f.timeout, "timeout", "time limit for each statement or request, and for a file that gives nothing; three of them for less than 4 KiB")
}

// sourceFlags say what to read and how. Several sources describe one installation.
type sourceFlags struct {
	databaseFlags

	named         map[string]*flag // the flags that name what to read
	dsnFromConfig bool
	exclude       []string // patterns of paths that folders of --config do not bring
	caFile        string
	insecure      bool
	rate          int             // requests per second of --admin-api
	concurrency   int             // requests of --admin-api at the same time
	installed     version.Version // what --from says; zero: nothing
	outputs       []*output       // of the command, which must not be one of the files
	files         *files.Source   // of --config, once opened
	dsnPlace      string          // where the connection string was found in these files
	open          []openSource    // opened by with
	explain       bool            // if no configuration file is recognised, explain why instead of returning an error
}

func (f *sourceFlags) add(cmd *cobra.Command) {
	flags := flagsOf(cmd)
	f.databaseFlags.add(flags)
	f.named = map[string]*flag{}
	for _, t := range sourceTypes() {
		f.named[t.flag] = t.add(flags)
		if t.more != nil {
			t.more(flags, f)
		}
	}
}

// given returns the values of the flag with that name.
func (f *sourceFlags) given(name string) []string { return f.named[name].given }

// openSource is a source, and the flag that names it.
type openSource struct {
	flag   string
	source estate.Source
}

// tokenVariable holds the token for the Admin API. It is not a flag, because other users can see a command line.
const tokenVariable = envPrefix + "TOKEN"

// with opens every requested source, calls use and closes the sources.
func (a *app) with(ctx context.Context, f *sourceFlags, use func(context.Context, []estate.Source) error) error {
	ctx = a.watch(ctx)
	defer a.stopProgress()
	defer func() {
		for _, o := range f.open {
			_ = o.source.Close() // nothing was written, so nothing can be lost
		}
	}()
	if err := f.oneStdin(); err != nil {
		return err
	}
	if err := a.databaseOfConfig(ctx, f); err != nil {
		return err
	}
	for _, t := range a.asked(f) {
		src, err := t.open(a, ctx, f, f.given(t.flag))
		if err != nil {
			return misplaced(t.flag, f.given(t.flag), blamed("--"+t.flag, err))
		}
		f.open = append(f.open, openSource{t.flag, src})
	}
	if len(f.open) == 0 {
		return usage("give "+either(sourceFlagNames())+", or set PGHOST, PGDATABASE, PGUSER or PGSERVICE",
			"no source: there is nothing to read")
	}
	open := make([]estate.Source, len(f.open))
	for i, o := range f.open {
		open[i] = o.source
	}
	return use(ctx, open)
}

// asked returns the types of the sources that the flags name. libpq's environment names a database only if no flag
// names any source: someone who gives a backup does not want production to be touched.
func (a *app) asked(f *sourceFlags) []sourceType {
	var named, implied []sourceType
	for _, t := range sourceTypes() {
		switch {
		case len(f.given(t.flag)) > 0:
			named = append(named, t)
		case t.implied != nil && t.implied(a):
			implied = append(implied, t)
		}
	}
	if len(named) == 0 {
		return implied
	}
	return named
}

// opened returns a source, or nothing, as an [estate.Source]. A nil pointer must not become a source.
func opened[S estate.Source](src S, err error) (estate.Source, error) {
	if err != nil {
		return nil, err
	}
	return src, nil
}

func (a *app) openDatabase(ctx context.Context, f *sourceFlags, given []string) (estate.Source, error) {
	src, err := a.database(ctx, strings.Join(given, ""), &f.databaseFlags)
	return opened(src, f.placed(err))
}

// database opens the database named by a connection string or by libpq's environment.
func (a *app) database(ctx context.Context, dsn string, f *databaseFlags) (*postgres.Source, error) {
	m, err := a.readSchemaMap(ctx, f)
	if err != nil {
		return nil, err
	}
	src, err := postgres.Open(ctx, postgres.Config{
		DSN: strings.TrimSpace(dsn), SchemaMap: m, Deadline: f.timeout, ApplicationName: "api7-preflight",
		HostAddr: a.env.get("PGHOSTADDR"), Getenv: a.env.get, Input: a.reading(f.timeout),
		MaxRowsPerSecond: f.maxRows, Now: a.env.Now,
	})
	if err != nil {
		return nil, fmt.Errorf("opening the database: %w", err)
	}
	return src, nil
}

func (a *app) openBackup(ctx context.Context, f *sourceFlags, given []string) (estate.Source, error) {
	m, err := a.readSchemaMap(ctx, &f.databaseFlags)
	if err != nil {
		return nil, err
	}
	return opened(pgdump.Open(ctx, pgdump.Config{Name: given[0], Input: a.reading(f.timeout), SchemaMap: m}))
}

func (a *app) openAdminAPI(ctx context.Context, f *sourceFlags, given []string) (estate.Source, error) {
	token := strings.TrimSpace(a.env.get(tokenVariable))
	if token == "" {
		return nil, usage("export "+tokenVariable+" with a token whose role may read everything", "--admin-api needs a token")
	}
	if f.insecure && !a.shared.quiet {
		a.warn("--insecure: the certificate of --admin-api is not verified; anyone in between can read the token and change the answers",
			"give the CA's certificate with --ca-file instead")
	}
	return opened(adminapi.Open(ctx, adminapi.Config{
		URL: strings.TrimSpace(given[0]), Token: token, CAFile: f.caFile, Input: infile.Options{Idle: f.timeout}, Insecure: f.insecure, Timeout: min(f.timeout, requestLimit), Now: a.env.Now,
		UserAgent: report.Program + "/" + a.env.Version, Installed: f.installed, Rate: float64(f.rate), Concurrency: f.concurrency,
		Proxy: http.ProxyFromEnvironment,
	}))
}

// requestLimit limits one request to the Admin API, which answers from memory. --timeout can only shorten it.
const requestLimit = 30 * time.Second

func (a *app) openDumps(ctx context.Context, f *sourceFlags, given []string) (estate.Source, error) {
	var files []adc.File
	for _, text := range given {
		files = append(files, adc.ParseFlag(text))
	}
	return opened(adc.Open(ctx, files, a.reading(f.timeout)))
}

// adcVersion parses --adc-version; zero if it is not given.
func adcVersion(text string) (version.Version, error) {
	if text == "" {
		return version.Version{}, nil
	}
	v, err := version.Parse(text)
	if err != nil && !plainWord(text) {
		return v, usage("adc --version prints it, such as 0.27.0", "--adc-version: not a version")
	}
	if err != nil {
		return v, usage("adc --version prints it, such as 0.27.0", "--adc-version: %v", err)
	}
	return v, nil
}

// madeBy passes on to the sources that are, or hold, dumps which ADC made them and which control plane they are from, if
// known.
func madeBy(open []estate.Source, made, control version.Version) {
	for _, src := range open {
		if dumps, ok := src.(interface {
			MadeBy(adc, control version.Version)
		}); ok {
			dumps.MadeBy(made, control)
		}
	}
}

func (a *app) openConfiguration(ctx context.Context, f *sourceFlags, _ []string) (estate.Source, error) {
	return opened(a.configuration(ctx, f))
}

func (*app) openSnapshot(ctx context.Context, f *sourceFlags, given []string) (estate.Source, error) {
	return opened(snapshot.Open(ctx, given[0], infile.Options{Idle: f.timeout}))
}

// reading says how the inputs that flags name are read: - is standard input. [sourceFlags.oneStdin] says who may read it.
func (a *app) reading(idle time.Duration) infile.Options {
	return infile.Options{Stdin: a.env.stdin(), Idle: idle}
}

// maxDocument is the size in bytes that no file has which a person writes for this program.
const maxDocument = 1 << 20

func (*app) readSchemaMap(ctx context.Context, f *databaseFlags) (controlplane.SchemaMap, error) {
	name := f.schemaMap
	if name == "" {
		return controlplane.SchemaMap{}, nil
	}
	data, err := infile.ReadAll(ctx, name, infile.Limit{Bytes: maxDocument, What: "schema map"}, infile.Options{Idle: f.timeout})
	if err != nil {
		return controlplane.SchemaMap{}, unreadable("--schema-map", "schema map", name, err, "name a readable YAML file")
	}
	m, err := controlplane.ParseSchemaMap(name, data)
	if err != nil {
		return m, usage("api7-preflight doctor shows tables and columns", "%v", err)
	}
	return m, nil
}

// libpq reports whether libpq's environment names a server.
func (a *app) libpq() bool {
	return slices.ContainsFunc([]string{"PGHOST", "PGHOSTADDR", "PGDATABASE", "PGUSER", "PGSERVICE", "PGPORT"},
		func(name string) bool { return a.env.get(name) != "" })
}

// oneStdin returns an error if several flags ask for standard input, because it can be read only once.
func (f *sourceFlags) oneStdin() error {
	var by []string
	for _, t := range sourceTypes() {
		named := f.named[t.flag]
		for _, text := range named.given {
			if named.path == nil {
				break
			}
			named.path(func(path string) string {
				if path == "-" {
					by = append(by, "--"+t.flag+" "+text)
				}
				return path
			}, text)
		}
	}
	if len(by) > 1 {
		return usage("save all but one to a file", "standard input can be read once, and %s ask for it", strings.Join(by, " and "))
	}
	return nil
}

// stdin returns standard input; an empty reader if there is none.
func (e *Env) stdin() io.Reader {
	if e.Stdin == nil {
		return strings.NewReader("")
	}
	return e.Stdin
}

// cannotRead returns the error of a source that cannot be read to its end. A source's own words and hint are kept.
func cannotRead(ctx context.Context, err error, doing string) error {
	if _, ok := openError(err); ok || ctx.Err() != nil {
		return err
	}
	return cannotRun("run again; api7-preflight doctor shows what can be read", "%s%v", doing, err)
}

// openError returns err as the reason why a source could not be opened.
func openError(err error) (*estate.OpenError, bool) { return errors.AsType[*estate.OpenError](err) }
