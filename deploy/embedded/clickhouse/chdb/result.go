package chdb

import "unsafe"

// Error is the engine's own message, such as "Code: 62. DB::Exception: …".
type Error struct{ Message string }

func (e *Error) Error() string { return e.Message }

// Counts are the rows and bytes of a statement.
type Counts struct {
	RowsRead, BytesRead       uint64 // from tables
	RowsWritten, BytesWritten uint64
	ResultRows, ResultBytes   uint64
}

// Result is an answer in memory.
type Result struct {
	lib *Library
	ptr unsafe.Pointer
}

// result takes over a result handle, or frees it and returns the error that it carries.
func (l *Library) result(ptr unsafe.Pointer) (*Result, error) {
	if ptr == nil {
		return nil, &Error{"Code: 210. DB::Exception: the engine gave no result (NETWORK_ERROR)"}
	}
	if text := l.failure(ptr); text != nil {
		err := &Error{cString(text)}
		l.destroy(ptr)
		return nil, err
	}
	return &Result{lib: l, ptr: ptr}, nil
}

// Bytes is the answer; it belongs to the engine and ends with Close.
func (r *Result) Bytes() []byte {
	n := r.lib.length(r.ptr)
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(r.lib.buffer(r.ptr)), n)
}

// Counts are what the statement read, wrote and answered.
func (r *Result) Counts() Counts {
	return Counts{
		RowsRead: r.lib.storageRows(r.ptr), BytesRead: r.lib.storageBytes(r.ptr),
		RowsWritten: r.lib.rowsWritten(r.ptr), BytesWritten: r.lib.bytesWritten(r.ptr),
		ResultRows: r.lib.rowsRead(r.ptr), ResultBytes: r.lib.bytesRead(r.ptr),
	}
}

// Close gives the answer's memory back.
func (r *Result) Close() {
	if r.ptr == nil {
		panic(errClosed)
	}
	r.lib.destroy(r.ptr)
	r.ptr = nil
}

// cString copies a C string, which the next call may overwrite.
func cString(p unsafe.Pointer) string {
	n := 0
	for *(*byte)(unsafe.Add(p, n)) != 0 {
		n++
	}
	return string(unsafe.Slice((*byte)(p), n))
}
