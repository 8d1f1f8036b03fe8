package dsn_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/api7-preflight/api7-preflight/internal/dsn"
)

// canary is part of every password here. Host names are looked up in lower case.
const canary = "7w0rds"

// understood are connection strings with only one meaning, and that meaning.
var understood = map[string]struct{ words, base string }{
	"":                               {"", "postgres://U@/"},
	"postgres://h":                   {"host='h'", "postgres://U@h"},
	"postgres://h/":                  {"host='h'", "postgres://U@h"},
	"postgresql://u@h/d":             {"host='h' user='u' dbname='d'", "postgres://U@h/d"},
	"POSTGRES://h/d":                 {"host='h' dbname='d'", "postgres://U@h/d"},
	" postgres://u:7w0rds@h:5433/d ": {"host='h' port='5433' user='u' dbname='d' password='7w0rds'", "postgres://U@h:5433/d"},
	"postgres://u:@h/d":              {"host='h' user='u' dbname='d'", "postgres://U@h/d"},
	"postgres://u:a%40b%2F%3F%23%3A%25%20c'7w0rds@h/d":                                  {`host='h' user='u' dbname='d' password='a@b/?#:% c\'7w0rds'`, "postgres://U@h/d"},
	`postgres://u:a:b[c]{d}^|"\7w0rds@h/d`:                                              {`host='h' user='u' dbname='d' password='a:b[c]{d}^|"\\7w0rds'`, "postgres://U@h/d"},
	"postgres://u:7w0rds+=;&,!$*()~@h/d":                                                {"host='h' user='u' dbname='d' password='7w0rds+=;&,!$*()~'", "postgres://U@h/d"},
	"postgres://me%40tenant:7w0rds@h/d":                                                 {"host='h' user='me@tenant' dbname='d' password='7w0rds'", "postgres://U@h/d"},
	"postgres://u@h-1.example_a.:5432,h2/d":                                             {"host='h-1.example_a.,h2' port='5432,' user='u' dbname='d'", "postgres://U@h-1.example_a.:5432,h2/d"},
	"postgres://u@[::1]:5433,[2001:db8::7]/":                                            {"host='::1,2001:db8::7' port='5433,' user='u'", "postgres://U@[::1]:5433,[2001:db8::7]"},
	"postgres://[fe80::1%25eth0]/d":                                                     {"host='fe80::1%eth0' dbname='d'", "postgres://U@[fe80::1%25eth0]/d"},
	"postgres://u@%2Fvar%2Frun%2Fpostgresql:5433/d":                                     {"host='/var/run/postgresql' port='5433' user='u' dbname='d'", "postgres://U@%2Fvar%2Frun%2Fpostgresql:5433/d"},
	"postgres:///d?host=/var/run/postgresql&port=5433":                                  {"host='/var/run/postgresql' port='5433' dbname='d'", "postgres://U@/d"},
	"postgres://u:7w0rds@/d":                                                            {"user='u' dbname='d' password='7w0rds'", "postgres://U@/d"},
	"postgres:///?service=prod":                                                         {"service='prod'", "postgres://U@/"},
	"postgres://h/d?user=u&password=7w0rds%40x":                                         {"host='h' dbname='d' user='u' password='7w0rds@x'", "postgres://U@h/d"},
	"postgres://h/%C3%A9t%C3%A9%2Fx":                                                    {"host='h' dbname='été/x'", "postgres://U@h/%C3%A9t%C3%A9%2Fx"},
	"postgres://h/d?ssl=true":                                                           {"host='h' dbname='d' sslmode='require'", "postgres://U@h/d"},
	"postgres://h/d?sslmode=verify-full&sslrootcert=/a/b.crt":                           {"host='h' dbname='d' sslmode='verify-full' sslrootcert='/a/b.crt'", "postgres://U@h/d"},
	"postgres://h/d?options=-c%20search_path%3Da%20-c%20jit%3Doff&application_name=a+b": {"host='h' dbname='d' options='-c search_path=a -c jit=off' application_name='a+b'", "postgres://U@h/d"},
	"host=h user=u password=7w0rds dbname=d":                                            {"host='h' user='u' password='7w0rds' dbname='d'", "postgres://U@/"},
	"host = h  user= 'u'\n\tpassword='7w0rds \\' \\\\ x' ":                              {`host='h' user='u' password='7w0rds \' \\ x'`, "postgres://U@/"},
	`password=7w0rds\ x\'y port=5433,5434 host=a,b`:                                     {`host='a,b' port='5433,5434' password='7w0rds x\'y'`, "postgres://U@/"},
	"password=7w0rds@x:/?#[y];z%":                                                       {"password='7w0rds@x:/?#[y];z%'", "postgres://U@/"},
	"user=me@tenant host=/tmp password=''":                                              {"host='/tmp' user='me@tenant' password=''", "postgres://U@/"},
	"service=prod":                                                                      {"service='prod'", "postgres://U@/"},
	"host=::1 hostaddr=127.0.0.1 options='-c jit=off'":                                  {"host='::1' hostaddr='127.0.0.1' options='-c jit=off'", "postgres://U@/"},
	"dbname='my base' passfile='/a b/c'":                                                {"dbname='my base' passfile='/a b/c'", "postgres://U@/"},
}

