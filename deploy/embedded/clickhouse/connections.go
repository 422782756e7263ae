package clickhouse

import (
	"net"
	"net/http"
	"sync"
	"time"
)

// connections bounds the number of a server's open connections. When it is reached, a new connection ends the one that
// has been idle longest, so that idle clients shut nobody out. If none is idle, the new one is closed.
type connections struct {
	most   int
	mu     sync.Mutex
	open   map[net.Conn]bool
	silent map[net.Conn]time.Time // since when: those without a request, and not yet ended by end
}

func newConnections(most int) *connections {
	return &connections{most: most, open: map[net.Conn]bool{}, silent: map[net.Conn]time.Time{}}
}

// state is the server's ConnState.
func (c *connections) state(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.silent, conn)
	switch state {
	case http.StateNew:
		if len(c.open) >= c.most && c.end(conn) == conn {
			return
		}
		c.open[conn] = true
		c.silent[conn] = time.Now()
	case http.StateIdle:
		if c.open[conn] {
			c.silent[conn] = time.Now()
		}
	case http.StateClosed, http.StateHijacked:
		delete(c.open, conn)
	}
}

// end closes the connection that has been silent longest, or else a new one, and returns it.
func (c *connections) end(longest net.Conn) net.Conn {
	since := time.Now()
	for conn, at := range c.silent {
		if at.Before(since) {
			longest, since = conn, at
		}
	}
	delete(c.silent, longest)
	delete(c.open, longest)
	_ = longest.Close() // the server sees it, and forgets the connection
	return longest
}
