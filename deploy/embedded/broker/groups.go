package broker

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// groups removes dead members from consumer groups. A member may die before it hears that it has joined; kfake then
// counts it for ever once the leader has assigned partitions, and nobody reads its share. A living member asks for its
// assignment (SyncGroup). groups removes those that have not asked within the group's rebalance timeout, as Apache
// Kafka does.
type groups struct {
	addr string
	log  *slog.Logger
	ctx  context.Context // ends with the broker
	end  context.CancelFunc

	mu     sync.Mutex
	groups map[string]*group
	work   sync.WaitGroup // farewells under way, none begins after ctx has ended
}

type group struct {
	patience time.Duration // the longest rebalance timeout of its members
	sharing  int32         // the generation whose members are noted
	asked    map[string]bool
}

func newGroups(addr string, log *slog.Logger) *groups {
	ctx, end := context.WithCancel(context.Background())
	return &groups{addr: addr, log: log, ctx: ctx, end: end, groups: map[string]*group{}}
}

func (g *groups) stop() {
	g.mu.Lock()
	g.end()
	g.mu.Unlock()
	g.work.Wait()
}

// of is called with the lock held.
func (g *groups) of(name string) *group {
	if g.groups[name] == nil {
		g.groups[name] = &group{asked: map[string]bool{}}
	}
	return g.groups[name]
}

// joined notes how long a group's members may take, and lets the broker answer.
func (g *groups) joined(r kmsg.Request) (kmsg.Response, error, bool) {
	req := r.(*kmsg.JoinGroupRequest)
	g.mu.Lock()
	defer g.mu.Unlock()
	of := g.of(req.Group)
	timeout := req.RebalanceTimeoutMillis
	if timeout <= 0 { // the first version of the request has none
		timeout = req.SessionTimeoutMillis
	}
	of.patience = max(of.patience, time.Duration(timeout)*time.Millisecond)
	return nil, nil, false
}

// shared notes who asks for its share, looks after a while for who has not when the leader shares out, and lets the
// broker answer.
func (g *groups) shared(r kmsg.Request) (kmsg.Response, error, bool) {
	req := r.(*kmsg.SyncGroupRequest)
	g.mu.Lock()
	defer g.mu.Unlock()
	of := g.of(req.Group)
	if of.sharing != req.Generation {
		of.sharing, of.asked = req.Generation, map[string]bool{}
	}
	of.asked[req.MemberID] = true
	if len(req.GroupAssignment) > 1 && g.ctx.Err() == nil {
		members := make([]string, len(req.GroupAssignment))
		for i, a := range req.GroupAssignment {
			members[i] = a.MemberID
		}
		patience := of.patience
		g.work.Go(func() { g.look(req.Group, req.Generation, members, patience) })
	}
	return nil, nil, false
}

// look says goodbye for the members of a generation that have not asked for their share in time.
func (g *groups) look(name string, generation int32, members []string, patience time.Duration) {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-g.ctx.Done():
		return
	case <-timer.C:
	}
	leave := kmsg.NewPtrLeaveGroupRequest()
	leave.Group = name
	g.mu.Lock()
	of := g.of(name)
	for _, id := range members {
		if of.sharing == generation && !of.asked[id] { // who is not there for the next generation is left out by kfake
			m := kmsg.NewLeaveGroupRequestMember()
			m.MemberID = id
			leave.Members = append(leave.Members, m)
		}
	}
	g.mu.Unlock()
	if len(leave.Members) == 0 {
		return
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(g.addr))
	if err == nil {
		defer client.Close()
		_, err = leave.RequestWith(g.ctx, client)
	}
	if err != nil && g.ctx.Err() == nil {
		g.log.Warn("embedded broker could not take members that are gone out of their group", "group", name, "members",
			len(leave.Members), "error", err)
		return
	}
	g.log.Info("embedded broker took members that are gone out of their group", "group", name, "members",
		len(leave.Members))
}
