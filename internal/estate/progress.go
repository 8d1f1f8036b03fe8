package estate

import "context"

// Progress says how far reading a source has got. A zero field leaves what was told of the source before.
type Progress struct {
	Source   string // kind of the source
	Kind     Kind   // of the last resource
	Count    int64  // resources read
	Requests int64  // sent to a server, by a source that asks for many things
}

type tellKey struct{}

// WithProgress returns a context in which tell is told how far reading has got. tell may be called by several
// goroutines at once, and often.
func WithProgress(ctx context.Context, tell func(Progress)) context.Context {
	return context.WithValue(ctx, tellKey{}, tell)
}

// Tell says how far reading has got, to whoever listens. Anything that takes long may call it: what is told is shown
// from time to time, not every time.
func Tell(ctx context.Context, p Progress) {
	if tell, ok := ctx.Value(tellKey{}).(func(Progress)); ok {
		tell(p)
	}
}

// tellEvery is the number of resources after which progress is told.
const tellEvery = 256

// Telling returns yield, and tells how many resources passed. Whoever streams a source wraps its yield in it.
func Telling(ctx context.Context, source string, yield func(*Resource) error) func(*Resource) error {
	if _, listens := ctx.Value(tellKey{}).(func(Progress)); !listens {
		return yield
	}
	Tell(ctx, Progress{Source: source})
	var count int64
	return func(r *Resource) error {
		if count++; count%tellEvery == 0 {
			Tell(ctx, Progress{Source: source, Kind: r.Kind, Count: count})
		}
		return yield(r)
	}
}
