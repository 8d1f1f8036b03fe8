package archive

import (
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// product is a kind of backup that is not pg_dump's, with the names of files and folders that tell it.
type product struct {
	has  []string // patterns of [path.Match]: each is matched by a name
	what string
	hint string
}

const hintPhysical = "it holds files of a server, not tables: restore it to a scratch server and read that with --dsn, or take a backup with pg_dump"

// others are checked in this order.
var others = []product{
	{[]string{"backup.info", "data"}, "a backup by Barman", hintPhysical},
	{[]string{"base", "wals"}, "a server's folder of Barman", hintPhysical},
	{[]string{"backup.info"}, "a repository of pgBackRest", hintPhysical},
	{[]string{"archive.info"}, "a repository of pgBackRest", hintPhysical},
	{[]string{"backup.manifest", "pg_data"}, "a backup by pgBackRest", hintPhysical},
	{[]string{"archive", "backup"}, "a repository of pgBackRest", hintPhysical},
	{[]string{"basebackups_0*"}, "a storage of WAL-G", hintPhysical},
	{[]string{"*_backup_stop_sentinel.json"}, "a storage of WAL-G", hintPhysical},
	{[]string{"base.tar*"}, "a backup by pg_basebackup -Ft", hintPhysical},
	{[]string{"PG_VERSION", "base"}, "a data folder of PostgreSQL, as pg_basebackup copies it", hintPhysical},
	{[]string{"PG_VERSION", "global"}, "a data folder of PostgreSQL, as pg_basebackup copies it", hintPhysical},
	{[]string{"backup_label", "base"}, "a data folder of PostgreSQL, as pg_basebackup copies it", hintPhysical},
	{[]string{"backup_label", "global"}, "a data folder of PostgreSQL, as pg_basebackup copies it", hintPhysical},
	{[]string{"metadata", "*.sql*"}, "a folder of mydumper, which backs up MySQL", hintPostgres},
	{[]string{"metadata.partial", "*.sql*"}, "a folder of mydumper, which backs up MySQL", hintPostgres},
	{[]string{"[0-9]*.dat*"}, "a folder of pg_dump -Fd without its " + tocFile, "copy the whole folder"},
}

// names are those of files and folders in a folder.
type names []string

// product returns an error that says whose backup has these names; nil if that is not known.
func (n names) product() error {
	for _, p := range others {
		missing := slices.ContainsFunc(p.has, func(pattern string) bool {
			return !slices.ContainsFunc(n, func(name string) bool { ok, _ := path.Match(pattern, name); return ok })
		})
		if !missing {
			return bad(-1, p.hint, "is %s", p.what)
		}
	}
	return nil
}

// topNames returns the names in the first two levels of paths, because a tar file often holds one folder.
func topNames(paths []string) names {
	var n names
	for _, p := range paths {
		first, rest, _ := strings.Cut(p, "/")
		second, _, _ := strings.Cut(rest, "/")
		for _, name := range []string{first, second} {
			if name != "" && !slices.Contains(n, name) {
				n = append(n, name)
			}
		}
	}
	return n
}

// folderNames returns the names in a folder; of a very large one, some.
func folderNames(root *os.Root) names {
	const most = 2000
	f, err := root.FS().Open(".")
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }()
	folder, ok := f.(fs.ReadDirFile)
	if !ok {
		return nil
	}
	entries, err := folder.ReadDir(most)
	if err != nil && err != io.EOF { //nolint:errorlint // never wrapped
		return nil
	}
	found := make(names, len(entries))
	for i, entry := range entries {
		found[i] = entry.Name()
	}
	return found
}
