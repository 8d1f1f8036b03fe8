package pack

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"
)

// appendValue appends v in the form that [setValue] reads. Values that are alike give bytes that are alike.
func appendValue(b []byte, v reflect.Value) []byte {
	switch v.Kind() { //nolint:exhaustive // the others must be zero
	case reflect.String:
		return append(appendCount(b, v.Len()), v.String()...)
	case reflect.Bool:
		if v.Bool() {
			return append(b, 1)
		}
		return append(b, 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return binary.AppendVarint(b, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return binary.AppendUvarint(b, v.Uint())
	case reflect.Pointer:
		if v.IsNil() {
			return append(b, 0)
		}
		return appendValue(append(b, 1), v.Elem())
	case reflect.Struct:
		return appendFields(b, v)
	case reflect.Slice:
		return appendElements(b, v)
	case reflect.Map:
		if v.Type().Key().Kind() == reflect.String {
			return appendEntries(b, v)
		}
	}
	mustBeZero(v)
	return b
}

func appendFields(b []byte, v reflect.Value) []byte {
	for i := range v.NumField() { //nolint:modernize // Fields describes each field, which takes longer than packing it
		if f := v.Field(i); f.CanInterface() {
			b = appendValue(b, f)
		} else {
			mustBeZero(f)
		}
	}
	return b
}

func appendElements(b []byte, v reflect.Value) []byte {
	b = appendLen(b, v)
	for i := range v.Len() {
		b = appendValue(b, v.Index(i))
	}
	return b
}

func appendEntries(b []byte, v reflect.Value) []byte {
	b = appendLen(b, v)
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.String(), b.String()) })
	for _, k := range keys {
		b = appendValue(appendValue(b, k), v.MapIndex(k))
	}
	return b
}

// appendLen appends 0 for a list or map that is nil, else its length and one.
func appendLen(b []byte, v reflect.Value) []byte {
	if v.IsNil() {
		return append(b, 0)
	}
	return appendCount(b, v.Len()+1)
}

func appendCount(b []byte, n int) []byte { return binary.AppendUvarint(b, uint64(n)) } //nolint:gosec // a length is never negative

func mustBeZero(v reflect.Value) {
	if !v.IsZero() {
		panic(fmt.Sprintf("pack: a %s cannot be packed", v.Type()))
	}
}

// setValue sets v, which is zero, to what [appendValue] wrote at the beginning of b, and returns the rest of b.
func setValue(v reflect.Value, b []byte) []byte {
	switch v.Kind() { //nolint:exhaustive // the others stay zero
	case reflect.String:
		n, b := length(b)
		v.SetString(string(b[:n]))
		return b[n:]
	case reflect.Bool:
		v.SetBool(b[0] == 1)
		return b[1:]
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, size := binary.Varint(b)
		v.SetInt(n)
		return b[size:]
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n, size := binary.Uvarint(b)
		v.SetUint(n)
		return b[size:]
	case reflect.Pointer:
		if b[0] == 0 {
			return b[1:]
		}
		v.Set(reflect.New(v.Type().Elem()))
		return setValue(v.Elem(), b[1:])
	case reflect.Struct:
		for i := range v.NumField() { //nolint:modernize // Fields describes each field, which takes longer than packing it
			if f := v.Field(i); f.CanSet() {
				b = setValue(f, b)
			}
		}
	case reflect.Slice:
		return setElements(v, b)
	case reflect.Map:
		if v.Type().Key().Kind() == reflect.String {
			return setEntries(v, b)
		}
	}
	return b
}

func setElements(v reflect.Value, b []byte) []byte {
	n, b := length(b)
	if n == 0 {
		return b
	}
	v.Set(reflect.MakeSlice(v.Type(), n-1, n-1))
	for i := range n - 1 {
		b = setValue(v.Index(i), b)
	}
	return b
}

func setEntries(v reflect.Value, b []byte) []byte {
	n, b := length(b)
	if n == 0 {
		return b
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), n-1))
	for range n - 1 {
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		b = setValue(value, setValue(key, b))
		v.SetMapIndex(key, value)
	}
	return b
}

// length returns the number at the beginning of b and the rest of b.
func length(b []byte) (int, []byte) {
	n, size := binary.Uvarint(b)
	return int(n), b[size:] //nolint:gosec // it was the length of something in memory
}
