package chdb

import "unsafe"

// Rows is an answer that comes in chunks. Each chunk is a whole document of its format.
type Rows struct {
	conn *Conn
	ptr  unsafe.Pointer
	done bool
}

// Stream starts a SELECT or WITH whose answer is fetched with Next. Other statements are refused by the engine.
func (c *Conn) Stream(sql, format string, params []Param) (*Rows, error) {
	args, free := bind(params)
	defer free()
	started, err := c.lib.result(c.lib.stream(*c.ptr, unsafe.StringData(sql), uintptr(len(sql)), unsafe.StringData(format),
		uintptr(len(format)), args.names, args.nameLens, args.values, args.valueLens, args.count))
	if err != nil {
		return nil, err
	}
	return &Rows{conn: c, ptr: started.ptr}, nil
}

// Next is the next chunk, or nil at the end. The caller closes it.
func (r *Rows) Next() (*Result, error) {
	if r.done {
		return nil, nil
	}
	chunk, err := r.conn.lib.result(r.conn.lib.fetch(*r.conn.ptr, r.ptr))
	if err != nil {
		r.done = true
		return nil, err
	}
	if chunk.lib.rowsRead(chunk.ptr) == 0 && chunk.lib.length(chunk.ptr) == 0 {
		chunk.Close()
		r.done = true
		return nil, nil
	}
	return chunk, nil
}

// Close ends the statement if it still runs and frees it.
func (r *Rows) Close() {
	if r.ptr == nil {
		panic(errClosed)
	}
	if !r.done {
		r.conn.lib.cancelStream(*r.conn.ptr, r.ptr)
	}
	r.conn.lib.destroy(r.ptr)
	r.ptr = nil
}

// Insert is an INSERT that takes its rows in chunks.
type Insert struct {
	lib *Library
	ptr unsafe.Pointer
}

// Insert starts an INSERT; sql ends before FORMAT or VALUES, and format is that of the bytes appended.
func (c *Conn) Insert(sql, format string, params []Param) (*Insert, error) {
	args, free := bind(params)
	defer free()
	ptr := c.lib.insert(*c.ptr, unsafe.StringData(sql), uintptr(len(sql)), unsafe.StringData(format),
		uintptr(len(format)), args.names, args.nameLens, args.values, args.valueLens, args.count)
	in := &Insert{lib: c.lib, ptr: ptr}
	if err := in.err(); err != nil {
		in.Close()
		return nil, err
	}
	return in, nil
}

func (in *Insert) err() error {
	if text := in.lib.insertFailure(in.ptr); text != nil {
		return &Error{cString(text)}
	}
	return nil
}

// Append hands over bytes, which the engine copies; it blocks while the engine is behind.
func (in *Insert) Append(data []byte) error {
	if len(data) == 0 {
		return nil
	}
	if state := in.lib.appendInsert(in.ptr, unsafe.SliceData(data), uintptr(len(data))); state != 0 {
		if err := in.err(); err != nil {
			return err
		}
		return &Error{"Code: 210. DB::Exception: the insert has ended (NETWORK_ERROR)"}
	}
	return nil
}

// Done ends the input, stores the rows and returns the counts.
func (in *Insert) Done() (Counts, error) {
	result, err := in.lib.result(in.lib.doneInsert(in.ptr))
	if err != nil {
		return Counts{}, err
	}
	defer result.Close()
	return result.Counts(), nil
}

// Cancel drops what has not been stored. Close must follow.
func (in *Insert) Cancel() { in.lib.cancelInsert(in.ptr) }

// Close frees the insert; without Done it is cancelled.
func (in *Insert) Close() {
	if in.ptr == nil {
		panic(errClosed)
	}
	in.lib.destroyInsert(in.ptr)
	in.ptr = nil
}
