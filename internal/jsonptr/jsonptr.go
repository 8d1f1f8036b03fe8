// Package jsonptr writes and reads JSON pointers (RFC 6901): "" is the whole value, "/plugins/limit-count/policy" a
// part of it. Each token is the key of an object or the index in a list, with ~ written as ~0 and / as ~1.
package jsonptr

import (
	"iter"
	"strings"
)

// escape returns a key as a token of a pointer.
func escape(key string) string {
	if !strings.ContainsAny(key, "~/") {
		return key
	}
	return strings.ReplaceAll(strings.ReplaceAll(key, "~", "~0"), "/", "~1")
}

// unescape returns the key for a token. A ~ that does not begin ~0 or ~1 stays as it is.
func unescape(token string) string {
	if !strings.Contains(token, "~") {
		return token
	}
	return strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
}

// Append returns pointer extended by keys.
func Append(pointer string, keys ...string) string {
	var b strings.Builder
	b.WriteString(pointer)
	for _, key := range keys {
		b.WriteString("/" + escape(key))
	}
	return b.String()
}

// Keys yields the keys of a pointer, outermost first. The first slash may be missing.
func Keys(pointer string) iter.Seq[string] {
	return func(yield func(string) bool) {
		if pointer == "" {
			return
		}
		for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
			if !yield(unescape(token)) {
				return
			}
		}
	}
}

// Cut splits a pointer into its outermost key and the pointer below that.
func Cut(pointer string) (key, below string) {
	token, _, _ := strings.Cut(strings.TrimPrefix(pointer, "/"), "/")
	return unescape(token), strings.TrimPrefix(pointer, "/")[len(token):]
}

// Below returns the rest of pointer after base. inside is false if pointer is neither base nor below it.
func Below(pointer, base string) (below string, inside bool) {
	below, inside = strings.CutPrefix(pointer, base)
	return below, inside && (below == "" || below[0] == '/')
}

// Around returns the pointer to the value that directly contains the one at pointer. ok is false for the whole value,
// which nothing contains.
func Around(pointer string) (around string, ok bool) {
	end := strings.LastIndexByte(pointer, '/')
	if end < 0 {
		return "", false
	}
	return pointer[:end], true
}

// Walk follows pointer from v, key by key, while step finds a value. It returns the innermost value found and the
// pointer to it, which equals pointer if nothing is missing.
func Walk[T any](v T, pointer string, step func(v T, key string) (T, bool)) (innermost T, at string) {
	for key := range Keys(pointer) {
		next, found := step(v, key)
		if !found {
			break
		}
		v, at = next, Append(at, key)
	}
	return v, at
}
