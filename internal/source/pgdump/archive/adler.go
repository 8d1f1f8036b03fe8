package archive

import "encoding/binary"

// adler32 is the checksum of RFC 1950, section 8.2, and its own state: the lower half is the sum of all bytes, the
// upper half the sum of these sums. It begins at 1. It takes eight bytes at a time; the one of the standard library
// takes one, and half as long as inflating does.
type adler32 uint32

const (
	adlerStart = 1
	adlerMod   = 65521
	adlerRun   = 128     // bytes whose sums fit in 16 bits
	adlerMax   = 1 << 20 // bytes after which sums are reduced; they fit in 64 bits for much longer
)

// add takes more bytes.
func (s *adler32) add(p []byte) {
	sum, sums := uint64(*s&0xffff), uint64(*s>>16)
	for len(p) >= adlerRun {
		n := min(len(p), adlerMax) / adlerRun * adlerRun
		for run := p[:n]; len(run) >= adlerRun; run = run[adlerRun:] {
			bytes, weighted := adlerSums(run[:adlerRun])
			sums += adlerRun*sum + weighted
			sum += bytes
		}
		sum, sums = sum%adlerMod, sums%adlerMod
		p = p[n:]
	}
	for _, c := range p {
		sum += uint64(c)
		sums += sum
	}
	*s = adler32(sums%adlerMod)<<16 | adler32(sum%adlerMod)
}

const (
	everySecond = 0x00ff00ff00ff00ff // every second byte of a word, each with room for sixteen bits
	allFour     = 0x0001000100010001 // multiplying by this puts the sum of all four into the upper sixteen bits
	fourToOne   = 0x0004000300020001 // likewise four times the first, three times the second and so on
)

// adlerSums returns the sum of a run's bytes, and the sum of each byte times the number of bytes from it to the end.
func adlerSums(run []byte) (bytes, weighted uint64) {
	var odd, all, before uint64 // sums of places in words; before adds up what all was at the start of each word
	for len(run) >= 32 {
		for _, w := range [4]uint64{
			binary.LittleEndian.Uint64(run), binary.LittleEndian.Uint64(run[8:]),
			binary.LittleEndian.Uint64(run[16:]), binary.LittleEndian.Uint64(run[24:]),
		} {
			before += all
			o := w >> 8 & everySecond
			odd += o
			all += w&everySecond + o
		}
		run = run[32:]
	}
	even := all - odd
	odds := odd * allFour >> 48
	bytes = even*allFour>>48 + odds
	before = before&0x0000ffff0000ffff + before>>16&0x0000ffff0000ffff
	before = before&0xffffffff + before>>32
	return bytes, 8*before + 2*(even*fourToOne>>48+odd*fourToOne>>48) - odds
}
