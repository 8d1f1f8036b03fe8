package catalogue

// Kinds are the valid kinds of changes.
var Kinds = kinds
