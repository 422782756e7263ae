// Package host judges hosts, ports and addresses that people write down: what cannot exist is refused, what is not
// ASCII is put into the form that the network knows (xn--).
//
// It looks nothing up: whether a host exists, and where it leads, is seen when it is called.
package host

import (
	"errors"
	"net"
	"net/mail"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// Refusals, as whoever wrote the host reads them.
var (
	ErrName    = errors.New("has a host that cannot exist")
	ErrPort    = errors.New("has a port that is not 1 to 65535")
	ErrAddress = errors.New("is not a plain e-mail address such as credit@example.com")
	ErrLocal   = errors.New("has characters beyond ASCII before the @, which few mail servers take")
	ErrHere    = errors.New("is an address of one machine or of an IP address, which no mail server forwards to")
)

// form is how names are looked up: mapped, checked, in ASCII.
var form = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.Transitional(false), idna.StrictDomainName(false))

// Name puts a host's name into ASCII. Single labels and names of this machine may pass: see Public.
func Name(name string) (string, error) {
	ascii, err := form.ToASCII(name)
	if err != nil {
		return "", ErrName
	}
	ascii = strings.TrimSuffix(ascii, ".")
	labels := strings.Split(ascii, ".")
	for _, label := range labels {
		if !labelled(label) {
			return "", ErrName
		}
	}
	if last := labels[len(labels)-1]; len(ascii) > 253 || numeric(last) {
		return "", ErrName // 127.1, 0x7f.1 and 2130706433 are no names, and no addresses as they are written
	}
	return ascii, nil
}

func labelled(label string) bool {
	if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
		return false
	}
	for _, c := range []byte(label) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// numeric tells whether a label is a number in a form that some systems take for an address.
func numeric(label string) bool {
	if _, err := strconv.ParseUint(label, 10, 64); err == nil || strings.Trim(label, "0123456789") == "" {
		return true
	}
	_, hex := strings.CutPrefix(label, "0x")
	return hex && strings.Trim(label[2:], "0123456789abcdef") == ""
}

// Public tells whether a name in ASCII can lead beyond this machine and its own network.
func Public(name string) bool {
	return strings.Contains(name, ".") && !local(name)
}

func local(name string) bool {
	return name == "localhost" || strings.HasSuffix(name, ".localhost") || strings.HasSuffix(name, ".localdomain")
}

// Port tells whether the port of a URL's host is one, where there is a colon for it.
func Port(hostport string) bool {
	at := strings.LastIndexByte(hostport, ':')
	if at < 0 || strings.HasSuffix(hostport, "]") {
		return true
	}
	port, err := strconv.ParseUint(hostport[at+1:], 10, 16)
	return err == nil && port > 0
}

// Address puts an e-mail address into the form that mail servers take: the domain in ASCII.
func Address(address string) (string, error) {
	at := strings.LastIndexByte(address, '@')
	if at <= 0 || at > 64 {
		return "", ErrAddress
	}
	user, domain := address[:at], address[at+1:]
	if strings.HasPrefix(domain, "[") || net.ParseIP(domain) != nil {
		return "", ErrHere
	}
	if strings.ContainsFunc(user, func(r rune) bool { return r > '~' }) {
		return "", ErrLocal
	}
	name, err := Name(domain)
	if err != nil || strings.HasSuffix(domain, ".") || strings.Contains(name, "_") {
		if _, numbers := netip.ParseAddr(domain); numbers == nil {
			return "", ErrHere
		}
		return "", ErrAddress
	}
	if !Public(name) {
		return "", ErrHere
	}
	ascii := user + "@" + name
	if parsed, err := mail.ParseAddress(ascii); err != nil || parsed.Address != ascii || parsed.Name != "" {
		return "", ErrAddress
	}
	return ascii, nil
}
