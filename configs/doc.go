// Package configs is what an operator may choose: the configuration, from flags, environment, file and defaults, and
// the model files.
//
// Config is strict. A key that it does not know, a value of the wrong type or beyond its range is an error that names
// where it stands: file and line, environment variable, or flag. All errors are reported, not the first. Any key may be
// given as <key>_file, whose value is then read from that file, without the line break at its end: so secrets stay out
// of the configuration. Nothing here prints a secret.
//
// It opens no connection and changes nothing on disk.
package configs
