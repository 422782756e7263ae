package kafkalog

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"unsafe"

	"github.com/segmentio/kafka-go/compress"
	"github.com/twmb/franz-go/pkg/kmsg"
)

const (
	batchHead      = 61 // bytes before the first record of a batch
	checkedFrom    = 21 // where the bytes begin that the checksum covers
	codecMask      = 0x07
	logAppendTime  = 0x08
	transactional  = 0x10
	control        = 0x20
	maxPlainBytes  = 64 << 20 // a batch that decompresses to more is hostile
	smallestRecord = 7
)

var (
	// errBroken: what the broker sent cannot be read, and would not be another time.
	errBroken    = errors.New("unreadable records")
	castagnoli   = crc32.MakeTable(crc32.Castagnoli)
	errTruncated = errors.New("a record ends before its length says so")
)

// decoder turns the record batches of one answer into records. Aborted transactions and control batches move Next and
// leave nothing else.
type decoder struct {
	batch      *Batch
	valuesOnly bool
	aborted    []kmsg.FetchResponseTopicPartitionAbortedTransaction
	aborting   map[int64]bool // producers inside an aborted transaction
}

// decode reads whole batches up to the last stable offset. Brokers cut the last batch of an answer off: it is left for
// the next.
func (d *decoder) decode(raw []byte) error {
	slices.SortFunc(d.aborted, func(a, b kmsg.FetchResponseTopicPartitionAbortedTransaction) int {
		return cmp.Compare(a.FirstOffset, b.FirstOffset)
	})
	whole := false
	for len(raw) >= batchHead {
		length := int(int32(binary.BigEndian.Uint32(raw[8:]))) + 12
		if length < batchHead {
			return fmt.Errorf("a record batch of %d bytes cannot be", length)
		}
		if length > len(raw) {
			break
		}
		if magic := raw[16]; magic != 2 {
			return fmt.Errorf("message format %d is older than Kafka 0.11 and not read", magic)
		}
		var b kmsg.RecordBatch
		if err := b.UnsafeReadFrom(raw[:length]); err != nil {
			return fmt.Errorf("decoding a record batch: %w", err)
		}
		if b.FirstOffset >= d.batch.End {
			return nil
		}
		if sum := crc32.Checksum(raw[checkedFrom:length], castagnoli); sum != uint32(b.CRC) {
			return fmt.Errorf("the batch at offset %d has checksum %08x, its bytes have %08x", b.FirstOffset, uint32(b.CRC), sum)
		}
		if err := d.one(&b); err != nil {
			return fmt.Errorf("decoding the batch at offset %d: %w", b.FirstOffset, err)
		}
		whole = true
		raw = raw[length:]
	}
	if !whole && len(raw) > 0 {
		return fmt.Errorf("the broker sent %d bytes that hold no whole batch", len(raw))
	}
	return nil
}

func (d *decoder) one(b *kmsg.RecordBatch) error {
	last := b.FirstOffset + int64(b.LastOffsetDelta)
	for len(d.aborted) > 0 && d.aborted[0].FirstOffset <= last {
		if d.aborting == nil {
			d.aborting = map[int64]bool{}
		}
		d.aborting[d.aborted[0].ProducerID] = true
		d.aborted = d.aborted[1:]
	}
	switch {
	case b.Attributes&control != 0:
		delete(d.aborting, b.ProducerID) // commit or abort: either way the transaction is over
	case b.Attributes&transactional != 0 && d.aborting[b.ProducerID]:
	case b.NumRecords > 0:
		plain, err := decompress(b)
		if err != nil {
			return err
		}
		if err := d.records(b, plain); err != nil {
			return err
		}
	}
	d.batch.Next = max(d.batch.Next, last+1)
	return nil
}

func decompress(b *kmsg.RecordBatch) ([]byte, error) {
	codec := compress.Compression(b.Attributes & codecMask)
	if codec == 0 {
		return b.Records, nil
	}
	c := codec.Codec()
	if c == nil {
		return nil, fmt.Errorf("compression %d is not known", codec)
	}
	r := c.NewReader(bytes.NewReader(b.Records))
	defer r.Close()
	plain, err := io.ReadAll(io.LimitReader(r, maxPlainBytes+1))
	if err != nil {
		return nil, fmt.Errorf("decompressing %v: %w", codec, err)
	}
	if len(plain) > maxPlainBytes {
		return nil, fmt.Errorf("it decompresses to more than %d bytes", maxPlainBytes)
	}
	return plain, nil
}

// records appends those at the wanted offset and after it.
func (d *decoder) records(b *kmsg.RecordBatch, plain []byte) error {
	n := int(b.NumRecords)
	if n > len(plain)/smallestRecord+1 {
		return fmt.Errorf("%d records cannot be in %d bytes", n, len(plain))
	}
	d.batch.Records = slices.Grow(d.batch.Records, n)
	want := d.batch.Next
	for range n {
		length, k := binary.Varint(plain)
		if k <= 0 || length < 0 || length > int64(len(plain)-k) {
			return errTruncated
		}
		c := cursor{rest: plain[k : k+int(length)]}
		plain = plain[k+int(length):]
		c.skip(1) // attributes: none are defined
		time := b.FirstTimestamp + c.varint()
		if b.Attributes&logAppendTime != 0 {
			time = b.MaxTimestamp
		}
		offset := b.FirstOffset + c.varint()
		r := Record{Offset: offset}
		if key := c.bytes(); !d.valuesOnly {
			r.Key, r.TimeMs = key, time
		}
		r.Value = c.bytes()
		if !d.valuesOnly {
			r.Headers = c.headers()
		}
		if c.failed {
			return errTruncated
		}
		if offset >= want && offset < d.batch.End {
			d.batch.Records = append(d.batch.Records, r)
		}
	}
	return nil
}

// cursor reads a record's parts; the bytes it gives are those it was given.
type cursor struct {
	rest   []byte
	failed bool
}

func (c *cursor) skip(n int) []byte {
	if n > len(c.rest) {
		c.failed, c.rest = true, nil
		return nil
	}
	out := c.rest[:n:n]
	c.rest = c.rest[n:]
	return out
}

func (c *cursor) varint() int64 {
	// Most are below 64: two bytes of the loop less.
	if len(c.rest) > 0 && c.rest[0] < 0x80 {
		u := c.rest[0]
		c.rest = c.rest[1:]
		return int64(u>>1) ^ -int64(u&1)
	}
	v, n := binary.Varint(c.rest)
	if n <= 0 {
		c.failed, c.rest = true, nil
		return 0
	}
	c.rest = c.rest[n:]
	return v
}

// bytes are nil for null, not for empty.
func (c *cursor) bytes() []byte {
	n := c.varint()
	if n < 0 {
		return nil
	}
	if n > int64(len(c.rest)) {
		c.failed = true
		return nil
	}
	return c.skip(int(n))
}

func (c *cursor) headers() []Header {
	n := c.varint()
	if n <= 0 {
		return nil
	}
	if n > int64(len(c.rest)) {
		c.failed = true
		return nil
	}
	out := make([]Header, n)
	for i := range out {
		key := c.bytes()
		out[i] = Header{Key: unsafe.String(unsafe.SliceData(key), len(key)), Value: c.bytes()}
	}
	return out
}
