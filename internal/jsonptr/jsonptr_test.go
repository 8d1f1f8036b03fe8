package jsonptr_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
)

func TestPointersAreThoseOfTheRFC(t *testing.T) {
	t.Parallel()
	// The examples of RFC 6901, section 5, in which % and so on are keys.
	tests := map[string][]string{
		"": nil, "/foo": {"foo"}, "/foo/0": {"foo", "0"}, "/": {""}, "/a~1b": {"a/b"}, "/c%d": {"c%d"}, "/e^f": {"e^f"},
		"/g|h": {"g|h"}, `/i\j`: {`i\j`}, `/k"l`: {`k"l`}, "/ ": {" "}, "/m~0n": {"m~n"}, "/~01": {"~1"}, "/a//b/": {"a", "", "b", ""},
	}
	for pointer, keys := range tests {
		if diff := cmp.Diff(keys, slices.Collect(jsonptr.Keys(pointer))); diff != "" {
			t.Errorf("keys of %q (-want +got):\n%s", pointer, diff)
		}
		if got := jsonptr.Append("", keys...); got != pointer {
			t.Errorf("pointer of %q is %q, want %q", keys, got, pointer)
		}
	}
}

func TestPartsOfAPointer(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		key, below, around string
		inside             bool
	}{
		"":          {"", "", "", false},
		"/a":        {"a", "", "", true},
		"/a~1b/c/0": {"a/b", "/c/0", "/a~1b/c", true},
		"//a":       {"", "/a", "/", true},
	}
	for pointer, want := range tests {
		if key, below := jsonptr.Cut(pointer); key != want.key || below != want.below {
			t.Errorf("Cut(%q) is %q and %q, want %q and %q", pointer, key, below, want.key, want.below)
		}
		if around, inside := jsonptr.Around(pointer); around != want.around || inside != want.inside {
			t.Errorf("Around(%q) is %q, %v; want %q, %v", pointer, around, inside, want.around, want.inside)
		}
	}
}

func TestWhatIsBelowAKeyIsNotBelowALongerOne(t *testing.T) {
	t.Parallel()
	for pointer, want := range map[string]string{"/a": "", "/a/b/c": "/b/c", "/ab": "elsewhere", "/b/a": "elsewhere", "": "elsewhere"} {
		if below, inside := jsonptr.Below(pointer, "/a"); inside && below != want || !inside && want != "elsewhere" {
			t.Errorf("%q is %q below /a: %v, want %q", pointer, below, inside, want)
		}
	}
}

func TestWalkEndsAtTheInnermostThingThatIsThere(t *testing.T) {
	t.Parallel()
	tree := map[string]any{"a/b": map[string]any{"": map[string]any{"~": "here"}}}
	step := func(v any, key string) (any, bool) {
		members, _ := v.(map[string]any)
		next, found := members[key]
		return next, found
	}
	for pointer, want := range map[string]string{"/a~1b//~0": "/a~1b//~0", "/a~1b//~0/more": "/a~1b//~0", "/a/b": "", "/a~1b/x": "/a~1b", "": ""} {
		if _, at := jsonptr.Walk(any(tree), pointer, step); at != want {
			t.Errorf("walking %q ends at %q, want %q", pointer, at, want)
		}
	}
	if v, _ := jsonptr.Walk(any(tree), "/a~1b//~0", step); v != "here" {
		t.Errorf("found %v", v)
	}
}

// FuzzPointer proves that any keys can be written as a pointer and read again, and that any pointer can be read.
func FuzzPointer(f *testing.F) {
	for _, seed := range []string{"", "/", "/a~1b/~0", "~", "~01", "a/b", "/%/\x00/é"} {
		f.Add(seed, "around", "")
	}
	f.Fuzz(func(t *testing.T, a, b, c string) {
		keys := []string{a, b, c}
		pointer := jsonptr.Append("", keys...)
		if got := slices.Collect(jsonptr.Keys(pointer)); !slices.Equal(got, keys) {
			t.Fatalf("%q became %q by way of %q", keys, got, pointer)
		}
		key, below := jsonptr.Cut(pointer)
		if key != a || jsonptr.Append(jsonptr.Append("", key), slices.Collect(jsonptr.Keys(below))...) != pointer {
			t.Fatalf("%q was cut into %q and %q", pointer, key, below)
		}
		if around, ok := jsonptr.Around(pointer); !ok || jsonptr.Append(around, c) != pointer {
			t.Fatalf("around %q is %q", pointer, around)
		}
		read := slices.Collect(jsonptr.Keys(a)) // any text read as a pointer has one normal form
		if again := slices.Collect(jsonptr.Keys(jsonptr.Append("", read...))); !slices.Equal(again, read) {
			t.Fatalf("%q was read as %q, then as %q", a, read, again)
		}
	})
}
