package archive_test

import (
	"maps"
	"testing"
)

// formats are the ways to run pg_dump.
var formats = map[string][]string{
	"plain":              {"-Fp"},
	"plain create":       {"-Fp", "--create", "--clean", "--if-exists"},
	"plain verbose":      {"-Fp", "--verbose"},
	"plain no owner":     {"-Fp", "--no-owner", "--no-privileges", "--no-comments"},
	"plain inserts":      {"-Fp", "--inserts"},
	"plain columns":      {"-Fp", "--column-inserts"},
	"plain rows":         {"-Fp", "--inserts", "--rows-per-insert=3"},
	"plain conflict":     {"-Fp", "--inserts", "--on-conflict-do-nothing"},
	"plain quoted":       {"-Fp", "--quote-all-identifiers"},
	"plain gzip":         {"-Fp", "-Z6"},
	"custom":             {"-Fc"},
	"custom none":        {"-Fc", "-Z0"},
	"custom inserts":     {"-Fc", "--inserts"},
	"custom columns":     {"-Fc", "--column-inserts", "-Z0"},
	"custom quoted":      {"-Fc", "--quote-all-identifiers"},
	"custom rows":        {"-Fc", "--column-inserts", "--rows-per-insert=2"},
	"directory":          {"-Fd"},
	"directory none":     {"-Fd", "-Z0"},
	"directory parallel": {"-Fd", "-j2"},
	"directory inserts":  {"-Fd", "--inserts"},
	"tar":                {"-Ft"},
	"tar inserts":        {"-Ft", "--inserts"},
}

// newerFormats are those that pg_dump 16 introduced.
var newerFormats = map[string][]string{
	"plain lz4":          {"-Fp", "-Zlz4"},
	"plain zstd":         {"-Fp", "-Zzstd:19"},
	"custom lz4":         {"-Fc", "-Zlz4"},
	"custom lz4 9":       {"-Fc", "-Zlz4:9"},
	"custom zstd":        {"-Fc", "-Zzstd"},
	"custom long":        {"-Fc", "-Zzstd:long"},
	"custom lz4 inserts": {"-Fc", "-Zlz4", "--inserts"},
	"directory lz4":      {"-Fd", "-Zlz4"},
	"directory zstd":     {"-Fd", "-Zzstd", "-j2"},
	"directory long":     {"-Fd", "-Zzstd:long"},
}

func TestEveryFormatOfPgDumpGivesTheServersRows(t *testing.T) {
	t.Parallel()
	all := maps.Clone(formats)
	if major(t, get(t).srv) >= 16 {
		maps.Copy(all, newerFormats)
	}
	for name, args := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := dump(t, args...)
			got, err := read(t.Context(), file)
			if err != nil {
				t.Fatal(err)
			}
			same(t, get(t).want, got)
		})
	}
}
