// Package pack keeps many similar values in little memory: what they have in common is kept once.
package pack

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/klauspost/compress/s2"
)

// A packer's dictionary grows at most to this size and this often. Each earlier one stays in memory for its values.
const (
	dictionarySize  = 32 << 10
	dictionaryGrows = 16
)

// Packer packs values of one type. It learns from them, so pack those with one packer that are alike. The zero Packer is
// ready for use, by one goroutine at a time.
type Packer[T any] struct {
	text  []byte   // the values that most others repeat
	dict  *s2.Dict // of text, for packing
	open  *s2.Dict // the same for unpacking, without the tables that packing needs
	grown int

	raw, packed []byte // buffers
}

// Packed is one packed value. It never changes and may be copied.
type Packed[T any] struct {
	dict  *s2.Dict // nil: text is not compressed
	bytes string
}

// Pack packs what v points to: all that is reached through exported fields of structs, pointers, slices and maps with
// texts as keys. It panics if v holds anything else that is not zero, because that would be lost.
func (p *Packer[T]) Pack(v *T) Packed[T] {
	p.raw = appendValue(p.raw[:0], reflect.ValueOf(v).Elem())
	text := p.raw
	if p.dict != nil {
		p.packed = p.dict.Encode(p.packed[:0], p.raw)
		text = p.packed
	}
	out := Packed[T]{p.open, string(text)}
	if len(out.bytes) > len(p.raw)/4 {
		p.learn()
	}
	return out
}

// learn makes the last value known, unless there is no room for more.
func (p *Packer[T]) learn() {
	known := p.raw[:min(len(p.raw), dictionarySize-len(p.text))]
	if len(known) < s2.MinDictSize || p.grown == dictionaryGrows {
		return
	}
	p.grown++
	p.text = append(slices.Clip(p.text), known...)
	p.dict, p.open = s2.MakeDict(p.text, nil), s2.MakeDict(p.text, nil)
}

// Open returns a new copy of the value. Nothing in it shares memory with p, so a part of it can be kept.
func (p Packed[T]) Open() *T {
	v := new(T)
	raw := []byte(p.bytes)
	if p.dict != nil {
		var err error
		if raw, err = p.dict.Decode(nil, raw); err != nil {
			panic(fmt.Sprintf("pack: %v", err))
		}
	}
	if rest := setValue(reflect.ValueOf(v).Elem(), raw); len(rest) > 0 {
		panic(fmt.Sprintf("pack: %d bytes too many", len(rest)))
	}
	return v
}
