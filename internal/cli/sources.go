package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/adc"
	"github.com/api7-preflight/api7-preflight/internal/source/adminapi"
	"github.com/api7-preflight/api7-preflight/internal/source/config"
	"github.com/api7-preflight/api7-preflight/internal/source/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump"
	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
	"github.com/api7-preflight/api7-preflight/internal/source/snapshot"
)

// databaseFlags say which database to read and how.
type databaseFlags struct {
	dsn       string
	schemaMap string
	timeout   time.Duration
}

func (f *databaseFlags) add(cmd *cobra.Command) {
	f.timeout = 5 * time.Minute
	flags := flagsOf(cmd)
	flags.text(&f.dsn, "dsn", "PostgreSQL of the control plane, as URL or keywords; else libpq's PG* variables").connection()
	flags.file(&f.schemaMap, "schema-map", "YAML file that names tables and columns where they are not recognised").reads()
	flags.duration(&f.timeout, "timeout", "limit for each statement or request")
}

// sourceFlags say what to read. Several sources are one installation.
type sourceFlags struct {
	databaseFlags

	backup        string
	config        []string
	dsnFromConfig bool
	adc           []string
	adminAPI      string
	caFile        string
	insecure      bool
	snapshot      string
	outputs       []*output      // of the command, which must be none of the files
	files         *config.Source // of --config, once they are open
	dsnPlace      string         // where the connection string is written that was taken from them
	explain       bool           // configuration files of which none is recognised are no error: it is to be told why
}

func (f *sourceFlags) add(cmd *cobra.Command) {
	f.databaseFlags.add(cmd)
	flags := flagsOf(cmd)
	flags.file(&f.backup, "backup", "pg_dump backup: plain SQL, custom or directory format, also .gz and .zst; - for standard input").reads()
	flags.files(&f.config, "config", "configuration file, docker-compose file, Helm values (a.yaml,b.yaml: layers), manifests, or folder (repeatable)", layers).reads()
	flags.toggle(&f.dsnFromConfig, "dsn-from-config", "read the database that the Dashboard's file of --config names").reads()
	flags.files(&f.adc, "adc", "[GROUP=]FILE: output of adc dump for one gateway group (repeatable)", grouped).reads()
	flags.text(&f.adminAPI, "admin-api", "URL of the control plane's Admin API; the token comes from "+tokenVariable).reads()
	flags.file(&f.caFile, "ca-file", "PEM file with certificates to trust for --admin-api").reads()
	flags.toggle(&f.insecure, "insecure", "do not verify the certificate of --admin-api")
	flags.file(&f.snapshot, "snapshot", "file that api7-preflight snapshot wrote").reads()
}

// tokenVariable holds the token for the Admin API: it is no flag, because a command line is seen by others.
const tokenVariable = envPrefix + "TOKEN"

// others reports whether a source other than the live database is given.
func (f *sourceFlags) others() bool {
	return f.backup != "" || len(f.config) > 0 || len(f.adc) > 0 || f.adminAPI != "" || f.snapshot != ""
}

// with opens every source that is asked for, calls use and closes them.
func (a *app) with(ctx context.Context, f *sourceFlags, use func([]estate.Source) error) error {
	var open []estate.Source
	defer func() {
		for _, src := range open {
			_ = src.Close() // nothing was written: there is nothing to lose
		}
	}()
	if err := f.databaseOfConfig(ctx); err != nil {
		return err
	}
	for _, opener := range a.openers(f) {
		src, err := opener(ctx)
		if err != nil {
			return err
		}
		open = append(open, src)
	}
	if len(open) == 0 {
		return usage("give --dsn, --backup, --config, --adc, --admin-api or --snapshot, or set PGHOST, PGDATABASE, PGUSER or PGSERVICE",
			"no source: there is nothing to read")
	}
	return use(open)
}

type opener func(context.Context) (estate.Source, error)

