package email

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

// Bounds of the connections to a relay.
const (
	maxConnections = 5                // at once
	maxMails       = 100              // by one connection
	idleFor        = 15 * time.Second // then it is closed: a relay counts it
	checkAfter     = 5 * time.Second  // without use, a connection is asked whether it lives
	easeAfter      = 30 * time.Second // without a refusal, one more connection is tried
)

// connection is one to the relay, used by one attempt at a time.
type connection struct {
	*smtp.Client
	conn  net.Conn // below
	mails int
	used  time.Time
}

// pool shares connections to one relay. A relay that refuses one more connection while others are open lowers the bound
// for a while: attempts then wait for a connection instead of failing.
type pool struct {
	dial func(ctx context.Context) (*connection, error)

	mu      sync.Mutex
	most    int           // connections at once, by what the relay took
	refused time.Time     // the last time that it took no more
	open    int           // idle ones and those being dialled too
	idle    []*connection // the last one was used last
	freed   chan struct{} // closed and replaced when a connection or room for one comes free
	closed  bool
}

func newPool(dial func(ctx context.Context) (*connection, error)) *pool {
	return &pool{dial: dial, most: maxConnections, freed: make(chan struct{})}
}

// acquire gives a connection that lives, as far as can be told. The caller owes release or drop.
func (p *pool) acquire(ctx context.Context) (*connection, error) {
	for {
		c, room, freed := p.take()
		switch {
		case c != nil && time.Since(c.used) > checkAfter:
			if c.UpdateDeadline(smtpTimeout) == nil && c.Noop() == nil {
				return c, nil
			}
			p.drop(c)
		case c != nil:
			return c, nil
		case room:
			made, err := p.dial(ctx)
			if err == nil {
				return made, nil
			}
			if !p.crowded(err) {
				return nil, err
			}
		default:
			select {
			case <-freed:
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
	}
}

// take gives an idle connection, or room for a new one, or what to wait for.
func (p *pool) take() (c *connection, room bool, freed <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.idle); n > 0 {
		c, p.idle = p.idle[n-1], p.idle[:n-1]
		return c, false, nil
	}
	if p.most < maxConnections && time.Since(p.refused) > easeAfter {
		p.most, p.refused = p.most+1, time.Now()
	}
	if p.open < p.most {
		p.open++
		return nil, true, nil
	}
	return nil, false, p.freed
}

// crowded gives back the room of a connection that was not made, and tells whether the relay takes no more for now:
// then others are open, of which one will be free.
func (p *pool) crowded(err error) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open--
	if answered(err)/100 == 4 && p.open > 0 {
		p.most, p.refused = p.open, time.Now()
		return true
	}
	p.free()
	return false
}

// free wakes who waits. The caller has the lock.
func (p *pool) free() {
	close(p.freed)
	p.freed = make(chan struct{})
}

// release gives a connection back, whose last message was taken or refused in good order.
func (p *pool) release(c *connection) {
	c.mails++
	c.used = time.Now()
	p.mu.Lock()
	if full := c.mails >= maxMails || p.closed || p.open > p.most; !full {
		p.idle = append(p.idle, c)
		p.free()
		p.mu.Unlock()
		time.AfterFunc(idleFor, p.prune)
		return
	}
	p.mu.Unlock()
	_ = c.UpdateDeadline(time.Second)
	_ = c.Quit()
	p.drop(c)
}

// drop closes a connection.
func (p *pool) drop(c *connection) {
	_ = c.Close()
	p.mu.Lock()
	p.open--
	p.free()
	p.mu.Unlock()
}

// prune closes what was not used for a while.
func (p *pool) prune() {
	p.mu.Lock()
	var old []*connection
	for len(p.idle) > 0 && (p.closed || time.Since(p.idle[0].used) >= idleFor) {
		old, p.idle = append(old, p.idle[0]), p.idle[1:]
	}
	p.mu.Unlock()
	for _, c := range old {
		_ = c.UpdateDeadline(time.Second)
		_ = c.Quit()
		p.drop(c)
	}
}

// close ends idle connections; those in use end when they are released.
func (p *pool) close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.prune()
}
