package archive

// What the fuzz targets and benchmarks reach into.
var SplitCopy = splitCopy
