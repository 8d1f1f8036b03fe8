package catalogue

// Kinds are all kinds of changes.
var Kinds = kinds
