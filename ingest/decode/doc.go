// Package decode turns the JSON messages of the source topics into events.
package decode
