// Package jsonptr writes and reads JSON pointers (RFC 6901): "" is a value as a whole, "/plugins/limit-count/policy" a
// part of it. Each token is the key of an object or the index of a list, with ~ written as ~0 and / as ~1.
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

// unescape returns the key that a token stands for. A ~ that begins neither ~0 nor ~1 stands for itself.
func unescape(token string) string {
	if !strings.Contains(token, "~") {
		return token
	}
	return strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
}

// Append returns the pointer to what stands below another one, under these keys.
func Append(pointer string, keys ...string) string {
	var b strings.Builder
	b.WriteString(pointer)
	for _, key := range keys {
		b.WriteString("/" + escape(key))
	}
	return b.String()
}

// Keys yields the keys of a pointer, outermost first. A pointer that lacks its first slash is read as if it had it.
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

// Cut takes the outermost key off a pointer; below is the pointer that goes on from there.
func Cut(pointer string) (key, below string) {
	token, _, _ := strings.Cut(strings.TrimPrefix(pointer, "/"), "/")
	return unescape(token), strings.TrimPrefix(pointer, "/")[len(token):]
}

// Below returns the pointer that goes on from base to a pointer at base or below it; inside is false for one elsewhere.
func Below(pointer, base string) (below string, inside bool) {
	below, inside = strings.CutPrefix(pointer, base)
	return below, inside && (below == "" || below[0] == '/')
}

// Around returns the pointer to what is directly around; ok is false for a value as a whole, which has nothing around it.
func Around(pointer string) (around string, ok bool) {
	end := strings.LastIndexByte(pointer, '/')
	if end < 0 {
		return "", false
	}
	return pointer[:end], true
}

// Walk goes down from v, key by key, as long as step finds something. It returns the innermost value that was found and
// the pointer to it, which is the whole pointer where nothing is missing.
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
