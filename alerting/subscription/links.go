package subscription

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
)

// LinkPurpose is the one thing that a link in a message does.
type LinkPurpose string

// Purposes of links; the values are their paths too.
const (
	LinkConfirm     LinkPurpose = "/subscriptions/confirm"
	LinkUnsubscribe LinkPurpose = "/subscriptions/unsubscribe"
)

// Links makes the links in messages. A link holds a token that names a subscription, sealed with the installation's key
// for one purpose: it tells nothing, cannot be made elsewhere, and is the same for the same subscription.
type Links struct {
	base string // https://barometer.example, without a slash at its end; empty: there are no links
	aead cipher.AEAD
	mac  []byte
}

// NewLinks makes the links that lead to an address of the API.
func NewLinks(base string, secretKey []byte) (*Links, error) {
	keys, err := hkdf.Key(sha256.New, secretKey, nil, "barometer: links of subscriptions, 1", 64)
	if err != nil {
		return nil, fmt.Errorf("derive the key of links: %w", err)
	}
	block, err := aes.NewCipher(keys[:32])
	if err != nil {
		return nil, fmt.Errorf("cipher of links: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("cipher of links: %w", err)
	}
	return &Links{strings.TrimRight(base, "/"), aead, keys[32:]}, nil
}

// Link is the link of a purpose for a subscription, empty where nothing leads to this installation.
func (l *Links) Link(p LinkPurpose, holder, id string) string {
	if l == nil || l.base == "" {
		return ""
	}
	return l.base + string(p) + "?token=" + url.QueryEscape(l.token(p, holder, id))
}

func (l *Links) token(p LinkPurpose, holder, id string) string {
	plain := []byte(holder + "/" + id)
	mac := hmac.New(sha256.New, l.mac)
	mac.Write([]byte(p + "\x00"))
	mac.Write(plain)
	nonce := mac.Sum(nil)[:l.aead.NonceSize()]
	return base64.RawURLEncoding.EncodeToString(l.aead.Seal(nonce, nonce, plain, []byte(p)))
}

// open reads a token. ErrToken.
func (l *Links) open(p LinkPurpose, token string) (holder, id string, err error) {
	b, err := base64.RawURLEncoding.DecodeString(token)
	n := l.aead.NonceSize()
	if err != nil || len(b) < n {
		return "", "", ErrToken
	}
	plain, err := l.aead.Open(nil, b[:n], b[n:], []byte(p))
	if err != nil {
		return "", "", ErrToken
	}
	holder, id, ok := SplitKey(string(plain))
	if !ok {
		return "", "", ErrToken
	}
	return holder, id, nil
}
