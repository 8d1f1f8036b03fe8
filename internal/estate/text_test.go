package estate_test

import (
	"encoding/json"
	"testing"
)

// FuzzText compares the reading of a string with that of encoding/json.
func FuzzText(f *testing.F) {
	for _, seed := range []string{
		`"redis"`, `""`, `"a\tb"`, `"\u0072edis"`, `"\ud800"`, "\"\xff\"", "\"a\nb\"", "\"a\x7fb\"", `"ü"`, `"`, `"a`, `"a"b"`, `"a" `, `"a\"`, `"12345678"`, `"1234567\\"`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(raw) == 0 || raw[0] != '"' {
			return
		}
		var want string
		valid := json.Unmarshal(raw, &want) == nil
		if got, ok := value(string(raw)).Text().Known(); ok != valid || ok && got != want {
			t.Errorf("%q: %q, %v, want %q, %v", raw, got, ok, want, valid)
		}
	})
}