// openers returns how to open each source that the flags name, the one that knows most first. libpq's environment
// names a database only where no flag names anything else: whoever gives a backup does not want production touched.
func (a *app) openers(f *sourceFlags) []opener {
	var all []opener
	if f.dsn != "" || a.libpq() && !f.others() {
		all = append(all, func(ctx context.Context) (estate.Source, error) {
			src, err := a.database(ctx, &f.databaseFlags)
			return opened(src, f.named(err))
		})
	}
	if f.backup != "" {
		all = append(all, func(ctx context.Context) (estate.Source, error) {
			src, err := a.backup(ctx, f)
			return src, misplaced("backup", f.backup, err)
		})
	}
	if f.adminAPI != "" {
		all = append(all, func(ctx context.Context) (estate.Source, error) { return a.adminAPI(ctx, f) })
	}
	if len(f.adc) > 0 {
		all = append(all, func(context.Context) (estate.Source, error) { return dumps(f.adc) })
	}
	if len(f.config) > 0 {
		all = append(all, func(ctx context.Context) (estate.Source, error) {
			return opened(f.configuration(ctx))
		})
	}
	if f.snapshot != "" {
		all = append(all, func(context.Context) (estate.Source, error) {
			src, err := snapshot.Open(f.snapshot)
			return opened(src, misplaced("snapshot", f.snapshot, err))
		})
	}
	return all
}

// opened turns a source of its own type, or nothing, into an estate.Source: a nil pointer is no source.
func opened[S estate.Source](src S, err error) (estate.Source, error) {
	if err != nil {
		return nil, err
	}
	return src, nil
}

// database opens the database that the flags or libpq's environment name.
func (a *app) database(ctx context.Context, f *databaseFlags) (*postgres.Source, error) {
	m, err := readSchemaMap(f.schemaMap)
	if err != nil {
		return nil, err
	}
	src, err := postgres.Open(ctx, postgres.Config{
		DSN: strings.TrimSpace(f.dsn), SchemaMap: m, Deadline: f.timeout, ApplicationName: "api7-preflight",
		HostAddr: a.env.get("PGHOSTADDR"),
	})
	if err != nil {
		return nil, fmt.Errorf("opening the database: %w", err)
	}
	return src, nil
}

func (a *app) backup(ctx context.Context, f *sourceFlags) (estate.Source, error) {
	m, err := readSchemaMap(f.schemaMap)
	if err != nil {
		return nil, err
	}
	return opened(pgdump.Open(ctx, pgdump.Config{Name: f.backup, Stdin: a.env.stdin(), SchemaMap: m}))
}

func (a *app) adminAPI(ctx context.Context, f *sourceFlags) (estate.Source, error) {
	token := a.env.get(tokenVariable)
	if token == "" {
		return nil, usage("export "+tokenVariable+" with a token whose role may read everything", "--admin-api needs a token")
	}
	if f.insecure && !a.shared.quiet {
		a.warn("--insecure: the certificate of --admin-api is not verified; whoever stands between can read the token and change the answers",
			"give the CA's certificate with --ca-file instead")
	}
	return opened(adminapi.Open(ctx, adminapi.Config{
		URL: f.adminAPI, Token: token, CAFile: f.caFile, Insecure: f.insecure, Timeout: min(f.timeout, requestLimit), Now: a.env.Now,
		Proxy: http.ProxyFromEnvironment,
	}))
}

// requestLimit bounds one request to the Admin API, which answers from memory; --timeout may make it shorter.
const requestLimit = 30 * time.Second

func dumps(flags []string) (estate.Source, error) {
	var files []adc.File
	for _, text := range flags {
		files = append(files, adc.ParseFlag(text))
	}
	return opened(adc.Open(files))
}

func readSchemaMap(name string) (controlplane.SchemaMap, error) {
	if name == "" {
		return controlplane.SchemaMap{}, nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return controlplane.SchemaMap{}, usage("name a readable YAML file", "cannot read the schema map: %v", err)
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

// stdin returns standard input; none is an empty one.
func (e *Env) stdin() io.Reader {
	if e.Stdin == nil {
		return strings.NewReader("")
	}
	return e.Stdin
}

// openError finds why a source could not be opened.
func openError(err error) (*estate.OpenError, bool) { return errors.AsType[*estate.OpenError](err) }
