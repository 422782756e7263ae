package gateway

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	chproto "github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"
)

// native re-encodes the engine's Native blocks (revision 0) for a client's revision. It adds block information and,
// from revision 54454 on, a byte per column that says that its serialization is the default.
type native struct{ revision uint64 }

func (n *native) encode(data []byte) ([]byte, error) {
	reader := chproto.NewReader(bytes.NewReader(data))
	out := &chproto.Buffer{Buf: make([]byte, 0, len(data)+4096)}
	for {
		block := proto.Block{ServerContext: &column.ServerContext{Timezone: time.UTC}}
		err := block.Decode(reader, 0)
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return out.Buf, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read the engine's block: %w", err)
		}
		if err := block.Encode(out, n.revision); err != nil {
			return nil, fmt.Errorf("encode a block for revision %d: %w", n.revision, err)
		}
	}
}
