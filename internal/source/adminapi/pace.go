package adminapi

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// pacer spaces requests out.
type pacer struct {
	mu    sync.Mutex
	next  time.Time // when the next request may start
	gap   time.Duration
	now   func() time.Time
	sleep func(context.Context, time.Duration) error
}

// wait returns when the next request may start. The requests after a late one do not catch up.
func (p *pacer) wait(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.now()
	if left := p.next.Sub(at); !p.next.IsZero() && left > 0 {
		if err := p.sleep(ctx, left); err != nil {
			return err
		}
		at = p.next
	}
	p.next = at.Add(p.gap)
	return nil
}

// ahead begins lists, several at a time, and calls use for each in the order of the lists. It holds at most as many
// answers as there may be concurrent requests. It ends early, without an error, when use returns false.
func (c *client) ahead(ctx context.Context, lists []list, use func(i int, l list, first page, err error) (more bool, _ error)) error {
	type answer struct {
		list list
		page page
		err  error
	}
	ctx, cancel := context.WithCancel(ctx)
	var wait sync.WaitGroup
	defer wait.Wait()
	defer cancel()
	held := make(chan struct{}, cap(c.slots))
	answers := make(chan chan answer, cap(c.slots))
	wait.Go(func() {
		for _, l := range lists {
			select {
			case held <- struct{}{}:
			case <-ctx.Done():
				return
			}
			one := make(chan answer, 1)
			answers <- one
			wait.Go(func() {
				l, pg, err := c.begin(ctx, l)
				one <- answer{l, pg, err}
			})
		}
	})
	for i := range lists {
		var a answer
		select {
		case one := <-answers:
			a = <-one
		case <-ctx.Done():
			return fmt.Errorf("asking the Admin API: %w", ctx.Err())
		}
		if more, err := use(i, a.list, a.page, a.err); err != nil || !more {
			return err
		}
		<-held
	}
	return nil
}
