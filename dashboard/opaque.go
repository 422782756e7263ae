package dashboard

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
)

var errToken = errors.New("not a token of this server, for this reader")

// opaque seals what a reader hands back later: positions, cursors, ids of requests. A token opens for its purpose and reader
// only, says nothing but its length, and is the same for the same content: the nonce is a keyed hash of it.
type opaque struct {
	aead cipher.AEAD
	mac  []byte
}

func newOpaque(secret []byte) (*opaque, error) {
	keys, err := hkdf.Key(sha256.New, secret, nil, "barometer: opaque tokens of the API, 1", 64)
	if err != nil {
		return nil, fmt.Errorf("deriving the key of opaque tokens: %w", err)
	}
	block, err := aes.NewCipher(keys[:32])
	if err != nil {
		return nil, fmt.Errorf("cipher of opaque tokens: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("cipher of opaque tokens: %w", err)
	}
	return &opaque{aead, keys[32:]}, nil
}

// seal makes a token of v, which is small and encodes as JSON.
func (o *opaque) seal(purpose string, p principal, v any) string {
	plain, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("dashboard: sealing %T: %v", v, err))
	}
	bound := binding(purpose, p)
	mac := hmac.New(sha256.New, o.mac)
	mac.Write(bound)
	mac.Write(plain)
	nonce := mac.Sum(nil)[:o.aead.NonceSize()]
	return base64.RawURLEncoding.EncodeToString(o.aead.Seal(nonce, nonce, plain, bound))
}

// open reads a token into v. errToken.
func (o *opaque) open(purpose string, p principal, token string, v any) error {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) < o.aead.NonceSize() {
		return errToken
	}
	n := o.aead.NonceSize()
	plain, err := o.aead.Open(nil, b[:n], b[n:], binding(purpose, p))
	if err != nil {
		return errToken
	}
	d := json.NewDecoder(bytes.NewReader(plain))
	if d.Decode(v) != nil {
		return errToken
	}
	return nil
}

func binding(purpose string, p principal) []byte { return []byte(purpose + "\x00" + p.holder) }
