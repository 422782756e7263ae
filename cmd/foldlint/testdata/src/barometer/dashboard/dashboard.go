// Package dashboard is a role.
package dashboard
