package archive_test

import (
	"testing"
)

// formats are the ways to call pg_dump 15.
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
}

func TestEveryFormatOfPgDumpGivesTheServersRows(t *testing.T) {
	t.Parallel()
	for name, args := range formats {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := dump(t, args...)
			got, err := read(file)
			if err != nil {
				t.Fatal(err)
			}
			same(t, get(t).want, got)
		})
	}
}
