package postgres

import "slices"

// idSet is a set of row ids that takes two bytes for each, if they are dense. Add all ids, then seal it, then query
// it.
type idSet struct {
	pages map[int64][]uint16
	last  int64 // the page queried last: a scan queries in order
	page  []uint16
}

func (s *idSet) add(id int64) {
	if s.pages == nil {
		s.pages = map[int64][]uint16{}
	}
	s.pages[id>>16] = append(s.pages[id>>16], uint16(id&0xffff))
}

func (s *idSet) seal() {
	for _, page := range s.pages {
		slices.Sort(page)
	}
	s.last, s.page = 0, s.pages[0]
}

func (s *idSet) has(id int64) bool {
	if page := id >> 16; page != s.last {
		s.last, s.page = page, s.pages[page]
	}
	if len(s.page) == 0 {
		return false
	}
	_, found := slices.BinarySearch(s.page, uint16(id&0xffff))
	return found
}
