package archive

import "bytes"

// fields reads the primitive values of an archive. After an error it returns that error every time.
type fields struct {
	win     *window
	intSize int
	offSize int
	err     error
}

const maxText = 16 << 20 // of a text whose content is needed

func (f *fields) byte() (byte, error) {
	if f.err != nil {
		return 0, f.err
	}
	b, ok := f.win.peek()
	if !ok {
		f.err = broken(f.win.err, f.win.offset(), "inside its structure")
		return 0, f.err
	}
	f.win.r++
	return b, nil
}

// int reads a number: its sign and its magnitude.
func (f *fields) int() (int64, error) {
	at := f.win.offset()
	sign, err := f.byte()
	if err != nil {
		return 0, err
	}
	n, err := f.magnitude(f.intSize)
	switch {
	case err != nil:
		return 0, err
	case sign > 1 || n < 0:
		f.err = bad(at, hintDamaged, "a number was expected here")
		return 0, f.err
	case sign == 1:
		return -n, nil
	}
	return n, nil
}

// magnitude reads a number of size bytes, lowest byte first.
func (f *fields) magnitude(size int) (int64, error) {
	var n int64
	for i := range size {
		b, err := f.byte()
		if err != nil {
			return 0, err
		}
		n |= int64(b) << (8 * i)
	}
	return n, nil
}

// place reads where the data of an entry is.
func (f *fields) place() (state byte, offset int64, err error) {
	at := f.win.offset()
	if state, err = f.byte(); err != nil {
		return 0, 0, err
	}
	if offset, err = f.magnitude(f.offSize); err != nil {
		return 0, 0, err
	}
	if state < placeUnknown || state > placeNone || offset < 0 {
		f.err = bad(at, hintDamaged, "the position of an entry's data was expected here")
	}
	return state, offset, f.err
}

// length reads the length of a text; -1 is NULL.
func (f *fields) length() (int64, error) {
	at := f.win.offset()
	n, err := f.int()
	if err == nil && n < -1 {
		f.err = bad(at, hintDamaged, "a text of %d bytes", n)
	}
	return n, f.err
}

// text reads a text; nil is NULL. It allocates only as much as the file really contains.
func (f *fields) text() ([]byte, error) {
	at := f.win.offset()
	n, err := f.length()
	if err != nil || n < 0 {
		return nil, err
	}
	if n > maxText {
		f.err = bad(at, hintDamaged, "a text of %d bytes", n)
		return nil, f.err
	}
	text := []byte{}
	for int64(len(text)) < n {
		if _, ok := f.win.peek(); !ok {
			f.err = broken(f.win.err, f.win.offset(), "inside a text")
			return nil, f.err
		}
		b := f.win.pending()
		b = b[:min(int64(len(b)), n-int64(len(text)))]
		text = append(text, b...)
		f.win.r += len(b)
	}
	if bytes.IndexByte(text, 0) >= 0 {
		f.err = bad(at, hintDamaged, "a text with a zero byte")
	}
	return text, f.err
}

// mustText is text for callers that check f.err later.
func (f *fields) mustText() []byte {
	b, err := f.text()
	if err != nil {
		return nil
	}
	return b
}

func (f *fields) skipInt() { _, _ = f.int() }

// skipText consumes some texts of any length.
func (f *fields) skipText(count int) {
	for range count {
		n, err := f.length()
		if err != nil {
			return
		}
		f.skip(n)
	}
}

// skip consumes n bytes.
func (f *fields) skip(n int64) {
	for n > 0 && f.err == nil {
		if _, ok := f.win.peek(); !ok {
			f.err = broken(f.win.err, f.win.offset(), "inside its structure")
			return
		}
		some := min(n, int64(len(f.win.pending())))
		f.win.r += int(some)
		n -= some
	}
}
