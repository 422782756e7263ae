// Package tool is a program below cmd.
package tool
