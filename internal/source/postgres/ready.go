package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/api7-preflight/api7-preflight/internal/dsn"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/infile"
)

// maxDriversFile is the size in bytes that none of the driver's files has.
const maxDriversFile = 1 << 20

// parseConfig gives a connection string to the driver, which opens files by itself, waits for pipes and reads without end.
// So every file is looked at before. A pipe's content is in a temporary file for that long.
func (c Config) parseConfig(ctx context.Context, d dsn.DSN) (*pgconn.Config, error) {
	d.Settings = slices.Clone(d.Settings)
	var temporary []string
	defer func() {
		for _, name := range temporary {
			_ = os.Remove(name) // what is left of it, the system's cleaning removes
		}
	}()
	for _, f := range driversFiles {
		name := c.driversFile(d, f.keyword, f.variable, f.usual)
		copied, err := c.ready(ctx, name, infile.Limit{Bytes: maxDriversFile, What: f.what})
		if err != nil {
			return nil, c.blamed(ctx, f.keyword, err)
		}
		if copied != "" {
			temporary = append(temporary, copied)
			d.Settings = append(slices.DeleteFunc(d.Settings, func(s dsn.Setting) bool { return s.Name == f.keyword }), dsn.Setting{Name: f.keyword, Value: copied})
		}
	}
	target, err := infile.Call(ctx, "the files that the service names", c.Input, func() (*pgconn.Config, error) { return pgconn.ParseConfig(d.Words()) })
	if _, told := errors.AsType[*infile.Error](err); err != nil && !told && ctx.Err() == nil {
		return nil, unparsable(err)
	}
	return target, err
}

// driversFile returns the file that the driver will read; "" if it needs none.
func (c Config) driversFile(d dsn.DSN, keyword, variable, usual string) string {
	switch {
	case keyword == "passfile" && cmp.Or(d.Password(), c.getenv("PGPASSWORD")) != "",
		keyword == "servicefile" && cmp.Or(d.Get("service"), c.getenv("PGSERVICE")) == "":
		return ""
	}
	if home := c.getenv("HOME"); home != "" {
		usual = filepath.Join(home, usual)
	}
	return cmp.Or(d.Get(keyword), c.getenv(variable), usual)
}

func (c Config) getenv(name string) string {
	if c.Getenv == nil {
		return ""
	}
	return c.Getenv(name)
}

// ready makes sure that the driver can read a file without waiting and without end. It returns the temporary file that
// has the content of a pipe; "" for a file on a disk. What is not there, the driver has words for.
func (c Config) ready(ctx context.Context, name string, l infile.Limit) (copied string, err error) {
	info, err := os.Stat(name)
	null, missing := os.Stat(os.DevNull)
	if err != nil || missing == nil && os.SameFile(info, null) { // which is how a passfile is left out
		return "", nil //nolint:nilerr // the driver says it
	}
	if info.Mode().IsRegular() && info.Size() <= l.Bytes {
		return "", nil
	}
	content, err := infile.ReadAll(ctx, name, l, infile.Options{Idle: c.Input.Idle})
	if errors.Is(err, fs.ErrPermission) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("reading a file of the connection: %w", err)
	}
	f, err := os.CreateTemp("", "api7-preflight-*")
	if err != nil {
		return "", fmt.Errorf("copying a pipe: %w", err)
	}
	_, err = f.Write(content)
	return f.Name(), errors.Join(err, f.Close())
}

// blamed adds to what is wrong with a file which keyword names it.
func (Config) blamed(ctx context.Context, keyword string, err error) error {
	e, told := errors.AsType[*infile.Error](err)
	switch {
	case ctx.Err() != nil:
		return err
	case told:
		return &estate.OpenError{Message: keyword + " " + e.Error(), Hint: e.Hint}
	}
	return &estate.OpenError{Message: keyword + " cannot be read: " + err.Error(), Hint: dsn.Form}
}
