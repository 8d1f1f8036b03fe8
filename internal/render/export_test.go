package render

// Markup is what every text of a page passes through.
var Markup = markup
