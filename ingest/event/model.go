package event

// Model is a compiled model file.
type Model struct{}
