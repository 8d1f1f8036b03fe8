package archive_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump/archive"
	"github.com/api7-preflight/api7-preflight/internal/test/faulttest"
)

const (
	head = "--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 15.18\n-- Dumped by pg_dump version 15.18\n\nSET client_encoding = 'UTF8';\n"
	tail = "\n--\n-- PostgreSQL database dump complete\n--\n\n"
)

func TestWhatIsNoReadableBackupIsRefusedByName(t *testing.T) {
	t.Parallel()
	newer := fixture{minor: 17, codec: "zlib", tables: plainTables}.bytes(t)
	foreign := bytes.Clone(newer)
	foreign[6] = 16
	foreign[11] = 9
	for name, tc := range map[string]struct {
		data string
		what string
	}{
		"empty":             {"", "at byte 0: is empty"},
		"newer":             {string(newer), "at byte 5: archive version 1.17 is newer than 1.16"},
		"older":             {string(fixture{minor: 11, codec: "zlib"}.bytes(t)), "archive version 1.11 is older than 1.12"},
		"unknown codec":     {string(foreign), "compression 9 is unknown"},
		"openssl":           {"Salted__\x01\x02\x03", "is encrypted by openssl"},
		"pgp":               {"-----BEGIN PGP MESSAGE-----\n", "is encrypted by OpenPGP"},
		"gpg":               {"\x8c\x0d\x04\x09\x03\x02", "looks encrypted by GnuPG"},
		"age":               {"age-encryption.org/v1\n-> X25519 abc\n", "is encrypted by age"},
		"age armour":        {"-----BEGIN AGE ENCRYPTED FILE-----\n", "is encrypted by age"},
		"encrypted, gz":     {string(gzipped(t, []byte("Salted__"))), "is encrypted by openssl"},
		"mysql":             {"-- MySQL dump 10.13  Distrib 8.0\n", "is a MySQL dump"},
		"mariadb":           {"/*M!999999\\- enable the sandbox mode */\n-- MariaDB dump\n", "is a MariaDB dump"},
		"sqlite":            {"SQLite format 3\x00\x10", "is an SQLite database"},
		"zip":               {"PK\x03\x04\x14", "is a zip file"},
		"xz":                {"\xfd7zXZ\x00\x00", "is compressed by xz"},
		"gz twice":          {string(gzipped(t, gzipped(t, []byte(head)))), "is compressed twice"},
		"utf-16":            {"\xff\xfe-\x00-\x00", "is UTF-16"},
		"binary":            {"\x00\x01\x02", "neither SQL text nor a pg_dump archive"},
		"other text":        {"hello, world\n", "its header is missing"},
		"other sql":         {"SELECT 1;\n", "its header is missing"},
		"header only":       {head, `ends without "PostgreSQL database dump complete"`},
		"shift jis":         {strings.Replace(head, "UTF8", "SJIS", 1) + tail, `encoded in "SJIS"`},
		"gbk archive":       {string(fixture{minor: 14, codec: "none", setting: "GBK"}.bytes(t)), `encoded in "GBK"`},
		"statement behind":  {head + tail + "BEGIN;\n", "ends without"},
		"no end of copy":    {head + "COPY public.t (a) FROM stdin;\n1\n" + tail, `before the \. that ends the rows`},
		"open string":       {head + "COMMENT ON TABLE t IS 'x" + tail, "inside a statement"},
		"wrong count":       {head + "COPY public.t (a) FROM stdin;\n1\t2\n\\.\n" + tail, "table public.t: a row does not have one value for each column"},
		"lone backslash":    {head + "COPY public.t (a) FROM stdin;\n1\\\n\\.\n" + tail, "table public.t: a row does not have"},
		"insert expression": {head + "INSERT INTO public.t (a) VALUES (now());\n" + tail, "a value is not what pg_dump writes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faulttest.Tried(t, faulttest.BackupsOther, 1)
			_, err := fromStdin(t.Context(), []byte(tc.data))
			if err == nil || !strings.Contains(err.Error(), tc.what) || !strings.HasPrefix(err.Error(), "standard input") {
				t.Fatalf("want %q, got %v", tc.what, err)
			}
			var e *archive.Error
			if !errors.As(err, &e) || e.Hint == "" || e.Offset < 0 && name != "" {
				t.Errorf("no hint or no place: %#v", e)
			}
		})
	}
}

