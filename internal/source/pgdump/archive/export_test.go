package archive

// Internals that fuzz targets and benchmarks use.
var SplitCopy = splitCopy

// Adler32 returns the checksum of the concatenated parts.
func Adler32(parts ...[]byte) uint32 {
	sum := adler32(adlerStart)
	for _, p := range parts {
		sum.add(p)
	}
	return uint32(sum)
}
