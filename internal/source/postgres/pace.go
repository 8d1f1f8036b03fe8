package postgres

import (
	"context"
	"time"
)

// pace limits how many rows are read in a second. The zero pace has no limit.
type pace struct {
	perSecond int
	next      time.Time // when the next rows may be asked for
	now       func() time.Time
	sleep     func(context.Context, time.Duration) error
}

// limits reports whether there is a limit.
func (p *pace) limits() bool { return p.perSecond > 0 }

// batch returns how many rows are asked for at a time: those of a tenth of a second, and at least one.
func (p *pace) batch() int {
	const most = 1000
	return min(max(p.perSecond/10, 1), most)
}

// pause returns the longest time between two batches.
func (p *pace) pause() time.Duration {
	if !p.limits() {
		return 0
	}
	return p.least(int64(p.batch()))
}

// least returns the time that reading so many rows takes at least.
func (p *pace) least(rows int64) time.Duration {
	if !p.limits() {
		return 0
	}
	return time.Duration(float64(rows) / float64(p.perSecond) * float64(time.Second))
}

// wait waits until the next batch may be asked for.
func (p *pace) wait(ctx context.Context) error {
	now := p.now()
	if early := p.next.Sub(now); early > 0 {
		if err := p.sleep(ctx, early); err != nil {
			return err
		}
		now = p.next
	}
	p.next = now.Add(p.pause())
	return nil
}

// sleep waits, or returns the error of a context that is done earlier.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err() //nolint:wrapcheck // whoever waits says for what
	}
}