func TestFoldersAndPathsThatAreNoBackupAreRefused(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if _, err := read(t.Context(), folder); err == nil || !strings.Contains(err.Error(), "toc.dat: does not exist") {
		t.Errorf("a folder without toc.dat: %v", err)
	}
	_, err := read(t.Context(), filepath.Join(folder, "none"))
	if isError(t, err); !errors.Is(err, os.ErrNotExist) || strings.Count(err.Error(), "none") != 1 {
		t.Errorf("no file: %v", err)
	}
	directory := dump(t, "-Fd")
	if _, err := read(t.Context(), filepath.Join(directory, "toc.dat")); err == nil || !strings.Contains(err.Error(), "name its folder") {
		t.Errorf("toc.dat itself: %v", err)
	}
	files := filesOf(t, directory)
	for _, file := range files {
		if filepath.Ext(file) == ".gz" && !strings.HasPrefix(filepath.Base(file), "blob") {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
		}
	}
	_, err = read(t.Context(), directory)
	if isError(t, err); !strings.Contains(err.Error(), "copy the whole folder") || !strings.Contains(err.Error(), "table ") {
		t.Errorf("missing files: %v", err)
	}
	if _, err := read(t.Context(), os.DevNull); err == nil {
		t.Error("a device is accepted")
	}
}

// TestBackupsThatAreNotPgDumpsAreNamed gives folders, and tar files with the same names, of other programs.
func TestBackupsThatAreNotPgDumpsAreNamed(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		files, what, hint string
	}{
		"pg_basebackup":        {"PG_VERSION base/1/112 global/pg_control backup_label", "is a data folder of PostgreSQL", "scratch server"},
		"pg_basebackup as tar": {"base.tar.gz pg_wal.tar.gz backup_manifest", "is a backup by pg_basebackup -Ft", "scratch server"},
		"pgBackRest":           {"archive/main/archive.info backup/main/backup.info", "is a repository of pgBackRest", "--dsn"},
		"pgBackRest's stanza":  {"backup.info backup.info.copy latest/x", "is a repository of pgBackRest", "pg_dump"},
		"Barman":               {"base/20260101T000000/backup.info wals/x incoming/x", "is a server's folder of Barman", "scratch server"},
		"Barman's backup":      {"backup.info data/PG_VERSION", "is a backup by Barman", "scratch server"},
		"WAL-G":                {"basebackups_005/x_backup_stop_sentinel.json wal_005/x", "is a storage of WAL-G", "scratch server"},
		"mydumper":             {"metadata db-schema-create.sql db.kine.00000.sql.gz", "is a folder of mydumper, which backs up MySQL", "PostgreSQL"},
		"no toc.dat":           {"3001.dat.gz 3002.dat.gz", "is a folder of pg_dump -Fd without its toc.dat", "copy the whole folder"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faulttest.Tried(t, faulttest.BackupsOther, 3) // as a folder, in tar and in gzip
			folder := filepath.Join(t.TempDir(), "folder")
			var packed bytes.Buffer
			w := tar.NewWriter(&packed)
			for file := range strings.FieldsSeq(tc.files) {
				if err := os.MkdirAll(filepath.Dir(filepath.Join(folder, file)), 0o700); err != nil {
					t.Fatal(err)
				}
				write(t, filepath.Join(folder, file), []byte("x"))
				if err := w.WriteHeader(&tar.Header{Name: "./" + file, Size: 1, Mode: 0o600}); err != nil {
					t.Fatal(err)
				}
				if _, err := w.Write([]byte("x")); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			_, err := read(t.Context(), folder)
			for where, err := range map[string]error{"folder": err, "tar": fails(t.Context(), packed.Bytes()), "tar.gz": fails(t.Context(), gzipped(t, packed.Bytes()))} {
				if isError(t, err); err == nil || !strings.Contains(err.Error(), tc.what) || !strings.Contains(err.Error(), tc.hint) {
					t.Errorf("%s: %v", where, err)
				}
			}
		})
	}
}

func fails(ctx context.Context, data []byte) error {
	_, err := fromStdin(ctx, data)
	return err
}

func TestAFolderThatCannotBeWrittenIsNamed(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "missing"))
	err := fails(t.Context(), []byte(head+tail))
	if e, ok := errors.AsType[*infile.Error](err); !ok || !strings.Contains(e.Reason, os.Getenv("TMPDIR")) || !strings.Contains(e.Hint, "set TMPDIR") {
		t.Errorf("got %v", err)
	}
}

func TestAZstdWindowThatIsTooLargeIsRefused(t *testing.T) {
	t.Parallel()
	big := plainTables[0]
	big.data = strings.Repeat("1\tone\n", 1000) + big.data
	frame := bytes.Clone(pack(t, "zstd", 128<<20, []byte(big.data)))
	f := fixture{minor: 16, codec: "zstd", window: 128 << 20, tables: []fixtureTable{big}}
	data := f.bytes(t)
	if got, err := fromStdin(t.Context(), data); err != nil || len(got["public.kine"]) != 1004 {
		t.Errorf("a window of 128 MiB: %v", err)
	}
	at := bytes.Index(data, frame[:6])
	if data[at+4]&0x20 != 0 {
		t.Fatal("the frame has no window")
	}
	data[at+5] = 30 << 3 // a window of 1 TiB
	if _, err := fromStdin(t.Context(), data); err == nil || !strings.Contains(err.Error(), "at most 256 MiB") {
		t.Errorf("a window of 1 TiB: %v", err)
	}
}
