package loopback

import "testing"

func TestIs(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "localhost:80": true, "LOCALHOST:80": true, "127.0.0.1": true, "127.0.0.1:8123": true,
		"127.8.9.10": true, "[::1]:80": true, "[::1]": true, "::1": true, "::ffff:127.0.0.1": true,
		"[::ffff:127.0.0.1]:80": true,
		"":                      false, ":80": false, "0.0.0.0:80": false, "[::]:80": false, "10.0.0.7:80": false,
		"evil.example": false, "127.0.0.1.evil.example": false, "evil.localhost": false, "localhost.": false,
		"localhost.evil.example:80": false, "localhost@evil.example": false, "2130706433": false, "0x7f000001": false,
		"127.1": false, "::ffff:10.0.0.7": false, "localhost:80:80": false,
	} {
		if got := Is(host); got != want {
			t.Errorf("%q: %v, want %v", host, got, want)
		}
	}
	if IsAddress("localhost") || !IsAddress("127.0.0.1") || IsAddress("127.0.0.1:80") {
		t.Error("a name, or a port, is taken for an address")
	}
}
