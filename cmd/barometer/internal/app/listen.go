package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"

	"barometer/configs"
	"barometer/internal/retry"
)

// listeners are the addresses that this process answers on, taken before anything is started.
type listeners struct {
	http  net.Listener // nil: it does not serve the API
	admin net.Listener // nil: the API's does
}

// portPatience is how long a port may be in use: what was killed a moment ago lets go of it.
const portPatience = 500 * time.Millisecond

// listen takes the addresses of all that this process is going to serve. Those of the embedded broker and of the
// embedded ClickHouse are let go again, as these take them by themselves. The error names each that is in use.
func listen(ctx context.Context, cfg *configs.Config, u use, together bool) (l listeners, err error) {
	ctx, cancel := context.WithTimeout(ctx, portPatience)
	defer cancel()
	var errs []error
	take := func(key, address string) net.Listener {
		taken, err := takePort(ctx, address)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", key, err))
		}
		return taken
	}
	if u.api {
		l.http = take("http.listen", cfg.HTTP.Listen)
	}
	if cfg.Admin.Listen != "" || !together {
		l.admin = take("admin.listen", cmp.Or(cfg.Admin.Listen, configs.AdminAlone))
	}
	if len(cfg.Kafka.Brokers) == 0 {
		closeAll(take("embedded.kafka_listen", cfg.Embedded.KafkaListen))
	}
	if u.history && cfg.ClickHouse.URL == "" {
		closeAll(take("embedded.clickhouse_listen", cfg.Embedded.ClickHouseListen))
	}
	if len(errs) > 0 {
		l.close()
		return listeners{}, errors.Join(errs...)
	}
	return l, nil
}

// portEvery is about how often a port that is in use is tried again.
const portEvery = 50 * time.Millisecond

func takePort(ctx context.Context, address string) (net.Listener, error) {
	often := retry.Policy{Pace: retry.Pace{First: portEvery, Most: portEvery}}
	l, err := retry.Do(ctx, often, func() (net.Listener, error) {
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
		if err != nil && !errors.Is(err, syscall.EADDRINUSE) {
			err = retry.Permanent(err)
		}
		return l, err
	})
	if err == nil {
		return l, nil
	}
	if now, again := net.Listen("tcp", address); again == nil { // the wait ended just as it became free
		return now, nil
	} else if errors.Is(again, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is in use by another process: stop that one, or name another address", address)
	} else {
		return nil, fmt.Errorf("listen: %w", again)
	}
}

// close lets go of what nobody serves yet. To close twice does no harm.
func (l listeners) close() { closeAll(l.http, l.admin) }

func closeAll(all ...net.Listener) {
	for _, l := range all {
		if l != nil {
			_ = l.Close()
		}
	}
}
