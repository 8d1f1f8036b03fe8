package archive

// What the fuzz targets and benchmarks reach into.
var SplitCopy = splitCopy

// Adler32 returns the checksum of the parts, one after the other.
func Adler32(parts ...[]byte) uint32 {
	sum := adler32(adlerStart)
	for _, p := range parts {
		sum.add(p)
	}
	return uint32(sum)
}