func TestAConnectionStringThatIsCertainIsUnderstood(t *testing.T) {
	t.Parallel()
	for text, want := range understood {
		d, err := dsn.Parse(text)
		if err != nil {
			t.Errorf("%q is refused: %v", text, err)
			continue
		}
		if strings.Contains(text, canary) && !strings.Contains(d.Password(), canary) {
			t.Errorf("%q: the password is %q", text, d.Password())
		}
		if diff := cmp.Diff([]string{want.words, want.base}, []string{d.Words(), d.Base("U")}); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestOtherDatabasesAreUnderstood(t *testing.T) {
	t.Parallel()
	type said struct{ Scheme, Host, Database, Words string }
	for text, want := range map[string]said{
		"mysql://u:7w0rds@tcp(h:3306)/d?charset=utf8":        {"mysql", "h:3306", "d", "host='h' port='3306' user='u' dbname='d' charset='utf8' password='7w0rds'"},
		"mysql://u:7w0rds@x/?#:%z@tcp(h:3306)/d":             {"mysql", "h:3306", "d", "host='h' port='3306' user='u' dbname='d' password='7w0rds@x/?#:%z'"},
		"mysql://tcp(h)/d":                                   {"mysql", "h", "d", "host='h' dbname='d'"},
		"mysql://u:7w0rds@h:3306/d?parseTime=true&loc=Local": {"mysql", "h:3306", "d", "host='h' port='3306' user='u' dbname='d' parsetime='true' loc='Local' password='7w0rds'"},
		"sqlserver://sa:7w0rds@h:1433?database=d&app+name=x": {"sqlserver", "h:1433", "d", "host='h' port='1433' user='sa' dbname='d' app+name='x' password='7w0rds'"},
		"sqlserver://sa:7w0rds@h/instance?database=d":        {"sqlserver", "h", "d", "host='h' user='sa' dbname='instance' dbname='d' password='7w0rds'"},
		"oceanbase://u@tenant:7w0rds@tcp(h:2881)/d":          {"oceanbase", "h:2881", "d", "host='h' port='2881' user='u@tenant' dbname='d' password='7w0rds'"},
	} {
		d, err := dsn.Parse(text)
		if err != nil || len(d.Hosts()) != 1 {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if diff := cmp.Diff(want, said{d.Scheme, d.Hosts()[0].String(), d.Database(), d.Words()}); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestHostsComeFromWhereTheDriverTakesThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"postgres://a:1,b/d":                 "a:1 b",
		"postgres://a/d?port=5":              "a:5",
		"postgres://a:1/d?host=b,c&port=6,7": "b:6 c:7",
		"postgres://a:1/d?host=b":            "b:1",
		"host=a,b port=5":                    "a:5 b:5",
		"host=/tmp port=5":                   "%2Ftmp:5",
		"user=u":                             "",
	} {
		d, err := dsn.Parse(text)
		var got []string
		for _, host := range d.Hosts() {
			got = append(got, host.String())
		}
		if joined := strings.Join(got, " "); joined != want || err != nil {
			t.Errorf("%q names %q, %v", text, joined, err)
		}
	}
}

// refused are texts without a certain meaning, by what is wrong with them.
var refused = map[string][]string{
	"it is not clear where its password ends": {
		"postgres://u:7w@rds@h/d", "postgres://u:7w@7w0rds/x@h:5432/d", "postgres://u:x/7w0rds@h/d", "postgres://u:12/7w0rds@h/d", "postgres://u:12?7w0rds@h/d",
		"postgres://u:12#7w0rds@h/d", "postgres://u:x@7w0rds#@h/d", "postgres://u@h/d?password=7w0rds@x", "postgres://h/d#7w0rds", "postgres:///d?user=u@7w0rds",
		"postgres://u:x@7w0rds@h,h2/d", "mysql://u:x@y@7w0rds/d", "mysql://u:x@tcp(7w0rds)/y@h/d", "mysql://u:x@tcp(h)/y#7w0rds", "sqlserver://sa:x?7w0rds@h", "postgres://postgres://u:7w0rds@h",
	},
	"a % in it is not followed by two hexadecimal digits": {
		"postgres://u:%7w0rds@h/d", "postgres://u:7w0rds%@h/d", "postgres://u:7w0rds%zz@h/d", "postgres://u%:7w0rds@h/d", "postgres://h/d?password=7w0rds%",
		"postgres://h%7w0rds/d", "postgres://h/%7w0rds",
	},
	"there is a space in the URL":  {"postgres://u:7w 0rds@h/d", "postgres://u:a\tb7w0rds@h", "postgres://u:7w0rds@h/d x", "postgres://u:x@h?password=7w 0rds"},
	"there is a control character": {"postgres://u:\x007w0rds@h", "host=h password=7w0rds\x1b", "postgres://u:7w0rds%00@h/d", "postgres://u:7w0rds%0A@h/d"},
	"its host is not valid": {
		"postgres://u:x@[7w0rds]/d", "postgres://u:x@7w0rds[h]/d", "postgres://u:x@7w0rds$h/d", "postgres://[7w0rds", "postgres://[::1]7w0rds/d", "postgres://[::1%257w0rds$]/d",
		"postgres://u:x@h%407w0rds/d", "host=7w0rds@h user=u", "host='a b7w0rds'", "postgres://h/d?host=7w0rds!", "postgres://u:x@tcp(7w0rds:5432)/d", "postgres://h%2C7w0rds'/d", "host=/tmp:7w0rds",
		"host=@/7w0rds",
	},
	"its port is not a number": {
		"postgres://u:7w0rds", "postgres://u:7w0rds/d", "postgres://u:x@h:7w0rds/d", "postgres://u:x@h:0/d", "postgres://u:x@h:70000/d", "host=h port=7w0rds", "postgres://h:1:7w0rds/d",
		"sqlserver://h:1433;user=sa;password=7w0rds", "postgres://h/d?port=7w0rds", "postgres://::7w0rds/d", "postgres://h:+5/7w0rds",
	},
	"its database name has a character": {"postgres://h/7w0rds/d", "postgres://h/u:7w0rds", "mysql://h/d;password=7w0rds", "postgres://h/d&password=7w0rds", "dbname=u:7w0rds", "dbname='a/7w0rds' host=h"},
	"its keywords are separated by semicolons": {
		"host=h;user=a;password=7w0rds", "host=h; user=a; password=7w0rds", "password=7w0rds;host=h;user=u", "user=u;7w0rds", "Username=u;Password=7w0rds", "User Id=u;Password=7w0rds",
		"postgres://h/d?password=7w0rds;sslmode=require", "dbname=d;7w0rds host=h",
	},
	"there is a word without =":          {"host=h password=7w0rds rest", "password = two more 7w0rds=x", "host=h 7w0rds", "application_name=my 7w0rds password=x"},
	"a quote in it is not closed":        {"password='7w0rds", "password='x'7w0rds host=h", `password='7w0rds\'`, "host=h dbname='7w0rds"},
	"it has an unknown keyword":          {"host=h 7w0rds=x", "host=h pass-word.7w0rds$=x", "postgres://h/d?7w0rds=x"},
	"an unknown keyword follows":         {"password=two 7w0rds=x", "password=two words=7w0rds", "password=two passw7w0rds=x", "pasword=x words=7w0rds", "postgres://h/d?password=a&7w0rds=x", "sslpassword=a w7w0rds=x"},
	"it has a keyword twice":             {"host=h password=a host=7w0rds", "password=7w0rds password=x", "postgres://u@h/d?user=7w0rds", "postgres://u:7w0rds@h/d?password=x", "postgres://h/d?dbname=7w0rds", "database=d dbname=7w0rds", "postgres://h/d?sslmode=a&sslmode=7w0rds"},
	"a value in it looks like":           {"user=postgres://u:7w0rds@h", "dbname=postgres://u:7w0rds@h/d", "application_name=u:7w0rds@h", "service=u:7w0rds@h", "postgres://h/d?application_name=u%3A7w0rds%40h"},
	"it begins with jdbc:":               {"jdbc:postgresql://h/d?user=u&password=7w0rds", "JDBC:postgresql:7w0rds", "jdbc:7w0rds"},
	"its scheme is missing or misspelt":  {"u:7w0rds@h:5432/d", "//u:7w0rds@h/d", "postgres:/u:7w0rds@h", "postgres:u:7w0rds", "u:x@h/d?sslmode=7w0rds", "postgre:7w0rds", "u@7w0rds:5432", "postgres//u:7w0rds@h"},
	"it is neither a URL nor keywords":   {"this is no DSN 7w0rds", "7w0rds", "h/7w0rds", "=7w0rds"},
	"what follows the ? is not name=val": {"postgres://h/d?7w0rds", "postgres://h/d?sslmode=a&7w0rds"},
}

func TestWhatIsNotCertainIsRefusedAndNothingOfItIsTold(t *testing.T) {
	t.Parallel()
	for why, texts := range refused {
		for _, text := range texts {
			d, err := dsn.Parse(text)
			e, ok := errors.AsType[*dsn.Error](err)
			if !ok || !strings.HasPrefix(e.Why, why) || e.Hint == "" {
				t.Errorf("%q: want %q, got %+v, %v", text, why, d, err)
				continue
			}
			if diff := cmp.Diff(dsn.DSN{}, d, cmp.AllowUnexported(dsn.DSN{})); diff != "" {
				t.Errorf("%q leaves something:\n%s", text, diff)
			}
			if strings.Contains(strings.ToLower(e.Why+e.Hint), canary) {
				t.Errorf("%q is told: %q, %q", text, e.Why, e.Hint)
			}
		}
	}
}

func TestTheEngineIsKnownWhateverElseIsNot(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"mysql://u:p@h/d": "MySQL", "mysql+pymysql://u:p@h": "MySQL", "mariadb://h": "MySQL", "root:p@tcp(h:3306)/d": "MySQL", "tcp(h)/d": "MySQL", "u:p@unix(/s)/d": "MySQL",
		"jdbc:mysql://h/d?user=u&password=p": "MySQL", "oceanbase://h": "OceanBase", "jdbc:oceanbase:x": "OceanBase", "jdbc:oracle:thin:u/p@h": "a JDBC data source",
		"sqlserver://sa:p@h": "Microsoft SQL Server", "mssql:x": "Microsoft SQL Server", "jdbc:sqlserver://h;user=sa;password=p": "Microsoft SQL Server", "server=h;user id=sa": "Microsoft SQL Server",
		"Password=p; Data Source = h": "Microsoft SQL Server", "postgres://u:p@tcp(h)/d": "", "jdbc:postgresql://h": "", "host=h;user=u": "", "host=h user=u": "", "oracle://h": "", "": "",
	} {
		if got := dsn.Engine(text); got != want {
			t.Errorf("%q is of %q, want %q", text, got, want)
		}
	}
}

// FuzzParse proves that the result is what the driver understands, that it survives being written and parsed again,
// and that errors use only texts of this package.
func FuzzParse(f *testing.F) {
	for text := range understood {
		f.Add(text)
	}
	for _, texts := range refused {
		for _, text := range texts {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := dsn.Parse(text)
		if err != nil {
			e, ok := errors.AsType[*dsn.Error](err)
			if !ok || !ours(e) {
				t.Errorf("%q: the error is none of ours: %v", text, err)
			}
			return
		}
		for _, host := range d.Hosts() {
			if !dsn.ValidHost(host.Name) {
				t.Errorf("%q: host %q", text, host.Name)
			}
		}
		if d.Scheme != dsn.Postgres {
			return
		}
		again, err := dsn.Parse(d.Words())
		if err != nil && strings.ContainsAny(d.Database(), ":/@?#;=") { // only a URL can hold it
			return
		}
		if err != nil {
			t.Fatalf("%q is %q, which is refused: %v", text, d.Words(), err)
		}
		if diff := cmp.Diff(d.Words(), again.Words()); diff != "" {
			t.Errorf("%q and again:\n%s", text, diff)
		}
		sameAsDriver(t, text, d)
	})
}

// ours reports whether an error is one of those that the table refused names.
func ours(e *dsn.Error) bool {
	for why := range refused {
		if strings.HasPrefix(e.Why, why) {
			return true
		}
	}
	return false
}

// sameAsDriver compares the driver's understanding of a text, if it accepts it, with the result of Parse.
func sameAsDriver(t *testing.T, text string, d dsn.DSN) {
	t.Helper()
	want, err := pgconn.ParseConfig(strings.Trim(text, " \t\n\v\f\r"))
	got, ownErr := pgconn.ParseConfig(d.Words())
	if err != nil || ownErr != nil {
		return
	}
	for name := range want.RuntimeParams {
		if strings.ToLower(name) != name {
			return // the driver does not know a keyword in capitals
		}
	}
	said := func(c *pgconn.Config) []any {
		all := []any{c.Host, c.Port, c.Database, c.User, c.Password}
		for _, fallback := range c.Fallbacks {
			all = append(all, fallback.Host, fallback.Port)
		}
		return all
	}
	if diff := cmp.Diff(said(want), said(got)); diff != "" {
		t.Errorf("%q (-driver +ours):\n%s", text, diff)
	}
}
